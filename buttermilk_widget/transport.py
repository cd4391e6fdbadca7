"""The seam where the wires go: text frames to and from a server, and nothing else.

A :class:`Transport` is all that the driver knows of a connection, so that a recording can stand in
for a socket.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import aiohttp

from .proxies import way_to

if TYPE_CHECKING:
    import ssl

    from yarl import URL

    from .credentials import Credentials

MAX_FRAME = 64 * 2**20
"""Bytes. A prompt of 2.5 MB comes back in a frame of 5 MB; aiohttp's own limit is 4 MiB."""

OPENS_WITHIN = 10.0
"""Seconds that a WebSocket may take to open."""

HEARTBEAT = 20.0
"""Seconds between pings; a peer that answers none for half of that is taken for gone."""


@dataclass(eq=False)
class Closed(Exception):
    """The connection is closed, or never came to be.

    Attributes:
        reason: A sentence for the person.
        code: The WebSocket's close code, if there was one.
        unsent: Whether the frame that was to be sent certainly did not go.
    """

    reason: str
    code: int | None = None
    unsent: bool = False

    @property
    def final(self) -> bool:
        """Whether the server has said that it will not have this session back.

        Codes from 4000 are an application's own word; the others are accidents of the network,
        or of a server that closes with 1000 whatever happened.
        """
        return self.code is not None and 4000 <= self.code < 5000


@dataclass(frozen=True)
class Pong:
    """The other end has everything that was sent up to what was marked with this."""

    mark: int


class Transport(Protocol):
    """A connection that can be opened, and opened again after it broke."""

    async def open(self, url: URL) -> None:
        """Connect.

        Raises:
            Closed: it could not.
        """

    async def send(self, text: str, mark: int | None = None) -> None:
        """Send one frame; with a ``mark``, :meth:`receive` gives its :class:`Pong` in time.

        Raises:
            Closed: the connection is gone.
        """

    async def receive(self) -> str | Pong:
        """The next frame, when there is one, or what the other end has got.

        Raises:
            Closed: there will be none.
        """

    async def close(self) -> None:
        """Close; safe at any time, and more than once."""


class WebSocketTransport:
    """The WebSocket, on a connection of its own.

    It never shares the HTTP side's connections: the deployed server closes a socket that was opened
    on the kept-alive connection of a GET after 5.0 s, in 31 of 50 tries (PROTOCOL section 1).

    Args:
        credentials: Sent with each opening request, and shown nowhere.
        ssl: A context, or ``False`` to trust any certificate; ``True`` is the system's trust.
        max_frame: The largest frame to take, in bytes.
        heartbeat: Seconds between pings.
    """

    def __init__(
        self,
        *,
        credentials: Credentials | None = None,
        ssl: ssl.SSLContext | bool = True,
        max_frame: int = MAX_FRAME,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._credentials = credentials
        self._ssl = ssl
        self._max_frame = max_frame
        self._heartbeat = heartbeat
        self._client: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def open(self, url: URL) -> None:
        """Connect, or connect anew; see :meth:`Transport.open`."""
        await self.close()
        headers = self._credentials.fresh() if self._credentials is not None else {}
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._ssl, force_close=True),
            trace_configs=[_here_only()],
        )
        try:
            async with asyncio.timeout(OPENS_WITHIN):
                self._socket = await self._client.ws_connect(
                    url,
                    headers=headers,
                    max_msg_size=self._max_frame,
                    heartbeat=self._heartbeat,
                    autoping=False,
                    timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
                    proxy=way_to(url),
                )
        except aiohttp.WSServerHandshakeError as error:
            await self.close()
            said = f"The server refused the WebSocket (HTTP {error.status})."
            raise Closed(said, code=None) from None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            await self.close()
            raise Closed("The server could not be reached.") from None

    async def send(self, text: str, mark: int | None = None) -> None:
        """Send one frame; see :meth:`Transport.send`.

        A ping follows what is marked: it is answered in order, so its pong says that the frame
        before it has come (RFC 6455, section 5.5.2).
        """
        socket = self._socket
        if socket is None or socket.closed:
            raise Closed("The connection is closed.", unsent=True)
        try:
            await socket.send_str(text)
            if mark is not None:
                await socket.ping(str(mark).encode())
        except (aiohttp.ClientError, OSError):
            raise Closed("The connection broke while something was being sent.") from None

    async def receive(self) -> str | Pong:
        """The next frame; see :meth:`Transport.receive`. Bytes are read as UTF-8, leniently."""
        socket = self._socket
        if socket is None:
            raise Closed("The connection is closed.")
        while True:
            message = await socket.receive()
            match message.type:
                case aiohttp.WSMsgType.TEXT:
                    return str(message.data)
                case aiohttp.WSMsgType.BINARY:
                    return bytes(message.data).decode("utf-8", "replace")
                case aiohttp.WSMsgType.PING:
                    with contextlib.suppress(aiohttp.ClientError, OSError):  # receive() will say it
                        await socket.pong(message.data)
                case aiohttp.WSMsgType.PONG:
                    # Those of the heartbeat are empty; a server may send any of its own accord.
                    if bytes(message.data).isdigit():
                        return Pong(int(message.data))
                case _:
                    raise self._closed(socket, message)

    async def close(self) -> None:
        """Close; see :meth:`Transport.close`."""
        socket, client = self._socket, self._client
        self._socket = self._client = None
        if socket is not None:
            await socket.close()
        if client is not None:
            await client.close()

    def _closed(
        self, socket: aiohttp.ClientWebSocketResponse, message: aiohttp.WSMessage
    ) -> Closed:
        code = socket.close_code
        if code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
            # Either side may have found it too big: theirs for us, or ours for them.
            return Closed(
                "A frame was too big, and closed the connection. If it was one that came, "
                f"max_frame= sets the limit ({self._max_frame // 2**20} MiB now); if it was one "
                "that went, say less at once.",
                code,
            )
        said = f": {message.extra}" if isinstance(message.extra, str) and message.extra else ""
        if code is None or code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE:
            return Closed("The connection dropped.", code)
        return Closed(f"The server closed the connection (code {code}{said}).", code)


def _here_only() -> aiohttp.TraceConfig:
    """Follows no redirect, which would carry the headers to somebody else."""

    async def refuse(*_: object) -> None:
        raise aiohttp.ClientError

    watched = aiohttp.TraceConfig()
    watched.on_request_redirect.append(refuse)
    return watched
