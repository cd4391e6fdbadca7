"""The WebSocket behind the seam."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientWebSocketResponse, web
from support.scripted_server import Scripted, answering, beside, listen, listening
from yarl import URL

from buttermilk_widget.client import transport as module
from buttermilk_widget.client.transport import Closed, Line, Pong, Quiet, WebSocketTransport


def address(server):
    return URL(server.url.replace("http", "ws") + "/ws/s")


async def test_a_socket_that_never_opens_is_given_up(monkeypatch):
    monkeypatch.setattr("buttermilk_widget.client.transport.OPENS_WITHIN", 0.1)

    gone = asyncio.Event()

    async def says_nothing(reader, writer):
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(says_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = WebSocketTransport()
    with pytest.raises(Closed, match="could not be reached"):
        await transport.open(URL(f"ws://127.0.0.1:{port}/ws/x"))
    await gone.wait()
    server.close()
    await server.wait_closed()


async def test_frames_go_both_ways_until_it_is_closed():
    async def echoes(line):
        await line.say(await line.heard())
        await line.socket.send_bytes(b'{"type": "caf\xc3\xa9 \xff"}')
        await listen(line)

    transport = WebSocketTransport()
    async with Scripted(echoes).serve() as server:
        await transport.open(address(server))
        await transport.send('{"type": "x"}')
        assert await transport.receive() == '{"type": "x"}'
        assert await transport.receive() == '{"type": "café \ufffd"}'
        await transport.close()
        await transport.close()
        with pytest.raises(Closed) as closed:
            await transport.send("x")
        assert closed.value.unsent
        with pytest.raises(Closed):
            await transport.receive()


async def test_it_can_be_opened_again():
    transport = WebSocketTransport()
    async with Scripted(listen, listen).serve() as server:
        for _ in range(2):
            await transport.open(address(server))
            await transport.send('{"type": "x"}')
        await transport.close()
    assert len(server.opened) == 2


@pytest.mark.parametrize(
    ("code", "final", "said"),
    [(1000, False, "code 1000"), (1011, False, "code 1011: why"), (4404, True, "code 4404: why")],
)
async def test_a_close_says_whether_the_session_may_come_back(code, final, said):
    async def closes(line):
        await line.socket.close(code=code, message=b"why")

    transport = WebSocketTransport()
    async with Scripted(closes).serve() as server:
        await transport.open(address(server))
        with pytest.raises(Closed) as closed:
            await transport.receive()
        await transport.close()
    assert closed.value.final is final
    assert said in closed.value.reason


async def test_a_dropped_connection_has_no_code_of_the_server():
    async def drops(line):
        line.drop()

    transport = WebSocketTransport()
    async with Scripted(drops).serve() as server:
        await transport.open(address(server))
        with pytest.raises(Closed) as closed:
            await transport.receive()
        await transport.close()
    assert closed.value.reason == "The connection dropped."
    assert not closed.value.final


async def test_a_server_that_refuses_or_is_not_there(unused_tcp_port):
    transport = WebSocketTransport()
    with pytest.raises(Closed) as closed:
        await transport.open(URL(f"ws://localhost:{unused_tcp_port}/ws/s"))
    assert "could not be reached" in closed.value.reason
    async with Scripted().serve() as server:
        with pytest.raises(Closed) as closed:
            await transport.open(URL(server.url.replace("http", "ws") + "/nowhere"))
    assert "HTTP 404" in closed.value.reason


async def test_a_socket_that_wants_other_credentials_than_requests_is_said_to():
    async with answering(lambda _: web.Response(status=401)) as url:
        transport = WebSocketTransport()
        with pytest.raises(Closed) as closed:
            await transport.open(URL(f"{url.replace('http', 'ws')}/ws/s"))
    assert "(HTTP 401). It was sent what the requests were sent" in closed.value.reason


async def test_a_proxy_that_cannot_be_used_is_said_for_a_socket_too(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.test")
    with pytest.raises(Closed, match="HTTPS_PROXY names a SOCKS proxy"):
        await WebSocketTransport().open(URL("wss://far.test/ws/s"))


async def test_what_is_marked_is_known_to_have_come():
    async def pings_too(line):
        await line.socket.ping(b"are you there?")
        await line.socket.pong(b"not asked for")
        await line.socket.pong(b"")
        await line.heard()
        await line.say({"type": "x"})
        await listen(line)

    transport = WebSocketTransport()
    async with Scripted(pings_too).serve() as server:
        await transport.open(address(server))
        await transport.send('{"type": "unmarked"}')
        await transport.send('{"type": "marked"}', 17)
        assert [await transport.receive(), await transport.receive()] == ['{"type": "x"}', Pong(17)]
        assert [frame["type"] for frame in server.frames] == ["unmarked", "marked"]
        await transport.close()


# --- silence -------------------------------------------------------------------------------------


async def deaf(line):
    line.request.transport.pause_reading()
    await asyncio.sleep(60)


async def came(transport):
    """What comes, up to the first that is no silence; and whether a ping was unanswered meanwhile."""
    quiet = []
    while isinstance(one := await transport.receive(), Quiet):
        quiet.append(one)
    return one, quiet


async def test_a_server_whose_loop_is_blocked_is_said_to_be_silent_and_keeps_its_connection():
    async def blocked(line):
        await line.heard()
        await line.socket.pong(b"")
        time.sleep(1)
        await line.say("the result")
        await listen(line)

    transport = WebSocketTransport(heartbeat=0.1)
    async with beside(Scripted(blocked, listen)) as server:
        await transport.open(address(server))
        await transport.send('"work"', 7)
        found = [await came(transport)]
        while found[-1][0] != "the result":
            found.append(await came(transport))
        quiet = found[-1][1]
        assert [one.unanswered for one in quiet[:3]] == [False, True, True]
        assert quiet[-1].seconds > 0.7
        # What was sent meanwhile is answered in its turn.
        assert Pong(7) in [(await came(transport))[0] for _ in range(2)]
        await transport.send('"more"', 8)
        while (await came(transport))[0] != Pong(8):
            pass
        await transport.close()
    assert len(server.opened) == 1


async def test_a_server_that_answers_pings_is_not_silent():
    transport = WebSocketTransport(heartbeat=0.05, silence=0.4)
    async with beside(Scripted(listen)) as server:
        await transport.open(address(server))
        heard = [await transport.receive() for _ in range(24)]
        await transport.close()
    assert heard[0] == Quiet(heard[0].seconds)
    assert Pong() in heard
    assert len(server.opened) == 1


async def test_a_server_that_is_silent_for_too_long_is_taken_for_gone():
    transport = WebSocketTransport(heartbeat=0.1, silence=0.35)
    async with Scripted(deaf).serve() as server:
        await transport.open(address(server))
        with pytest.raises(Closed, match=r"silent for .* silence= sets") as closed:
            await came(transport)
        assert not closed.value.final
        with pytest.raises(Closed) as unsent:
            await transport.send("x")
        assert unsent.value.unsent
        closing = asyncio.create_task(transport.close())
        for _ in range(20):
            await asyncio.sleep(0)
        assert closing.done()  # nobody is waited for
        await closing


async def test_a_line_on_which_nothing_is_acknowledged_is_dead(monkeypatch):
    monkeypatch.setattr(module, "UNACKNOWLEDGED", 0.15)
    transport = WebSocketTransport(heartbeat=0.1)
    async with Scripted(deaf).serve() as server:
        await transport.open(address(server))
        # The other end's system acknowledges, though nobody there reads.
        for _ in range(5):
            assert isinstance(await transport.receive(), Quiet)
        monkeypatch.setattr(module, "line_of", lambda _: Line(heard=60, acknowledged=60))
        with pytest.raises(Closed, match="nothing gets through"):
            await transport.receive()
        await transport.close()


async def test_where_the_system_does_not_tell_only_silence_counts(monkeypatch):
    transport = WebSocketTransport(heartbeat=0.1)
    async with Scripted(deaf).serve() as server:
        await transport.open(address(server))
        line = module.line_of(transport._socket)
        assert 0 <= line.acknowledged < 5
        assert 0 <= line.heard < 5

        class Closing:
            def get_extra_info(self, _name):
                raw = socket.socket()
                raw.close()
                return raw

        assert module.line_of(Closing()) is None
        monkeypatch.setattr(module.sys, "platform", "plan9")
        assert module.line_of(transport._socket) is None
        for _ in range(3):
            assert isinstance(await transport.receive(), Quiet)
        await transport.close()


async def test_a_frame_that_comes_in_pieces_is_no_silence():
    async def in_pieces(line):
        line.request.transport.write(bytes([0x81, 40]))
        for _ in range(40):
            await asyncio.sleep(0.02)
            line.request.transport.write(b"x")
        await listen(line)

    transport = WebSocketTransport(heartbeat=0.15, silence=0.3)
    async with Scripted(in_pieces).serve() as server:
        await transport.open(address(server))
        assert await transport.receive() == "x" * 40
        await transport.close()


async def test_a_flood_of_pings_leaves_others_their_turn():
    async def floods(line):
        for _ in range(60_000):
            await line.socket.ping(b"!")
        await line.say("at last")
        await listen(line)

    transport = WebSocketTransport()
    async with beside(Scripted(floods)) as server:
        await transport.open(address(server))
        receiving = asyncio.create_task(transport.receive())
        # In time of this thread: whoever else uses the machine does not count, nor what others left.
        gc.disable()
        turns, longest, last = 0, 0.0, time.thread_time()
        began = last
        while not receiving.done():
            await asyncio.sleep(0)
            now = time.thread_time()
            turns, longest, last = turns + 1, max(longest, now - last), now
        gc.enable()
        assert await receiving == "at last"
        await transport.close()
    assert turns > 20
    assert longest < (last - began) / 4  # a hundredth was measured


@asynccontextmanager
async def socket_of(serve):
    """The address of a WebSocket that ``serve(request)`` gives, whatever aiohttp would do by itself."""
    app = web.Application()
    app.router.add_get("/ws/s", serve)
    async with listening(app) as port:
        yield URL(f"ws://localhost:{port}/ws/s")


async def test_of_a_flood_of_pings_the_newest_is_answered():
    count = 5_000
    answered, newest = [], asyncio.Event()

    async def floods(request):
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        for number in range(count):
            await socket.ping(str(number).encode())
        await socket.send_str("at last")
        async for message in socket:
            answered.append(int(message.data))
            if answered[-1] == count - 1:
                newest.set()
        return socket

    transport = WebSocketTransport()
    async with socket_of(floods) as url:
        await transport.open(url)
        assert await transport.receive() == "at last"
        async with asyncio.timeout(10):
            await newest.wait()
        await transport.close()
    assert answered == sorted(answered)
    assert len(answered) < count / 10


async def test_each_ping_that_comes_alone_is_answered():
    answered = []

    async def asks(request):
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        for number in range(3):
            await socket.ping(str(number).encode())
            answered.append((await socket.receive()).data)
        await socket.send_str("all answered")
        await socket.receive()
        return socket

    transport = WebSocketTransport()
    async with socket_of(asks) as url:
        await transport.open(url)
        assert await transport.receive() == "all answered"
        await transport.close()
    assert answered == [b"0", b"1", b"2"]


async def test_closing_waits_for_no_answer_to_a_ping(monkeypatch):
    cancelled = asyncio.Event()

    async def stuck(*_):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def pings(line):
        await line.socket.ping(b"1")
        await asyncio.sleep(0.05)
        await line.socket.ping(b"2")
        await line.say("x")
        await listen(line)

    monkeypatch.setattr(ClientWebSocketResponse, "pong", stuck)
    monkeypatch.setattr(module, "_SAID_WITHIN", 60)
    transport = WebSocketTransport()
    async with Scripted(pings).serve() as server:
        await transport.open(address(server))
        assert await transport.receive() == "x"
        await transport.close()
        await asyncio.sleep(0)
    assert cancelled.is_set()


async def test_a_ping_that_cannot_be_written_holds_up_nothing(monkeypatch):
    monkeypatch.setattr(module, "_SAID_WITHIN", 0.05)
    transport = WebSocketTransport(heartbeat=0.1)
    async with Scripted(deaf).serve() as server:
        await transport.open(address(server))
        sending = asyncio.create_task(transport.send("x" * 2**25))
        for _ in range(3):
            assert isinstance(await transport.receive(), Quiet)
        assert not sending.done()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await transport.close()
