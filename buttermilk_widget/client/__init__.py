"""A run against a server, or replayed: addresses, HTTP, the WebSocket, waiting, scripted managers.

What a person says comes in through a ``Session``; events go to its conversation. It needs asyncio and no notebook.
"""
