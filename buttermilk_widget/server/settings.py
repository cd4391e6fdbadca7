"""What can be set about the server; seconds, bytes and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Self

WATCHED = 1.0
"""Seconds that an agent takes for a step where a person watches."""


@dataclass(frozen=True)
class Settings:
    """The server's settings.

    Attributes:
        setup_delay: Seconds that setting a flow up takes at least, so that a person sees it start.
        pace: Seconds that an agent takes for a step, so that a person can follow. ``at_pace`` sets
            both for a person who watches.
        expiry: Seconds after which a session with no socket is forgotten, its flow with it.
        sweep_every: Seconds between two looks for expired sessions.
        names: Names by which clients may call the server, beside localhost, the machine's own name
            and any address.
        most_sessions: Sessions that may exist at once.
        session_burst: Sessions that may be made at once.
        session_rate: Sessions a second that may be made after a burst.
        backlog: Frames kept for a session with no socket; the oldest go first.
        backlog_bytes: Bytes kept for a session, with a socket that reads too slowly or with none;
            the oldest frames go first.
        largest_frame: Bytes that a frame from a client may have.
        longest_text: Letters that a frame may have, and so a prompt or an answer, which the server
            keeps and says to each agent.
        frame_burst: Frames that a client may send at once; and pings, counted separately.
        frame_rate: Frames a second that a client may send after a burst; and pings.
        most_waiting: Answers and instructions that may wait in a run until it deals with them.
        most_remarks: Remarks that a run keeps for its agents.
        words_bytes: Bytes that those which wait may take, and, separately, the remarks.
        heartbeat: Seconds between two pings, by which a socket that died in silence is noticed.
        most_connections: Connections that may be open at once.
        most_strangers: WebSockets that may be open at once, on their way out, without a session.
        opens_within: Seconds from a connection to its first request.
        closes_within: Seconds that a client gets to close a WebSocket that the server closes.
    """

    setup_delay: float = 0.6
    pace: float = 0.4
    expiry: float = 3600.0
    sweep_every: float = 60.0
    names: tuple[str, ...] = ()
    most_sessions: int = 200
    session_burst: int = 400
    session_rate: float = 20.0
    backlog: int = 5000
    backlog_bytes: int = 64 * 2**20
    largest_frame: int = 64 * 2**20
    longest_text: int = 16 * 2**20
    frame_burst: int = 1000
    frame_rate: float = 100.0
    most_waiting: int = 100
    most_remarks: int = 1000
    words_bytes: int = 16 * 2**20
    heartbeat: float = 30.0
    most_connections: int = 800
    most_strangers: int = 50
    opens_within: float = 10.0
    closes_within: float = 5.0

    @classmethod
    def at_pace(cls, pace: float = WATCHED, **others: Any) -> Self:
        """Settings for a person who watches: ``pace`` seconds a step, and twice that for the set-up.

        An answer can then be typed too early without fast reflexes.
        """
        return cls(setup_delay=2 * pace, pace=pace, **others)
