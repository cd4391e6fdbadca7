"""One run as a value: entries, readiness, the question that is open, what is held, and what changed since.

Events come in (``Conversation.apply``), patches go out (``Conversation.since``). No I/O, no clock.
"""
