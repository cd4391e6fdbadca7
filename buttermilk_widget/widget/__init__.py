"""The notebook: the widget and its run, the comm to the page, and what stays in a saved notebook.

Commands come up from the page and go to a session; patches go down to it. Alone in knowing anywidget.
"""
