"""A network that breaks by a schedule: a proxy, a server that goes on, a client, and what must hold.

A :class:`Schedule` is drawn from a seed, and strikes by counts of bytes, connections and requests.
:func:`play` runs one, and says what it found; ``python tests/soak.py --seed N`` runs it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import socket
import struct
import threading
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from aiohttp import WSMsgType, web

from buttermilk_widget import ButtermilkError, Readiness, Session, live

LIMIT = 6.0
"""Seconds in which every run must have settled; a schedule itself takes a fraction of one."""

CODES = (*range(1000, 1016), 3000, 3333, 3999)


# --- what is to go wrong -------------------------------------------------------------------------


@dataclass(frozen=True)
class Strike:
    """Something happens to the WebSocket ``line`` after ``at`` bytes in one direction.

    ``down`` is server to client, and counts the answer to the upgrade; ``up`` counts frames only.
    Kinds: ``cut`` (an end, cleanly), ``reset`` (RST), ``delay`` (this direction waits), ``stall``
    (both wait), ``dribble`` (the next 60 bytes come one by one), ``refuse`` (a cut, and for a while
    nobody listens).
    """

    line: int
    way: str
    at: int
    kind: str
    seconds: float = 0.0

    def __str__(self):
        lasting = f" for {self.seconds:.2f} s" if self.seconds else ""
        return f"socket {self.line}: {self.kind}{lasting} after {self.at} bytes {self.way}"


@dataclass(frozen=True)
class Refusal:
    """The ``nth`` request of a kind (session, status, socket) is not passed on.

    ``code`` is the HTTP status that it gets instead; 0 is RST.
    """

    what: str
    nth: int
    code: int
    body: str = "not here"

    def __str__(self):
        return f"{self.what} request {self.nth}: {self.code or 'reset'} {self.body!r}"


@dataclass(frozen=True)
class Schedule:
    """All that goes wrong in one run, and what the run is."""

    seed: int
    steps: tuple
    strikes: tuple = ()
    refusals: tuple = ()
    early: tuple = ()
    pace: float = 0.002
    reconnect: float = 1.0
    heartbeat: float = 20.0
    after: str = "again"

    def __repr__(self):
        wrong = [str(fault) for fault in (*self.strikes, *self.refusals)]
        run = " ".join(f"{kind}:{what}" if what else kind for kind, what in self.steps)
        return (
            f"seed {self.seed}: {'; '.join(wrong) or 'nothing goes wrong'} | {run} | early words at "
            f"{list(self.early)}, after the end {self.after}, reconnect {self.reconnect}, "
            f"heartbeat {self.heartbeat}"
        )

    @classmethod
    def drawn(cls, seed):
        """The schedule of this seed."""
        rng = random.Random(seed)  # noqa: S311 - no secret
        steps = []
        for _ in range(rng.randint(6, 18)):
            steps.append(("say", ""))
            if rng.random() < 0.25:
                steps.append(("ask", rng.choice(("confirm", "words"))))
                if rng.random() < 0.25:
                    steps[-1] = ("ask and drop", steps[-1][1])
            if rng.random() < 0.06:
                steps.append(("close", rng.choice(CODES)))
            if rng.random() < 0.06:
                steps.append(("twice", ""))
        strikes, lines = [], rng.randint(0, 4)
        for line in range(lines):
            strikes += [cls._disturbance(rng, line) for _ in range(rng.randint(0, 2))]
            kind = rng.choice(("cut", "cut", "cut", "reset", "reset", "refuse"))
            seconds = rng.uniform(0.02, 0.2) if kind == "refuse" else 0.0
            strikes.append(Strike(line, *cls._where(rng), kind, seconds))
        refusals = []
        for _ in range(rng.choice((0, 0, 1, 2, 3))):
            what = rng.choice(("status", "status", "socket", "socket"))
            code = rng.choice((0, 400, 401, 403, 404, 429, 500, 502, 503))
            refusals.append(Refusal(what, rng.randint(what == "socket", 3), code))
        if rng.random() < 0.05:
            what, code = rng.choice((("session", 503), ("session", 0), ("socket", 403)))
            refusals.append(Refusal(what, 0, code))
        if rng.random() < 0.05:
            refusals.append(Refusal("status", rng.randint(0, 2), 404, '{"detail": "not found"}'))
        return cls(
            seed,
            tuple(steps),
            tuple(strikes),
            tuple(refusals),
            tuple(sorted(rng.sample(range(12), rng.randint(0, 4)))),
            pace=rng.choice((0.0, 0.002, 0.005)),
            reconnect=rng.choice((0.3, 1.0, 1.0)),
            heartbeat=rng.choice((20.0, 20.0, 0.3)),
            after=rng.choice(("again", "close", "forget")),
        )

    @staticmethod
    def _where(rng):
        way = rng.choice(("down", "down", "up"))
        return way, rng.randint(0, 2200 if way == "down" else 350)

    @classmethod
    def _disturbance(cls, rng, line):
        kind = rng.choice(("delay", "stall", "dribble"))
        seconds = 0.0 if kind == "dribble" else rng.choice((0.01, 0.05, 0.1, 0.4))
        return Strike(line, *cls._where(rng), kind, seconds)


# --- the proxy -----------------------------------------------------------------------------------


class Reader:
    """Reads WebSocket frames out of the bytes that pass, after the head of HTTP."""

    def __init__(self):
        self.texts, self.closes = [], False
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
        if rest[0] & 15 == 1:
            self.texts.append(rest[at : at + length].decode() if not masked else "")
        self.closes = self.closes or rest[0] & 15 == 8
        self._rest = rest[at + length :]
        return True


@dataclass
class Line:
    """One WebSocket through the proxy: what was passed down it in full, and who ended it."""

    number: int
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    read: Reader = field(default_factory=Reader)
    ended_by: str = ""
    dribble: int = 0
    was_reset: bool = False
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, by):
        self.ended_by = self.ended_by or by


def reset(writer):
    """Close with RST: no linger, nothing flushed."""
    with contextlib.suppress(OSError):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Proxy:
    """Between a client and a server at ``port``; it does what the schedule says."""

    def __init__(self, port, strikes=(), refusals=()):
        self.strikes, self.refusals = strikes, refusals
        self.lines, self.struck, self.requests = [], [], Counter()
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
                    await self._line(reader, writer, up_reader, up_writer)
                    return
                answer = await up_reader.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"(?i)content-length: *(\d+)", answer)[1])
                writer.write(answer + await up_reader.readexactly(length))
                await writer.drain()
        finally:
            if up_writer is not None:
                up_writer.close()

    async def _line(self, reader, writer, up_reader, up_writer):
        line = Line(len(self.lines), writer, up_writer)
        line.flowing.set()
        self.lines.append(line)
        pumps = [
            asyncio.create_task(self._pump(line, up_reader, writer, "down")),
            asyncio.create_task(self._pump(line, reader, up_writer, "up")),
        ]
        try:
            await asyncio.gather(*pumps)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, line, reader, writer, way):
        here = [s for s in self.strikes if (s.line, s.way) == (line.number, way)]
        here.sort(key=lambda strike: strike.at)
        passed = 0
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                while data and line.ended_by != "proxy":
                    await line.flowing.wait()
                    room = here[0].at - passed if here else len(data)
                    if line.dribble:
                        line.dribble, room = line.dribble - 1, min(room, 1)
                        await asyncio.sleep(0)
                    if line.ended_by == "proxy":
                        break
                    now, data = data[:room], data[room:]
                    if now:
                        writer.write(now)
                        if way == "down":
                            line.read.feed(now)
                        await writer.drain()
                    passed += len(now)
                    if here and passed == here[0].at:
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
        self.struck.append(strike)
        if strike.kind == "delay":
            await asyncio.sleep(strike.seconds)
        elif strike.kind == "stall":
            line.flowing.clear()
            await asyncio.sleep(strike.seconds)
            line.flowing.set()
        elif strike.kind == "dribble":
            line.dribble = 60
        else:
            if strike.kind == "refuse":
                self._serving.close()
                self._again = asyncio.create_task(self._listen_again(strike.seconds))
            self._cut(line, strike.kind)

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


# --- the server ----------------------------------------------------------------------------------


class Flow:
    """A server with one session, whose run goes on whether or not anybody listens.

    A question waits until it is answered, and is put again to a new socket. ``after`` is what a
    socket meets that comes when the run is over: the end ``again``, a ``close`` with 4001, or a
    server that ``forget``s the session.
    """

    def __init__(self, schedule):
        self.schedule = schedule
        self.numbers, self.wrote, self.received, self.runs = [], [], [], 0
        self.asked = 0
        self.over = False
        self._serial, self._last = 0, ""
        self._socket, self._gone, self._request = None, None, None
        self._open, self._answered = "", asyncio.Event()
        self._tasks = set()

    @asynccontextmanager
    async def serve(self):
        app = web.Application()
        app.router.add_get("/api/session", self._session)
        app.router.add_get("/api/flows", self._flows)
        app.router.add_get("/api/session/{id}/status", self._status)
        app.router.add_delete("/api/session/{id}", self._delete)
        app.router.add_get("/ws/{id}", self._connect)
        runner = web.AppRunner(app, shutdown_timeout=0.2, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield site._server.sockets[0].getsockname()[1]
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await runner.cleanup()

    async def _session(self, request):
        return web.json_response({"session_id": "s"})

    async def _flows(self, request):
        return web.json_response({"flow_choices": ["osb"]})

    async def _status(self, request):
        if self.over and self.schedule.after == "forget":
            return web.json_response({"detail": "Session not found"}, status=404)
        return web.json_response({"status": "active"})

    async def _delete(self, request):
        return web.json_response({"message": "done"})

    async def _connect(self, request):
        if self._gone is not None:
            self._drop()
            await self._gone.wait()
        made = web.WebSocketResponse(timeout=0.5)
        gone = self._gone = asyncio.Event()
        self._request = request
        try:
            await made.prepare(request)
            self._socket = made
            self._spawn(self._go_on(made))
            async for message in made:
                if message.type is WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            if self._socket is made:
                self._socket = None
            gone.set()
        return made

    async def _go_on(self, made):
        """What a new socket meets: the end, once more; a question that was open, after a while."""
        if self.over and self.schedule.after == "again":
            await self._send(end())
        elif self.over:
            await made.close(code=4001)
        else:
            open_now = self.asked if self._open else 0
            await asyncio.sleep(0.05)
            if self._open and self._socket is made and self.asked == open_now:
                await self._ask()

    def _drop(self):
        if self._request.transport is not None:
            self._request.transport.abort()

    def _spawn(self, work):
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _heard(self, text):
        frame = json.loads(text)
        if frame["type"] == "run_flow":
            self.runs += 1
            self._spawn(self._play())
        else:
            self.received.append(text)
            if self._open:
                self._answered.set()

    async def _play(self):
        for kind, what in self.schedule.steps:
            await asyncio.sleep(self.schedule.pace)
            if kind == "say":
                self.numbers.append(len(self.numbers) + 1)
                await self._send({"type": "chat_message", "outputs": f"n {self.numbers[-1]}"})
            elif kind == "twice" and self._last:
                await self._write(self._last)
            elif kind == "close" and self._socket is not None:
                await self._socket.close(code=what)
            elif kind.startswith("ask"):
                self.asked += 1
                self._open = what
                self._answered.clear()
                await self._ask()
                if kind == "ask and drop":
                    await asyncio.sleep(0.003)
                    self._drop()
                await self._answered.wait()
                self._open = ""
        self.over = True
        await self._send(end())

    async def _ask(self):
        options = ["confirm", "reject"] if self._open == "confirm" else []
        said = {"content": f"q {self.asked}: {self._open}?", "options": options}
        await self._send({"type": "ui_message", "outputs": said})

    async def _send(self, frame):
        self._serial += 1
        text = json.dumps({**frame, "message_id": f"m-{self._serial}"})
        if frame["type"] == "chat_message":
            self._last = text
        await self._write(text)

    async def _write(self, text):
        if self._socket is None or self._socket.closed:
            return
        self.wrote.append(text)
        with contextlib.suppress(OSError):
            await self._socket.send_str(text)


def end():
    return {"type": "system_message", "outputs": {"content": "flow_completed"}}


# --- the client, and what must hold --------------------------------------------------------------


@contextmanager
def short_waits():
    """Tries follow each other, and the end is lingered over, in a fraction of the usual times."""
    delays, linger = live.delays, live.LINGER

    def short(first=0.01, longest=0.1):
        return delays(first, longest)

    live.delays, live.LINGER = short, 0.05
    try:
        yield
    finally:
        live.delays, live.LINGER = delays, linger


@dataclass
class Outcome:
    """What a schedule came to: figures, and what did not hold."""

    schedule: Schedule
    figures: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)
    unheard: int = 0

    def expect(self, holds, otherwise):
        if not holds:
            self.wrong.append(otherwise)

    def __str__(self):
        return f"seed {self.schedule.seed}: {' / '.join(self.wrong)}\n    {self.schedule!r}"


async def play(schedule):
    """Run one schedule, and check all that must hold after it."""
    outcome = Outcome(schedule)
    server = Flow(schedule)
    async with server.serve() as port, Proxy(port, schedule.strikes, schedule.refusals) as proxy:
        said = []
        session = Session(
            proxy.url,
            reconnect=schedule.reconnect,
            heartbeat=schedule.heartbeat,
            first_frame=1.0,
        )
        people = []
        try:
            async with asyncio.timeout(LIMIT):
                session.run("osb")
                people = [
                    asyncio.create_task(_answers(session, said, schedule.seed)),
                    asyncio.create_task(_speaks_early(session, said, schedule.early)),
                ]
                await session.closed()
        except TimeoutError:
            held = [f"{h.content or h.verdict}: {h.note}" for h in session.conversation.status.held]
            outcome.wrong.append(
                f"not settled after {LIMIT} s but {session!r}: {session.reason} Held: {held}"
            )
        for person in people:
            person.cancel()
        for result in await asyncio.gather(*people, return_exceptions=True):
            if isinstance(result, Exception):
                outcome.wrong.append(f"the manager met {result!r}")
        await session.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                while proxy.connections:
                    await asyncio.sleep(0.005)
        outcome.expect(not proxy.connections, f"{proxy.connections} connections were left open")
    check(outcome, session, server, proxy, said)
    return outcome


async def _answers(session, said, seed):
    """Answer each question: at once, a little later, or when there is no connection, if that comes."""
    rng, count = random.Random(seed), 0  # noqa: S311 - no secret
    with contextlib.suppress(ButtermilkError):
        while (question := await session.asked()) is not None:
            number = session.conversation.question.id
            steps, offline = rng.choice(((0, False), (0, False), (1, False), (12, True)))
            for _ in range(steps):
                await asyncio.sleep(0.003)
                if offline and session.readiness is Readiness.CONNECTING:
                    break
            asked = session.conversation.question
            if asked is None or asked.id != number:
                continue
            count += 1
            words = f"answer {count}"
            if question.form == "text":
                _say(said, words, lambda words=words: session.say(words))
            elif rng.random() < 0.5:
                _say(said, words, lambda words=words: session.reject(words))
            else:
                _say(said, "yes", session.confirm)
            while (now := session.conversation.question) and now.id == number:
                # Held, until the connection is back: nobody says the same again meanwhile.
                if session.readiness.settled:
                    return
                if not any(held.question == number for held in session.conversation.status.held):
                    break
                await asyncio.sleep(0.003)


async def _speaks_early(session, said, when):
    """Say words when there are so many entries, whether or not anything is being asked."""
    for number, count in enumerate(when, start=1):
        while session.conversation.count < count:
            if not await session.more(session.conversation.count):
                return
        words = f"early {number}"
        if session.conversation.status.remarks and number % 2:
            _say(said, words, lambda words=words: session.remark(words))
        else:
            _say(said, words, lambda words=words: session.say(words))


def _say(said, words, call):
    try:
        call()
    except ButtermilkError:
        return
    said.append(words)


def check(outcome, session, server, proxy, said):
    """Everything that must hold after a run."""
    talk = session.conversation
    entries = list(talk.entries)
    heard = [frame.text for frame in talk.frames if frame.direction == "in"]
    gaps = [entry for entry in entries if entry.body.kind == "gap"]
    outcome.figures.update(
        schedules=1,
        sockets=len(proxy.lines),
        frames_written=len(server.wrote),
        frames_received=len(heard),
        gaps=len(gaps),
    )
    outcome.figures[f"run_{session.readiness.value}"] += 1
    for struck in proxy.struck:
        kind = struck.kind if isinstance(struck, Strike) else f"{struck.what}_refused"
        outcome.figures[f"struck_{kind}"] += 1
    outcome.expect(
        outcome.wrong or session.readiness in (Readiness.ENDED, Readiness.LOST, Readiness.FAILED),
        f"settled as {session.readiness.value}",
    )
    if session.problem is not None and "itself went wrong" in str(session.problem):
        outcome.wrong.append(f"{session.problem} {session.problem.__cause__!r}")
    outcome.expect(server.runs <= 1, f"run_flow came {server.runs} times")
    _check_frames(outcome, session, server, proxy, heard)
    _check_gaps(outcome, session, server, entries, gaps)
    _check_sockets(outcome, talk, proxy, entries)
    _check_answers(outcome, talk, server, proxy, said)


def in_order(some, everything):
    """Whether ``some`` is what is left of ``everything`` when some of it is taken out."""
    rest = iter(everything)
    return all(one in rest for one in some)


def _check_frames(outcome, session, server, proxy, heard):
    passed, must = [], Counter()
    for line in proxy.lines:
        texts = line.read.texts
        passed += texts
        if line.was_reset or session.readiness is Readiness.FAILED:
            continue
        if line.ended_by == "client":
            ends = [i for i, text in enumerate(texts) if "flow_completed" in text]
            texts = texts[: ends[0] + 1] if ends else []
        must.update(texts)
    outcome.expect(in_order(passed, server.wrote), "the proxy itself is wrong")
    outcome.expect(in_order(heard, passed), "frames doubled or out of order")
    missing = must - Counter(heard)
    outcome.expect(not missing, f"delivered, and not received: {sorted(missing)}")
    shown = [e.body.content for e in session.entries if e.body.kind == "text"]
    sent = [json.loads(text)["outputs"] for text in heard if "chat_message" in text]
    outcome.expect(shown == sent, f"shown {shown}, received {sent}")


def _check_gaps(outcome, session, server, entries, gaps):
    for gap in gaps:
        until = gap.body.until
        outcome.expect(until is not None and until >= gap.body.began, f"gap {gap.id} has no end")
    for one, other in pairwise(gaps):
        outcome.expect(other.body.began >= one.body.until, f"gaps {one.id}, {other.id} overlap")
    # Each number that is missing lies in a gap: between what came before it and what came after.
    missing = set(server.numbers)
    marked, last = False, 0
    for entry in entries:
        if entry.body.kind == "gap":
            marked = True
        elif entry.body.kind == "text":
            number = int(entry.body.content[2:])
            skipped = range(last + 1, number)
            outcome.expect(marked or not skipped, f"no gap where {list(skipped)} are missing")
            missing.discard(number)
            marked, last = False, number
    tail = [number for number in missing if number > last]
    outcome.figures["numbers_missing"] += len(missing)
    outcome.expect(
        marked or not tail or session.readiness is Readiness.FAILED,
        f"no gap where {sorted(tail)} are missing at the end",
    )


def _check_sockets(outcome, talk, proxy, entries):
    """Between what came over one socket and what came over the next there is a gap."""
    times = Counter(text for line in proxy.lines for text in line.read.texts)
    came_by = {
        text: line.number for line in proxy.lines for text in line.read.texts if times[text] == 1
    }
    marked, last = False, None
    for entry in entries:
        if entry.body.kind == "gap":
            marked = True
        elif entry.frame is not None and talk.frames[entry.frame].text in came_by:
            number = came_by[talk.frames[entry.frame].text]
            outcome.expect(
                marked or last in (None, number), f"no gap between sockets {last} and {number}"
            )
            marked, last = False, number


def _check_answers(outcome, talk, server, proxy, said):
    entries = list(talk.entries)
    written = [f.text for f in talk.frames if f.direction == "out" and "run_flow" not in f.text]
    outcome.expect(
        in_order(server.received, written), "the server received what was not sent, or twice"
    )
    reached = Counter(json.loads(text)["content"] for text in server.received)
    shown = [entry for entry in entries if entry.body.kind == "answer"]
    held = Counter(h.content or "yes" for h in talk.status.held)
    wanted = Counter(said)
    found = Counter(e.body.content for e in shown) + held
    outcome.expect(found == wanted, f"said {wanted - found} is nowhere, {found - wanted} is double")
    last_gap = max((e.id for e in entries if e.body.kind == "gap"), default=0)
    if proxy.lines and proxy.lines[-1].ended_by == "proxy":
        last_gap = len(entries) + 1  # the last socket broke, and no gap shows it after the end
    for words in wanted:
        ours = [entry for entry in shown if entry.body.content == words]
        lost = sum(entry.body.state == "lost" for entry in ours)
        sent = len(ours) - lost
        unheard = max(0, sent - reached[words])
        outcome.expect(reached[words] <= len(ours), f"{words!r} reached the server twice")
        if unheard:
            before_a_gap = sum(e.id < last_gap for e in ours if e.body.state == "sent")
            outcome.expect(
                unheard <= before_a_gap, f"{words!r} is 'sent', with no gap after, and never came"
            )
        outcome.figures.update(
            answers=wanted[words],
            answers_sent_and_reached=sent - unheard,
            answers_sent_but_never_reached_before_a_break=unheard,
            answers_lost=lost,
            answers_lost_that_reached=max(0, reached[words] - sent),
            answers_held=held[words],
        )
        outcome.unheard += unheard


async def play_all(seeds, at_once=20):
    """Run these seeds, some at once; an outcome each. What is left over counts against its batch."""
    loop, unhandled = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, context: unhandled.append(context))
    seeds, outcomes = list(seeds), []
    for start in range(0, len(seeds), at_once):
        batch = seeds[start : start + at_once]
        threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
        with short_waits():
            done = await asyncio.gather(*(play(Schedule.drawn(seed)) for seed in batch))
        await asyncio.sleep(0.01)
        left = asyncio.all_tasks() - tasks
        done[0].expect(not left, f"in seeds {batch[0]} to {batch[-1]} tasks were left: {left}")
        # The loop's own pool looks names up, and ends with the loop.
        more = {t for t in set(threading.enumerate()) - threads if t.name[:8] != "asyncio_"}
        done[0].expect(not more, f"in seeds {batch[0]} to {batch[-1]} threads were left: {more}")
        done[0].expect(not unhandled, f"in seeds {batch[0]} to {batch[-1]}: {unhandled}")
        unhandled.clear()
        outcomes += done
    loop.set_exception_handler(None)
    return outcomes
