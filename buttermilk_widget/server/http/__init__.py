"""The server's door: HTTP and WebSocket routes, sessions, and who may come in.

Requests and frames come in, and go to a session's flow; its frames go out in order.
"""
