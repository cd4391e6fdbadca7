"""All sessions of a server: made, found, and forgotten when nobody has been there for long."""

from __future__ import annotations

import asyncio
import hashlib
import math
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from buttermilk_widget.errors import ServerError
from buttermilk_widget.server.flow.flows import FLOWS
from buttermilk_widget.server.settings import Settings

from .sessions import Session
from .token_bucket import TokenBucket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.web import WebSocketResponse

    from buttermilk_widget.server.flow.flows import Flow


class TooManySessions(ServerError):
    """The server has as many sessions as it will hold."""


class TooOften(ServerError):
    """Sessions are made faster than the server allows.

    Attributes:
        wait: Whole seconds after which another may be made.
    """

    def __init__(self, wait: float) -> None:
        self.wait = math.ceil(wait)
        super().__init__(
            f"Sessions are made too often: try again in {self.wait} s, and use one session for "
            "several runs, one after the other."
        )


class SessionManager:
    """All sessions, by their ids.

    The name is the document's: everywhere else the manager is the person.

    Args:
        settings: How many, and for how long.
        flows: What they may run.
        clock: Seconds that only go up.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        flows: Mapping[str, Flow] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings or Settings()
        self._flows = FLOWS if flows is None else flows
        self._clock = clock
        self._sessions: dict[bytes, Session] = {}
        self._key = secrets.token_bytes(32)
        self._allowance = TokenBucket(
            self._settings.session_burst, self._settings.session_rate, clock
        )
        self._sweeper: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._sessions)

    @staticmethod
    def new_id() -> str:
        """An id that nobody can guess."""
        return secrets.token_urlsafe(24)

    def find(self, session_id: str) -> Session | None:
        """The session with this id."""
        return self._sessions.get(self._place(session_id))

    def _place(self, session_id: str) -> bytes:
        """Where a session is kept: the time that it takes to find says nothing of other ids."""
        return hashlib.blake2b(session_id.encode("utf-8", "replace"), key=self._key).digest()

    async def get_or_create_session(
        self, session_id: str, websocket: WebSocketResponse | None = None
    ) -> Session:
        """The session with this id, made if there is none; it goes on with ``websocket``, if given.

        Raises:
            TooManySessions: there is no room for another.
            TooOften: too many were made of late.
        """
        session = self.find(session_id)
        if session is None:
            if len(self._sessions) >= self._settings.most_sessions:
                await self.sweep(full=True)
            if len(self._sessions) >= self._settings.most_sessions:
                raise TooManySessions(
                    f"The server has {len(self._sessions)} sessions and takes no more. End one with "
                    "DELETE /api/session/{id}, or try again later."
                )
            if not self._allowance.take():
                raise TooOften(self._allowance.wait)
            session = self._sessions.setdefault(
                self._place(session_id),
                Session(session_id, settings=self._settings, flows=self._flows, clock=self._clock),
            )
        if websocket is not None:
            await session.attach(websocket)
        return session

    async def end(
        self, session_id: str, code: int = 1000, reason: str = "Ended by DELETE."
    ) -> bool:
        """End a session and its flow. False: there is no such one."""
        session = self._sessions.pop(self._place(session_id), None)
        if session is None:
            return False
        await session.close(code, reason)
        return True

    async def sweep(self, *, full: bool = False) -> int:
        """End the sessions with which nobody has been for too long; how many they were.

        When it is ``full``, those that are done make room too.
        """
        late = [
            s.id
            for s in self._sessions.values()
            if s.idle > self._settings.expiry or (full and s.done)
        ]
        ended = [await self.end(session_id, reason="Expired.") for session_id in late]
        return sum(ended)

    def start(self) -> None:
        """Sweep from time to time, until closed."""
        self._sweeper = asyncio.create_task(self._sweep_on())

    async def close(self) -> None:
        """End everything: the server goes away."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        await asyncio.gather(
            *(self.end(s.id, 1001, "The server stops.") for s in [*self._sessions.values()])
        )

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(self._settings.sweep_every)
            await self.sweep()
