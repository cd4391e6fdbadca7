"""What can be set about the server; seconds, bytes and counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The server's settings.

    Attributes:
        setup_delay: Seconds that setting a flow up takes at least, so that a person sees it start.
        pace: Seconds that an agent takes for a step, so that a person can follow.
        expiry: Seconds after which a session with no socket is forgotten, its flow with it.
        sweep_every: Seconds between two looks for expired sessions.
        most_sessions: Sessions that may exist at once.
        backlog: Frames kept for a session with no socket; the oldest go first.
        largest_frame: Bytes that a frame from a client may have.
        heartbeat: Seconds between two pings, by which a socket that died in silence is noticed.
    """

    setup_delay: float = 0.6
    pace: float = 0.4
    expiry: float = 3600.0
    sweep_every: float = 60.0
    most_sessions: int = 200
    backlog: int = 5000
    largest_frame: int = 64 * 2**20
    heartbeat: float = 30.0
