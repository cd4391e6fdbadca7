"""Sessions: made before the socket, alive after it, gone in the end."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

    from .orchestrator import AutogenOrchestrator, Publish

EXPIRES = 1800.0
"""Seconds that a session lives without a socket."""

MOST = 1000
"""Sessions at a time."""

BACKLOG = 10_000
"""Frames kept for a client that is away; older ones give way."""

REPLACED = 4409

Status = Literal["waiting", "active", "reconnecting", "completed"]


class TooManySessions(Exception):
    """There are as many sessions as there may be."""


class Session:
    """One client's identity; it outlives a dropped socket.

    Frames wait in an outbox until a socket has taken them, so that a client who comes back misses
    nothing that fits the backlog.
    """

    def __init__(self, session_id: str, now: float) -> None:
        self.session_id = session_id
        self.flow: str | None = None
        self.seen = now
        self.created = now
        self.socket: web.WebSocketResponse | None = None
        self.orchestrator: AutogenOrchestrator | None = None
        self.publish: Publish | None = None
        self.running: asyncio.Task[None] | None = None
        self._had_socket = False
        self._outbox: deque[dict[str, Any]] = deque(maxlen=BACKLOG)
        self._new = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether a flow is running."""
        return self.running is not None and not self.running.done()

    @property
    def status(self) -> Status:
        """What a client that asks is told."""
        if self.running is not None and not self.busy:
            return "completed"
        if self.socket is not None:
            return "active"
        return "reconnecting" if self._had_socket else "waiting"

    def send(self, kind: str, content: dict[str, Any]) -> None:
        """Have a frame sent, now or when there is a socket again."""
        self._outbox.append({"type": kind, "data": content})
        self._new.set()

    async def attach(self, socket: web.WebSocketResponse) -> None:
        """Take this socket for the session's, in place of an earlier one, and serve its outbox."""
        earlier, self.socket = self.socket, socket
        self._had_socket = True
        if earlier is not None:
            await earlier.close(
                code=REPLACED, message=b"another connection has taken over this session"
            )

    def detach(self, socket: web.WebSocketResponse, now: float) -> None:
        """The socket is gone; the session stays."""
        if self.socket is socket:
            self.socket = None
            self.seen = now

    async def deliver(self, socket: web.WebSocketResponse) -> None:
        """Send what is in the outbox, for as long as this socket is the session's."""
        while self.socket is socket and not socket.closed:
            self._new.clear()
            while self._outbox and self.socket is socket:
                # It leaves the outbox only when the socket has taken it.
                await socket.send_json(self._outbox[0])
                self._outbox.popleft()
            await self._new.wait()

    async def stop(self) -> None:
        """Cancel the run, and wait until it is gone."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        if self.orchestrator is not None:
            await self.orchestrator.close()

    async def close(self) -> None:
        """Stop the run and close the socket, with 1000."""
        await self.stop()
        if self.socket is not None:
            await self.socket.close()


class SessionManager:
    """All sessions: made, looked up, let go.

    Args:
        expires: Seconds that a session lives without a socket.
        most: Sessions at a time.
        clock: Where the time comes from.
    """

    def __init__(
        self,
        *,
        expires: float = EXPIRES,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._expires = expires
        self._most = most
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    async def get_or_create_session(
        self, session_id: str | None = None, websocket: web.WebSocketResponse | None = None
    ) -> Session:
        """The session with this id, made if there is none; with no id, one that nobody can guess.

        Raises:
            TooManySessions: there is no room for another, not even after a clean-up.
        """
        session_id = session_id or secrets.token_urlsafe(24)
        session = self._sessions.get(session_id)
        if session is None:
            if len(self._sessions) >= self._most:
                await self.clean_up()
            if len(self._sessions) >= self._most:
                raise TooManySessions
            session = self._sessions[session_id] = Session(session_id, self._clock())
        if websocket is not None:
            await session.attach(websocket)
        return session

    def get(self, session_id: str) -> Session | None:
        """The session with this id, if there is one."""
        return self._sessions.get(session_id)

    def detach(self, session: Session, socket: web.WebSocketResponse) -> None:
        """The session's socket is gone; from now on it can expire."""
        session.detach(socket, self._clock())

    async def remove(self, session_id: str) -> bool:
        """Stop and forget the session; whether there was one."""
        session = self._sessions.pop(session_id, None)
        if session is None:
            return False
        await session.close()
        return True

    async def clean_up(self) -> int:
        """Let go of the sessions that nobody came back to; how many they were."""
        limit = self._clock() - self._expires
        stale = [s.session_id for s in self._sessions.values() if not s.socket and s.seen <= limit]
        for session_id in stale:
            await self.remove(session_id)
        return len(stale)

    async def keep_clean(self, every: float = 60.0) -> None:
        """Clean up again and again, until cancelled."""
        while True:
            await asyncio.sleep(every)
            await self.clean_up()

    async def close(self) -> None:
        """Let go of all."""
        for session_id in list(self._sessions):
            with contextlib.suppress(ConnectionError):  # it was going anyway
                await self.remove(session_id)
