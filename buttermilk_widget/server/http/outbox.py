"""The way out to one session's client: frames in order, kept while no socket is there."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING

from buttermilk_widget.server.flow.group_messages import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.web import WebSocketResponse

    from buttermilk_widget.server.flow.group_messages import Frame

LAST_WORDS = 2.0
"""Seconds to get out what waits when a session is closed."""


class Outbox:
    """Frames for one client.

    ``put`` never blocks, so that what the agents say keeps its order. What was written is kept until
    the client's pong says that it came, and what is not known to have come goes to the next socket
    once more; clients know it again by its id and time. While there is no socket the newest frames
    are kept; the next socket gets them, after a word on those that are lost.

    Args:
        limit: Frames that are kept while there is no socket.
        most: Bytes that are kept in any case.
        slow: Told of a socket that reads so slowly that more than that would wait.
    """

    def __init__(self, limit: int, most: int, slow: Callable[[WebSocketResponse], object]) -> None:
        self._limit = limit
        self._most = most
        self._slow = slow
        self._waiting: deque[str] = deque()
        self._written: deque[tuple[int, str]] = deque()  # by a number that pings and pongs carry
        self._number = 0
        self._pinged: bytes | None = None  # the ping that has no pong yet
        self._bytes = 0
        self._lost = 0
        self._told_slow = False
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
        text = json.dumps(frame, ensure_ascii=False)
        self._waiting.append(text)
        self._bytes += _size(text)
        self._empty.clear()
        self._more.set()
        socket = self._socket
        if socket is None:
            self._trim()
        elif self._bytes > self._most:
            self._trim()
            if not self._told_slow:
                self._told_slow = True
                self._slow(socket)

    def attach(self, socket: WebSocketResponse) -> WebSocketResponse | None:
        """Write to this socket from now on; the one that it replaces is returned, still open.

        Nothing is awaited between the old socket and the new one: of two that come at once, each is
        replaced by the other or stays, and none is forgotten.
        """
        before = self.detach()
        if self._lost:
            missing = Trouble(
                content=f"{self._lost} messages were lost while no client took them: only the last "
                f"{self._limit} are kept, and {self._most // 2**20} MiB."
            )
            self._put_back(json.dumps(missing.frame()))
            self._lost = 0
        self._socket = socket
        self._told_slow = False
        self._writer = asyncio.create_task(self._write(socket))
        return before

    def detach(self, *, left: bool = False) -> WebSocketResponse | None:
        """Write to no socket; the one that was written to is returned.

        A client that has ``left`` of its own accord has had what was written.
        """
        socket, self._socket = self._socket, None
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.cancel()  # it runs no further: what it was writing is still in _written
        while self._written:
            _, text = self._written.pop()
            if left:
                self._bytes -= _size(text)
            else:
                self._waiting.appendleft(text)
        self._pinged = None
        self._trim()
        return socket

    def acknowledged(self, pong: bytes) -> bool:
        """Whether the pong answers our ping; if so, what was written before the ping has come."""
        if pong != self._pinged:
            return False  # of the heartbeat, or of the client's own accord
        number = int(pong)
        while self._written and self._written[0][0] <= number:
            self._bytes -= _size(self._written.popleft()[1])
        self._pinged = None
        self._more.set()
        return True

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
            self._more.clear()
            try:
                while self._waiting:
                    self._number += 1
                    text = self._waiting.popleft()
                    self._written.append((self._number, text))
                    await socket.send_str(text)
                    await self._ask(socket)
                await self._ask(socket)
            except ConnectionError:
                return  # the session hears of the broken socket by itself
            self._empty.set()
            await self._more.wait()

    async def _ask(self, socket: WebSocketResponse) -> None:
        """Have the client say what it has got; one ping at a time."""
        if self._written and self._pinged is None:
            self._pinged = str(self._number).encode()
            await socket.ping(self._pinged)

    def _put_back(self, text: str) -> None:
        self._waiting.appendleft(text)
        self._bytes += _size(text)

    def _trim(self) -> None:
        frames = self._limit if self._socket is None else len(self._waiting)
        while len(self._waiting) > frames or (self._bytes > self._most and self._waiting):
            self._bytes -= _size(self._waiting.popleft())
            self._lost += 1


def _size(text: str) -> int:
    """Bytes that it is on the wire."""
    return len(text.encode("utf-8", "surrogatepass"))
