"""Closing a WebSocket from the server's side: with a code, a reason, and a limit to the wait."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode
from aiohttp.web import ResponseKey

if TYPE_CHECKING:
    from aiohttp.web import WebSocketResponse

log = logging.getLogger(__name__)

UNKNOWN_SESSION = 4404
"""Close code of a socket that named a session which does not exist."""

TAKEN_OVER = 4409
"""Close code of a socket whose session was taken over by a newer one."""

TOO_FAST = 4429
"""Close code of a socket whose client sends more than the server accepts."""

TOO_SLOW = 1013
"""Close code of a socket whose client reads too slowly; it may reconnect for what is left."""

LEFT = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
"""Close codes of a client that needs no more."""

NO_SUCH_SESSION = "There is no such session: GET /api/session first."

LINE: ResponseKey[asyncio.Transport] = ResponseKey("line", asyncio.Transport)
"""The transport of a socket, to abort it at once, whatever waits to be written."""


class Closer:
    """Closes sockets, and does not wait for a client that neither reads nor answers.

    Args:
        within: Seconds that a client gets for the close handshake, and again for what waits to be
            written to it.
    """

    def __init__(self, within: float) -> None:
        self._within = within
        self._tasks: set[asyncio.Task[None]] = set()

    def later(self, socket: WebSocketResponse, code: int, reason: str) -> None:
        """Close the socket in the background."""
        task = asyncio.create_task(self.now(socket, code, reason))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def now(self, socket: WebSocketResponse, code: int, reason: str) -> None:
        """Close the socket, and wait until it is closed."""
        try:
            async with asyncio.timeout(self._within):
                await socket.close(code=code, message=reason.encode())
        except TimeoutError:
            log.debug("A client did not read the close frame %s", code)
        line = socket.get(LINE)
        if line is not None and line.get_write_buffer_size():
            asyncio.get_running_loop().call_later(self._within, line.abort)

    async def finish(self) -> None:
        """Wait until all are closed that were to be closed in the background."""
        if self._tasks:
            await asyncio.wait(self._tasks)
