"""The way out to one session's client: frames in order, kept while no socket is there."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING

from .group import Trouble

if TYPE_CHECKING:
    from aiohttp.web import WebSocketResponse

    from .group import Frame

LAST_WORDS = 2.0
"""Seconds to get out what waits when a session is closed."""


class Outbox:
    """Frames for one client.

    ``put`` never blocks, so that what the agents say keeps its order. While there is no socket the
    newest ``limit`` frames are kept; the next socket gets them, after a word on those that are lost.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[str] = deque()
        self._lost = 0
        self._more = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._socket: WebSocketResponse | None = None
        self._writer: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def socket(self) -> WebSocketResponse | None:
        """The client's socket, if there is one."""
        return self._socket

    def put(self, frame: Frame) -> None:
        """Send the frame after all that was put before."""
        self._waiting.append(json.dumps(frame, ensure_ascii=False))
        self._empty.clear()
        self._more.set()
        if self._socket is None:
            self._trim()

    async def attach(self, socket: WebSocketResponse) -> WebSocketResponse | None:
        """Write to this socket from now on; the one that it replaces is returned, still open."""
        before = await self.detach()
        if self._lost:
            missing = Trouble(
                content=f"{self._lost} messages were lost while no client was connected: only the "
                f"last {self._limit} are kept."
            )
            self._waiting.appendleft(json.dumps(missing.frame()))
            self._lost = 0
        self._socket = socket
        self._writer = asyncio.create_task(self._write(socket))
        return before

    async def detach(self) -> WebSocketResponse | None:
        """Write to no socket; the one that was written to is returned."""
        socket, self._socket = self._socket, None
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.cancel()
            await asyncio.wait({writer})
        self._trim()
        return socket

    async def flush(self) -> None:
        """Wait until all is written, or for a short while only."""
        if self._socket is not None:
            try:
                async with asyncio.timeout(LAST_WORDS):
                    await self._empty.wait()
            except TimeoutError:
                return

    async def _write(self, socket: WebSocketResponse) -> None:
        while True:
            while self._waiting:
                text = self._waiting.popleft()
                try:
                    await socket.send_str(text)
                except ConnectionError:
                    # It was not written; the session hears of the broken socket by itself.
                    self._waiting.appendleft(text)
                    return
            self._empty.set()
            self._more.clear()
            await self._more.wait()

    def _trim(self) -> None:
        while len(self._waiting) > self._limit:
            self._waiting.popleft()
            self._lost += 1
