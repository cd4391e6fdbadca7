"""What a client may ask of the server, and what it hears when that is too much."""

from __future__ import annotations

import asyncio
import json
import math
import socket
import statistics
import time

import aiohttp
import pytest
from support.costs import walk_seconds
from support.servers import Clock

from buttermilk_widget.server import BackgroundServer, Settings
from buttermilk_widget.server.http.app import STRANGERS
from buttermilk_widget.server.http.closing import TOO_FAST, TOO_SLOW, UNKNOWN_SESSION
from buttermilk_widget.server.http.outbox import Outbox
from buttermilk_widget.server.http.registry import SessionManager
from buttermilk_widget.server.http.token_bucket import TokenBucket

QUICK = {"setup_delay": 0.0, "pace": 0.0}


# --- sessions ------------------------------------------------------------------------------------


def test_ids_cannot_be_guessed(record_property):
    ids = [SessionManager.new_id() for _ in range(2000)]
    assert len(set(ids)) == len(ids)
    bits = math.log2(64) * min(len(made) for made in ids)
    assert bits >= 128
    # Each place takes all 64 letters, and none more often than chance allows (6 sigma).
    expected = len(ids) / 64
    for place in zip(*ids, strict=True):
        counts = [place.count(letter) for letter in set(place)]
        assert len(counts) == 64
        assert max(counts) < expected + 6 * math.sqrt(expected)
        assert statistics.pstdev(counts) > 0
    record_property("bits of a session's id", f"{bits:.0f}")


async def test_ids_are_found_by_what_tells_nothing_of_others(server):
    session_id = await server.open()
    assert session_id not in {*server.sessions._sessions}
    assert server.sessions.find(session_id).id == session_id
    for near in (session_id[:-1], session_id + "x", session_id.swapcase(), "\ud800", ""):
        assert server.sessions.find(near) is None


async def test_sessions_are_made_at_a_rate(serving, record_property):
    clock = Clock()
    settings = Settings(**QUICK, session_burst=5, session_rate=0.5)
    async with serving(settings, clock=clock) as server:
        for _ in range(5):
            await server.open()
        async with server.http.get(f"{server.url}/api/session") as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "2"
            assert "try again in 2 s" in (await answer.json())["detail"]
        assert len(server.sessions) == 5
        clock.now += 2
        await server.open()
    usual = Settings()
    assert usual.session_burst >= usual.most_sessions
    record_property(
        "sessions made at once, and a second", f"{usual.session_burst}, {usual.session_rate:g}"
    )


def test_an_allowance_comes_back_and_is_never_more_than_the_burst():
    clock = Clock()
    allowance = TokenBucket(10, 2, clock)
    assert [allowance.take() for _ in range(11)] == [True] * 10 + [False]
    assert allowance.low
    assert allowance.wait == 0.5
    clock.now = 0.5
    assert allowance.take()
    assert not allowance.take()
    clock.now = 1000.0
    assert sum(allowance.take() for _ in range(20)) == 10


# --- frames from a client ------------------------------------------------------------------------


async def test_a_client_that_sends_too_fast_is_told_and_then_closed(serving, record_property):
    settings = Settings(**QUICK, frame_burst=50, frame_rate=1)
    async with serving(settings, clock=Clock()) as server:
        session_id = await server.open()
        async with server.line(session_id) as line:
            for _ in range(50):
                await line.send({"type": "ui_message", "content": "hello"})
            said = [(await line.trouble())["content"] for _ in range(51)]
            assert sum("too fast" in one for one in said) == 1
            await line.send({"type": "ui_message", "content": "hello"})
            message = await line.socket.receive()
            assert message.type is aiohttp.WSMsgType.CLOSE
            assert message.data == TOO_FAST
            assert "50 frames at once" in message.extra
        assert server.sessions.find(session_id) is not None
    usual = Settings()
    record_property(
        "frames taken at once, and a second", f"{usual.frame_burst}, {usual.frame_rate:g}"
    )


def _head(opcode, length):
    """The head of a client's frame, with a mask that changes nothing."""
    return bytes([0x80 | opcode, 0x80 | length]) + b"\0\0\0\0"


@pytest.mark.parametrize("kind", ["PING", "PONG", "BINARY"])
@pytest.mark.parametrize("length", [0, 100])
async def test_a_flood_of_small_frames_starves_nobody(serving, kind, length, record_property):
    """A hundred thousand at once: the others are served, and the flood is cut off with a reason."""
    flood = (_head(aiohttp.WSMsgType[kind], length) + b"x" * length) * 100_000
    async with serving(Settings(**QUICK)) as server, server.line() as other:
        session_id = await server.open()
        async with server.line(session_id) as line:
            line.socket._conn.transport.write(flood)
            sender = asyncio.create_task(line.closed())
            slowest = 0.0
            await other.run("long", messages=200, rate=200)
            while other.frames == [] or other.frames[-1]["type"] != "flow_complete":
                asked = time.thread_time()
                await other.heard()
                slowest = max(slowest, time.thread_time() - asked)
            async with asyncio.timeout(20):
                assert await sender == TOO_FAST
            # Client and server share this loop, and the client parses the answers to its own flood.
    walked = slowest / walk_seconds(100_000, tries=3)
    record_property(
        f"the longest wait in a flood of {kind}s, in walks over as many", f"{walked:.1f}"
    )
    assert walked < 60  # 11 were measured


async def test_pings_are_answered_and_have_a_limit_of_their_own(serving):
    settings = Settings(**QUICK, frame_burst=20, frame_rate=1)
    async with serving(settings, clock=Clock()) as server:
        async with server.line() as line:
            for _ in range(20):
                await line.socket.ping(b"there?")
            await line.run("long", messages=3, rate=0)
            assert (await line.play())["status"] == "completed"
            await line.socket.ping(b"there?")
            message = await line.socket.receive()
            assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, TOO_FAST)
            assert "as many pings" in message.extra


async def test_the_pongs_that_the_server_asks_for_are_free(serving):
    settings = Settings(**QUICK, frame_burst=3, frame_rate=1)
    async with serving(settings, clock=Clock()) as server, server.line() as line:
        await line.run("long", messages=500, rate=0)
        assert (await line.play())["status"] == "completed"


async def test_remarks_before_the_set_up_are_bounded(serving, record_property):
    """They were kept without a limit, 16 MiB each, as were those after it."""
    settings = Settings(setup_delay=1.0, pace=0, words_bytes=2**20)
    async with serving(settings) as server:
        session_id = await server.open()
        async with server.line(session_id) as line:
            await line.run("osb")
            for _ in range(20):
                await line.send({"type": "ui_message", "content": "x" * 100_000})
            assert "would take more than 1 MiB" in (await line.trouble())["content"]
            await line.question()
            orchestrator = server.sessions.find(session_id)._orchestrator
            assert orchestrator._remarks._bytes <= 2**20
            assert len(orchestrator._remarks) == 10
            assert len([f for f in line.frames if f["data"].get("is_error")]) == 10
    usual = Settings()
    record_property("MiB kept of a run's remarks at most", f"{usual.words_bytes / 2**20:g}")
    record_property(
        "remarks, and messages that wait", f"{usual.most_remarks}, {usual.most_waiting}"
    )


async def test_a_frame_too_big_closes_and_says_so(serving):
    async with serving(Settings(**QUICK, largest_frame=1000)) as server, server.line() as line:
        await line.send("x" * 1001)
        message = await line.socket.receive()
        assert message.data == 1009


@pytest.mark.parametrize("kind", ["run_flow", "manager_response", "ui_message"])
async def test_a_text_too_long_is_said_and_the_socket_stays(serving, kind):
    async with serving(Settings(**QUICK, longest_text=1000)) as server, server.line() as line:
        frame = {"type": kind, "flow": "osb", "prompt": "x" * 1000, "content": "x" * 1000}
        await line.send(frame)
        trouble = await line.trouble()
        assert "1,000 are taken" in trouble["content"]
        assert trouble["fatal"] is (kind == "run_flow")
        await line.run("long", messages=1)
        assert (await line.play())["status"] == "completed"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"flow": "osb", "criteria": ["person"] * 100}, "criteria"),
        ({"flow": "long", "messages": 10**9}, "messages"),
        ({"flow": "long", "messages": 1e308}, "messages"),
        ({"flow": "long", "rate": float("inf")}, "rate"),
        ({"flow": "x" * 10**6}, "There is no flow"),
        ({"flow": "osb", **{f"key{n}": n for n in range(10_000)}}, "has no parameter"),
    ],
)
async def test_parameters_have_their_bounds(line, asked, says):
    await line.send({"type": "run_flow", **asked})
    trouble = await line.trouble()
    assert says in trouble["content"]
    assert len(trouble["content"]) < 1000


# --- frames to a client --------------------------------------------------------------------------


class Stuck:
    """A socket that takes nothing."""

    async def send_str(self, text):
        await asyncio.Event().wait()


async def test_what_waits_for_a_slow_client_is_bounded(record_property):
    slow = []
    outbox = Outbox(10, 10_000, slow.append)
    stuck = Stuck()
    outbox.attach(stuck)
    await asyncio.sleep(0)
    for number in range(1000):
        outbox.put({"type": "ui_message", "data": {"content": "ä" * 50, "number": number}})
    assert slow == [stuck]
    kept = sum(len(text.encode()) for text in outbox._waiting)
    assert kept <= 10_000
    assert json.loads(outbox._waiting[-1])["data"]["number"] == 999
    outbox.detach()
    assert len(outbox) == 10
    outbox.attach(stuck)
    assert "messages were lost" in outbox._waiting[0]
    outbox.detach()
    record_property("MiB kept for a client at most", f"{Settings().backlog_bytes // 2**20}")


async def test_a_client_that_reads_nothing_is_let_go_and_may_come_back(serving, until):
    settings = Settings(**QUICK, backlog_bytes=300_000, closes_within=0.2)
    async with serving(settings) as server:
        session_id = await server.open()
        session = server.sessions.find(session_id)
        stuck = await server.http.ws_connect(f"{server.url}/ws/{session_id}")
        stuck._conn.transport.pause_reading()
        run = {"type": "run_flow", "flow": "long", "messages": 100_000, "rate": 0}
        await stuck.send_str(json.dumps(run))
        await until(lambda: session.outbox.socket is None and session.status == "reconnecting")
        assert session.outbox._bytes <= 300_000
        await session.stop()
        async with server.line(session_id) as line:
            assert "were lost" in (await line.trouble())["content"]
            assert (await line.until("flow_complete"))["status"] == "stopped"
        await stuck.close()


async def test_a_slow_client_hears_why_if_it_reads_at_all(serving, until):
    async with serving(Settings(**QUICK)) as server:
        session_id = await server.open()
        session = server.sessions.find(session_id)
        async with server.line(session_id) as line:
            await until(lambda: session.outbox.socket is not None)
            session._read_too_slowly(session.outbox.socket)
            message = await line.socket.receive()
            assert message.data == TOO_SLOW
            assert "connect again" in message.extra


async def test_whoever_reads_loses_nothing_of_a_burst(line):
    await line.run("long", messages=3000, rate=0)
    assert (await line.play())["status"] == "completed"
    assert len(line.traces) == 3000


# --- connections ---------------------------------------------------------------------------------


async def test_sockets_without_a_session_are_few(serving, until):
    settings = Settings(**QUICK, most_strangers=3, closes_within=30)
    async with serving(settings) as server:
        url = f"{server.url}/ws/nobody"
        held = [await server.http.ws_connect(url, autoclose=False) for _ in range(3)]
        await until(lambda: len(server.app[STRANGERS]) == 3)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
            await server.http.ws_connect(url)
        for socket_ in held:
            message = await socket_.receive()
            assert message.data == UNKNOWN_SESSION
            await socket_.close()
        await until(lambda: not server.app[STRANGERS])


async def test_a_socket_that_does_not_close_is_closed(serving, until):
    async with serving(Settings(**QUICK, closes_within=0.1)) as server:
        held = await server.http.ws_connect(f"{server.url}/ws/nobody", autoclose=False)
        await until(lambda: not server.app[STRANGERS])
        held._response.close()


def _talk(port, *parts, limit=10.0):
    """What comes back for these bytes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=limit) as line:
        for part in parts:
            line.sendall(part)
        heard = b""
        while more := line.recv(65536):
            heard += more
    return heard


@pytest.mark.parametrize("parts", [[], [b"GET /api/session HTTP/1.1\r\nHost: local"]])
def test_a_connection_that_asks_nothing_is_closed(parts):
    with BackgroundServer(Settings(**QUICK, opens_within=0.2)) as server:
        port = int(server.url.rpartition(":")[2])
        heard = _talk(port, *parts)
        assert heard.startswith(b"HTTP/1.1 408")
        assert b"No request in 0.2 s" in heard


def test_connections_are_bounded():
    with BackgroundServer(Settings(**QUICK, most_connections=3)) as server:
        port = int(server.url.rpartition(":")[2])
        ask = b"GET /api/flows HTTP/1.1\r\nHost: localhost\r\n\r\n"
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        for line in held:
            line.settimeout(10)
            line.sendall(ask)
            assert line.recv(65536).startswith(b"HTTP/1.1 200")
        assert _talk(port).startswith(b"HTTP/1.1 503")
        for line in held:
            line.close()


def test_a_connection_that_asked_is_not_cut_short():
    with BackgroundServer(Settings(**QUICK, opens_within=0.2)) as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            for _ in range(3):
                line.sendall(b"GET /api/flows HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert line.recv(65536).startswith(b"HTTP/1.1 200")
                line.settimeout(0.3)
                with pytest.raises(TimeoutError):
                    line.recv(1)
                line.settimeout(10)


@pytest.mark.parametrize("line", [b"GET /" + b"x" * 10_000, b"X: y\r\n" * 1000])
def test_long_requests_are_refused(line):
    with BackgroundServer(Settings(**QUICK)) as server:
        port = int(server.url.rpartition(":")[2])
        # In one piece: what came after the refusal would be answered by a reset, which may overtake it.
        heard = _talk(port, line + b" HTTP/1.1\r\n\r\n")
        assert heard.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
