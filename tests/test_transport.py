"""The WebSocket behind the seam."""

from __future__ import annotations

import asyncio

import pytest
from scripted import Scripted, listen
from yarl import URL

from buttermilk_widget.transport import Closed, Pong, WebSocketTransport


def address(server):
    return URL(server.url.replace("http", "ws") + "/ws/s")


async def test_a_socket_that_never_opens_is_given_up(monkeypatch):
    monkeypatch.setattr("buttermilk_widget.transport.OPENS_WITHIN", 0.1)

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


async def test_a_peer_that_answers_no_ping_is_taken_for_gone():
    async def deaf(line):
        line.request.transport.pause_reading()
        await asyncio.sleep(60)

    transport = WebSocketTransport(heartbeat=0.1)
    async with Scripted(deaf).serve() as server:
        await transport.open(address(server))
        with pytest.raises(Closed, match="dropped"):
            await transport.receive()
        await transport.close()
