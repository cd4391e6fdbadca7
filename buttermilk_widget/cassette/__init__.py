"""A run in a file: recorded as it happens, and played again.

Events come in and become lines; lines come in and become events. It alone writes and reads cassettes.
"""
