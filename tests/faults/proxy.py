"""A proxy between a client and a server, which does what a schedule says."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections import Counter
from dataclasses import dataclass, field

KILLED_AFTER = 5.0
"""Seconds after which the deployed server drops a WebSocket that was opened on a connection that
had served a request before (PROTOCOL section 1)."""

TEXT, CLOSE = 1, 8


class Reader:
    """Reads WebSocket frames out of the bytes that pass, after the head of HTTP."""

    def __init__(self):
        self.texts, self.closes = [], False
        self.frames, self.last = 0, b""
        self._rest, self._head = b"", True

    def feed(self, passed):
        self._rest += passed
        if self._head:
            _, found, rest = self._rest.partition(b"\r\n\r\n")
            if not found:
                return
            self._rest, self._head = rest, False
        while self._frame():
            pass

    @property
    def last_is_text(self):
        return self.last[:1] == bytes([0x80 | TEXT])

    def _frame(self):
        rest = self._rest
        if len(rest) < 2:
            return False
        at, length, masked = 2, rest[1] & 127, rest[1] & 128
        if length >= 126:
            at += 2 if length == 126 else 8
            length = int.from_bytes(rest[2:at], "big")
        at += 4 if masked else 0
        if len(rest) < at + length:
            return False
        self.last, self._rest = rest[: at + length], rest[at + length :]
        self.frames += 1
        if self.last_is_text:
            self.texts.append(self.last[at:].decode() if not masked else "")
        self.closes = self.closes or rest[0] & 15 == CLOSE
        return True


@dataclass
class Line:
    """One WebSocket through the proxy: what came from the server, what was passed on in full.

    ``doubles`` are the places in ``read.texts`` of those that were passed twice.
    """

    number: int
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    said: Reader = field(default_factory=Reader)
    read: Reader = field(default_factory=Reader)
    doubles: list = field(default_factory=list)
    ended_by: str = ""
    dribble: int = 0
    after_frame: object = None
    armed_at: int = 0
    dropping: set = field(default_factory=set)
    was_reset: bool = False
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, by):
        self.ended_by = self.ended_by or by

    @property
    def passed(self):
        """The messages that came to the client's end in full, those that came twice twice."""
        twice = Counter(self.doubles)
        return [t for i, text in enumerate(self.read.texts) for t in [text] * (1 + twice[i])]


def reset(writer):
    """Close with RST: no linger, nothing flushed."""
    with contextlib.suppress(OSError):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Proxy:
    """Between a client and a server at ``port``; it does what the schedule says.

    Like the deployed server it kills a WebSocket that does not have a connection of its own,
    ``kills_after`` seconds after it was opened.
    """

    def __init__(self, port, strikes=(), refusals=(), *, kills_after=KILLED_AFTER):
        self.strikes, self.refusals = strikes, refusals
        self.lines, self.struck, self.requests = [], [], Counter()
        self.pooled = 0
        self._kills_after = kills_after
        self._upstream = port
        self._tasks, self._serving, self._again = set(), None, None
        # Bound and not listening: the port stays ours while nobody listens on it.
        self._hold = socket.socket()
        self._hold.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._hold.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._hold.getsockname()[1]}"

    @property
    def connections(self):
        """How many connections of the client are open."""
        return len(self._tasks)

    async def __aenter__(self):
        await self._listen()
        return self

    async def __aexit__(self, *_):
        if self._again is not None:
            self._again.cancel()
        self._serving.close()
        tasks = [*self._tasks, *([self._again] if self._again else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._hold.close()

    async def _listen(self):
        port = self._hold.getsockname()[1]
        self._serving = await asyncio.start_server(self._accept, "127.0.0.1", port)

    async def _listen_again(self, seconds):
        await asyncio.sleep(seconds)
        await self._listen()

    async def _accept(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._requests(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(asyncio.current_task())
            writer.close()

    async def _requests(self, reader, writer):
        up_reader = up_writer = None
        served = 0
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                what = _sort(head)
                nth = self.requests[what]
                self.requests[what] += 1
                if refusal := next(
                    (r for r in self.refusals if (r.what, r.nth) == (what, nth)), None
                ):
                    self.struck.append(refusal)
                    if not refusal.code:
                        reset(writer)
                        return
                    writer.write(_answer(refusal))
                    await writer.drain()
                    if what == "socket":
                        return
                    continue
                if up_writer is None:
                    up_reader, up_writer = await asyncio.open_connection(
                        "127.0.0.1", self._upstream
                    )
                up_writer.write(head)
                if what == "socket":
                    await self._line(reader, writer, up_reader, up_writer, pooled=served > 0)
                    return
                answer = await up_reader.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"(?i)content-length: *(\d+)", answer)[1])
                writer.write(answer + await up_reader.readexactly(length))
                await writer.drain()
                served += 1
        finally:
            if up_writer is not None:
                up_writer.close()

    async def _line(self, reader, writer, up_reader, up_writer, *, pooled):
        line = Line(len(self.lines), writer, up_writer)
        line.flowing.set()
        self.lines.append(line)
        kill = None
        if pooled:
            self.pooled += 1
            kill = self._kill_later(line, self._kills_after)
        pumps = [
            asyncio.create_task(self._pump(line, up_reader, writer, "down")),
            asyncio.create_task(self._pump(line, reader, up_writer, "up")),
        ]
        try:
            await asyncio.gather(*pumps)
        finally:
            if kill is not None:
                kill.cancel()
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, line, reader, writer, way):
        here = [s for s in self.strikes if (s.line, s.way) == (line.number, way)]
        here.sort(key=lambda strike: strike.at)
        came = 0
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                if way == "down":
                    line.said.feed(data)
                while data and line.ended_by != "proxy":
                    await line.flowing.wait()
                    room = here[0].at - came if here else len(data)
                    if line.dribble:
                        line.dribble -= 1
                        await asyncio.sleep(0)
                    if line.dribble or (line.after_frame and way == "down"):
                        room = min(room, 1)
                    if line.ended_by == "proxy":
                        break
                    now, data = data[:room], data[room:]
                    came += len(now)
                    if now and way not in line.dropping:
                        writer.write(now)
                        if way == "down":
                            line.read.feed(now)
                            self._frame_boundary(line, writer)
                        await writer.drain()
                    if here and came == here[0].at:
                        await self._strike(line, here.pop(0))
                if line.ended_by == "proxy" and way == "down":
                    return
        self._ended(line, writer, way)

    def _ended(self, line, writer, way):
        line.end("server" if way == "down" or line.read.closes else "client")
        with contextlib.suppress(OSError):
            if not writer.is_closing():
                writer.write_eof()

    async def _strike(self, line, strike):
        if line.ended_by:
            return
        if strike.kind in ("double", "close"):
            # Noted when it happens: the frame that it waits for may never come.
            line.after_frame, line.armed_at = strike, line.read.frames
            return
        self.struck.append(strike)
        if strike.kind == "delay":
            await asyncio.sleep(strike.seconds)
        elif strike.kind == "stall":
            line.flowing.clear()
            await asyncio.sleep(strike.seconds)
            line.flowing.set()
        elif strike.kind == "dribble":
            line.dribble = 60
        elif strike.kind == "drop":
            line.dropping.add(strike.way)
        elif strike.kind == "kill":
            self._kill_later(line, strike.seconds)
        else:
            if strike.kind == "refuse":
                self._serving.close()
                self._again = asyncio.create_task(self._listen_again(strike.seconds))
            self._cut(line, strike.kind)

    def _frame_boundary(self, line, writer):
        """What waits for the end of a frame is done when a frame has ended."""
        strike = line.after_frame
        if strike is None or line.read.frames == line.armed_at:
            return
        if strike.kind == "close":
            writer.write(bytes([0x80 | CLOSE, 2]) + strike.code.to_bytes(2, "big"))
            self._cut(line, "close")
        elif line.read.last_is_text:
            writer.write(line.read.last)
            line.doubles.append(len(line.read.texts) - 1)
        else:
            return
        self.struck.append(strike)
        line.after_frame = None

    def _kill_later(self, line, seconds):
        return asyncio.get_running_loop().call_later(
            seconds, lambda: line.ended_by or self._cut(line, "reset")
        )

    def _cut(self, line, kind):
        line.end("proxy")
        line.was_reset = kind == "reset"
        if line.was_reset:
            reset(line.client)
            reset(line.server)
            return
        # What was passed is delivered: the client's side ends by FIN, and what it still says is
        # read and thrown away, so that no RST takes back what it has not read yet.
        with contextlib.suppress(OSError):
            line.client.write_eof()
        line.server.transport.abort()


def _sort(head):
    path = head.split(b" ", 2)[1]
    if path.startswith(b"/ws/"):
        return "socket"
    if path.endswith(b"/status"):
        return "status"
    return "session" if path == b"/api/session" else "other"


def _answer(refusal):
    kind = "application/json" if refusal.body.startswith("{") else "text/plain"
    return (
        f"HTTP/1.1 {refusal.code} No\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(refusal.body)}\r\n\r\n{refusal.body}"
    ).encode()
