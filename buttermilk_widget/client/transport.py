"""The seam where the wires go: text frames to and from a server, and nothing else.

A :class:`Transport` is all that the driver knows of a connection, so that a recording can stand in
for a socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket as sockets
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import aiohttp

from buttermilk_widget._tracebacks import forget_frames
from buttermilk_widget.errors import ServerUnreachable, truncate

from .proxies import proxy_for

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable

    from yarl import URL

    from .credentials import Credentials

MAX_FRAME = 64 * 2**20
"""Bytes. A prompt of 2.5 MB comes back in a frame of 5 MB; aiohttp's own limit is 4 MiB."""

OPENS_WITHIN = 10.0
"""Seconds that a WebSocket may take to open."""

HEARTBEAT = 20.0
"""Seconds after which a server that says nothing is pinged, and pinged again."""

SILENCE = 600.0
"""Seconds without a frame or a pong after which a connection is taken for dead.

Many minutes, because a late pong is no dead line: an agent that computes synchronously blocks the
server's whole loop, pongs included, and its result comes when it is done (PROTOCOL section 6).
"""

UNACKNOWLEDGED = 30.0
"""Seconds without an acknowledgement of TCP for a ping after which the line is dead for sure: it is
the other end's system that gives it, however busy its programs are."""

_SAID_WITHIN = 1.0
"""Seconds that a ping or a pong may wait to be written, when the other end does not read."""

_TICK = 0.001
"""Seconds by which a timer may be early."""

TURN = 0.01
"""Seconds of reading after which others have their turn: what is in the buffer is not waited for."""


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
    """The other end has everything that was sent up to what was marked with this, if it says so."""

    mark: int | None = None


@dataclass(frozen=True)
class Quiet:
    """Nothing has come for so many seconds, and the other end is pinged.

    Attributes:
        seconds: Since something came.
        unanswered: Whether an earlier ping has found no answer yet.
    """

    seconds: float
    unanswered: bool = False


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

    async def receive(self) -> str | Pong | Quiet:
        """The next frame, when there is one; what the other end has got; or that it is silent.

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
        heartbeat: Seconds after which a server that says nothing is pinged.
        silence: Seconds without a frame or a pong after which the connection is taken for dead.
    """

    def __init__(
        self,
        *,
        credentials: Credentials | None = None,
        ssl: ssl.SSLContext | bool = True,
        max_frame: int = MAX_FRAME,
        heartbeat: float = HEARTBEAT,
        silence: float = SILENCE,
    ) -> None:
        self._credentials = credentials
        self._ssl = ssl
        self._max_frame = max_frame
        self._heartbeat = heartbeat
        self._silence = silence
        self._client: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._heard_at = 0.0
        self._pinged_at: float | None = None  # the first time, of those that found no answer
        self._look_at = 0.0
        self._turn_until = 0.0
        self._ping: bytes | None = None  # the newest that is to be answered
        self._answering: asyncio.Task[None] | None = None

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
                    # aiohttp's own takes a late pong for a dead line.
                    heartbeat=None,
                    autoping=False,
                    timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
                    proxy=proxy_for(url),
                )
        except aiohttp.WSServerHandshakeError as error:
            await self.close()
            said = f"The server refused the WebSocket (HTTP {error.status})."
            if error.status in (401, 403):
                said = f"{said} It was sent what the requests were sent, which were not refused."
            raise Closed(said, code=None) from None
        except ServerUnreachable as error:
            await self.close()
            raise Closed(str(error)) from None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            await self.close()
            raise Closed("The server could not be reached.") from None
        except BaseException as error:
            forget_frames(error)  # a library's variables hold the headers
            raise
        self._hear()

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

    async def receive(self) -> str | Pong | Quiet:
        """The next frame; see :meth:`Transport.receive`. Bytes are read as UTF-8, leniently."""
        socket = self._socket
        if socket is None:
            raise Closed("The connection is closed.")
        while True:
            try:
                async with asyncio.timeout_at(self._look_at):
                    message = await socket.receive()
            except TimeoutError:
                quiet = await self._look(socket)
                if quiet is not None:
                    return quiet
                continue
            awaited = self._hear()
            came = await self._read(socket, message)
            if came is not None:
                return came
            if awaited:
                return Pong()
            await self._take_turns()

    async def _read(
        self, socket: aiohttp.ClientWebSocketResponse, message: aiohttp.WSMessage
    ) -> str | Pong | None:
        """What a message has for us; a ping will be answered.

        Raises:
            Closed: it is the last one.
        """
        match message.type:
            case aiohttp.WSMsgType.TEXT:
                return str(message.data)
            case aiohttp.WSMsgType.BINARY:
                return bytes(message.data).decode("utf-8", "replace")
            case aiohttp.WSMsgType.PING:
                self._answer(socket, bytes(message.data))
                return None
            case aiohttp.WSMsgType.PONG:
                # Those of the heartbeat are empty; a server may send any of its own accord.
                return Pong(int(message.data)) if bytes(message.data).isdigit() else None
            case _:
                raise self._closed(socket, message)

    def _answer(self, socket: aiohttp.ClientWebSocketResponse, ping: bytes) -> None:
        """Answer a ping when nothing more is in the buffer; of several the newest, which is enough.

        An endpoint may leave out earlier ones (RFC 6455, section 5.5.3). An answer to each of 300,000
        pings held up the frame behind them for 16 s.
        """
        self._ping = ping
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._pong(socket))

    async def _pong(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while (ping := self._ping) is not None:
            self._ping = None
            await self._say(socket.pong(ping))

    def _hear(self) -> bool:
        """Something came; whether a ping was waiting for that."""
        awaited = self._pinged_at is not None
        self._heard_at = asyncio.get_running_loop().time()
        self._pinged_at = None
        self._look_at = self._heard_at + min(self._heartbeat, self._silence)
        return awaited

    async def _take_turns(self) -> None:
        """Let others have their turn: pings are in the buffer as fast as a server likes."""
        now = asyncio.get_running_loop().time()
        if now > self._turn_until:
            await asyncio.sleep(0)
            self._turn_until = now + TURN

    async def _look(self, socket: aiohttp.ClientWebSocketResponse) -> Quiet | None:
        """Ping a server that has said nothing; nothing, if a long frame is on its way.

        Raises:
            Closed: the line is dead.
        """
        now = asyncio.get_running_loop().time()
        line = line_of(socket)
        heard = self._heard_at if line is None else max(self._heard_at, now - line.heard)
        quiet = now - heard
        if quiet < 0.9 * min(self._heartbeat, self._silence):
            self._look_at = heard + self._heartbeat
            return None
        if quiet > self._silence - _TICK:
            await self._drop()
            raise Closed(
                f"The server has been silent for {quiet:.0f} s, and the connection is taken for "
                "dead; silence= sets how long."
            )
        unanswered = self._pinged_at is not None
        self._pinged_at = self._pinged_at or now
        asked = now - self._pinged_at
        if line is not None and line.acknowledged > asked > UNACKNOWLEDGED:
            await self._drop()
            raise Closed("The connection dropped: nothing gets through to the server any more.")
        self._look_at = min(now + self._heartbeat, heard + self._silence)
        await self._say(socket.ping())
        return Quiet(quiet, unanswered=unanswered)

    async def _say(self, what: Awaitable[None]) -> None:
        """Send a ping or a pong; one that cannot be written now is on its way, or receiving says why."""
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(_SAID_WITHIN):
                await what

    async def close(self) -> None:
        """Close; see :meth:`Transport.close`."""
        socket, client = self._socket, self._client
        self._socket = self._client = self._ping = None
        if self._answering is not None:
            self._answering.cancel()
            self._answering = None
        if socket is not None:
            await socket.close()
        if client is not None:
            await client.close()

    async def _drop(self) -> None:
        """Close a line that is dead: nobody answers there, so that none is waited for."""
        if self._client is not None:
            await self._client.close()
        await self.close()

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
        said = (
            f": {truncate(message.extra)}"
            if isinstance(message.extra, str) and message.extra
            else ""
        )
        if code is None or code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE:
            return Closed("The connection dropped.", code)
        return Closed(f"The server closed the connection (code {code}{said}).", code)


class Line(NamedTuple):
    """What the system knows of a connection: seconds since the other end's system last ..."""

    heard: float
    """... sent anything, be it a part of a frame."""
    acknowledged: float
    """... acknowledged anything."""


def line_of(socket: aiohttp.ClientWebSocketResponse) -> Line | None:
    """What the system knows of a connection, where it tells: Linux does."""
    raw = socket.get_extra_info("socket")
    if sys.platform != "linux" or raw is None:
        return None
    try:
        told = raw.getsockopt(sockets.IPPROTO_TCP, sockets.TCP_INFO, _TCP_INFO.size)
        *_, data, acknowledged = _TCP_INFO.unpack(told)
    except (OSError, struct.error):  # it is closed, or the system is one that only looks like Linux
        return None
    return Line(data / 1000, acknowledged / 1000)


# The beginning of Linux's struct tcp_info, up to tcpi_last_data_recv and tcpi_last_ack_recv.
_TCP_INFO = struct.Struct("8B13I")


def _here_only() -> aiohttp.TraceConfig:
    """Follows no redirect, which would carry the headers to somebody else."""

    async def refuse(*_: object) -> None:
        raise aiohttp.ClientError

    watched = aiohttp.TraceConfig()
    watched.on_request_redirect.append(refuse)
    return watched
