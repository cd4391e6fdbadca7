"""The command line.

Arguments come in; each command says in lines what it did, and ends with a code.
"""
