"""A finished run, read: tables, scores, decisions, a comparison, and each export.

A conversation, a cassette or a file comes in; a frozen ``Transcript`` and documents go out. No I/O but files.
"""
