"""Commands with more to them than one function: each a module with its options and its run.

Imports what the command line imports; nothing of Qt.
"""
