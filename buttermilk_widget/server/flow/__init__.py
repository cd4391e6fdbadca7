"""What happens on the server: the flows on offer, their agents, and what the manager's answers mean to them.

What the manager says comes in, messages of agents go out. It knows no sockets.
"""
