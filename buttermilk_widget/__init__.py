"""A live conversation of Buttermilk's agents in a notebook."""
