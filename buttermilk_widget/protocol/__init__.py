"""What crosses the WebSocket, in both dialects (PROTOCOL.md), and how a frame's text becomes a message.

A text comes in, a message goes out, whatever the text is: nothing is refused and nothing is lost. No I/O.
"""
