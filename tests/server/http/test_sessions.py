"""Sessions outlive a dropped socket; expiry, backlog, take-over."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest
from support.servers import LIMIT, Clock

from buttermilk_widget.server import Settings
from buttermilk_widget.server.flow import orchestrator
from buttermilk_widget.server.flow.script_context import ScriptContext
from buttermilk_widget.server.http.closing import TAKEN_OVER, UNKNOWN_SESSION
from buttermilk_widget.server.http.registry import SessionManager


def drop(line):
    """Break the connection as a network does: no close frame."""
    line.socket._writer.transport.abort()


async def test_a_session_is_made_once():
    manager = SessionManager()
    first = await manager.get_or_create_session("a", websocket=None)
    assert await manager.get_or_create_session("a") is first
    assert len(manager) == 1
    assert first.status == "waiting"


async def test_the_states_of_a_session(server, until):
    session_id = await server.open()
    assert await server.status(session_id) == "waiting"
    async with server.line(session_id) as line:
        await until(lambda: server.sessions.find(session_id).outbox.socket)
        assert await server.status(session_id) == "active"
        await line.run("long", messages=1)
        await line.play()
        assert await server.status(session_id) == "completed"


async def test_what_is_said_meanwhile_is_told_in_order(server, until):
    session_id = await server.open()
    session = server.sessions.find(session_id)
    async with server.line(session_id) as line:
        await line.run("long", messages=200, rate=200)
        await line.until("agent_trace")
        drop(line)
        await until(lambda: session.status == "reconnecting")
    assert await server.status(session_id) == "reconnecting"
    await until(lambda: not session.running)
    async with server.line(session_id) as again:
        assert (await again.play())["status"] == "completed"
    # What was on its way when the connection broke may come twice, and nothing is lost or reordered.
    told = {t["message_id"]: t["outputs"] for t in line.traces + again.traces}
    assert len(told) == 200
    assert len(line.traces + again.traces) < 210
    numbers = [int(re.search(r"\d+", said)[0]) for said in told.values() if isinstance(said, str)]
    assert numbers == sorted(numbers)
    assert numbers[-1] > 190


async def test_what_a_client_has_is_not_kept(server, until):
    session_id = await server.open()
    outbox = server.sessions.find(session_id).outbox
    async with server.line(session_id) as line:
        await line.run("long", messages=50, rate=0)
        await line.play()
        await asyncio.wait({asyncio.ensure_future(line.socket.receive())}, timeout=0.05)
        await until(lambda: (outbox._bytes, len(outbox._written)) == (0, 0))
        assert outbox._number > 50


async def test_pongs_that_were_not_asked_for_mean_nothing(server):
    async with server.line() as line:
        for words in (b"", b"hello", b"999999", "٣".encode()):
            await line.socket.pong(words)
        await line.run("long", messages=3)
        assert (await line.play())["status"] == "completed"
        assert len(line.traces) == 3


async def test_an_open_question_is_put_again_to_a_new_socket_under_its_id(server, until):
    session_id = await server.open()
    async with server.line(session_id) as line:
        await line.run("osb")
        first = await line.question()
        drop(line)
        await until(lambda: server.sessions.find(session_id).status == "reconnecting")
    async with server.line(session_id) as again:
        assert (await again.question())["message_id"] == first["message_id"]
        await again.answer("yes")
        ids = {first["message_id"]}
        while len(ids) < 2:
            ids.add((await again.question())["message_id"])


async def test_a_question_can_be_answered_after_reconnecting(server, until):
    session_id = await server.open()
    session = server.sessions.find(session_id)
    async with server.line(session_id) as line:
        await line.run("osb")
        await line.question()
        drop(line)
        await until(lambda: session.status == "reconnecting")
    async with server.line(session_id) as again:
        await until(lambda: session.status == "active")
        await again.answer()
        assert (await again.play())["status"] == "completed"


async def test_the_backlog_is_bounded_and_says_what_is_lost(serving, until):
    async with serving(Settings(setup_delay=0, pace=0, backlog=10)) as server:
        session_id = await server.open()
        session = server.sessions.find(session_id)
        async with server.line(session_id) as line:
            await line.run("long", messages=100, rate=0)
            await line.until("ready")
            drop(line)
            await until(lambda: not session.running)
        await until(lambda: session.status == "completed" and session.outbox.socket is None)
        assert len(session.outbox) == 10
        async with server.line(session_id) as again:
            first = await again.heard()
            assert first["data"]["is_error"] is True
            assert first["data"]["fatal"] is False
            assert "were lost" in first["data"]["content"]
            assert (await again.play())["status"] == "completed"
            assert len(again.frames) == 11


async def test_a_newer_socket_takes_over(server):
    session_id = await server.open()
    async with server.line(session_id) as old:
        await old.run("osb")
        await old.question()
        async with server.line(session_id) as new:
            message = await old.socket.receive()
            assert message.type is aiohttp.WSMsgType.CLOSE
            assert message.data == TAKEN_OVER
            assert "newer" in message.extra
            await new.answer()
            assert (await new.play())["status"] == "completed"
            assert await server.status(session_id) == "completed"
            await new.run("long", messages=1)
            assert (await new.play())["flow"] == "long"


@pytest.mark.parametrize("attached", [0, 1])
async def test_of_sockets_that_race_one_lives_and_the_others_are_closed(server, until, attached):
    """A hundred tries: two at once, on a session with no socket and on one that has one."""
    for _ in range(100):
        session_id = await server.open()
        session = server.sessions.find(session_id)
        url = f"{server.url}/ws/{session_id}"
        sockets = [await server.http.ws_connect(url) for _ in range(attached)]
        sockets += await asyncio.gather(*(server.http.ws_connect(url) for _ in range(2)))
        heard = {asyncio.ensure_future(socket.receive()): socket for socket in sockets}
        while len(heard) > 1:
            async with asyncio.timeout(LIMIT):
                closed, _ = await asyncio.wait(heard, return_when=asyncio.FIRST_COMPLETED)
            for one in closed:
                assert one.result().type is aiohttp.WSMsgType.CLOSE
                assert one.result().data == TAKEN_OVER
                assert "newer" in one.result().extra
                del heard[one]
        ((waiting, live),) = heard.items()
        await live.send_json({"type": "run_flow", "flow": "nothing"})
        async with asyncio.timeout(LIMIT):
            assert "There is no flow" in (await waiting).data
        assert session.outbox.socket is not None
        for socket in sockets:
            await socket.close()
        await until(lambda session=session: session.outbox.socket is None)
    await until(lambda: orphans() == [])


def orphans():
    """The tasks that write to sockets or close them."""
    return [
        task
        for task in asyncio.all_tasks()
        if any(name in repr(task) for name in ("Outbox._write", "Closer.now"))
    ]


@pytest.mark.parametrize("order", ["socket first", "end first"])
async def test_a_socket_that_races_with_the_end_of_its_session_is_closed(server, until, order):
    for _ in range(20):
        session_id = await server.open()
        both = [
            server.http.ws_connect(f"{server.url}/ws/{session_id}"),
            server.delete(session_id),
        ]
        results = await asyncio.gather(
            *(both if order == "socket first" else reversed(both)), return_exceptions=True
        )
        (socket,) = [one for one in results if isinstance(one, aiohttp.ClientWebSocketResponse)]
        async with asyncio.timeout(LIMIT):
            message = await socket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data in (1000, UNKNOWN_SESSION)
        assert message.extra
        await socket.close()
    await until(lambda: orphans() == [])


async def test_a_session_that_has_ended_takes_no_socket_and_starts_no_flow(server):
    async with server.line() as other:  # a socket that is open, of another session
        session_id = await server.open()
        session = server.sessions.find(session_id)
        await server.delete(session_id)
        ours = next(iter(server.sessions._sessions.values())).outbox.socket
        assert await session.attach(ours) is False
        assert session.outbox.socket is None
        await session.receive('{"type": "run_flow", "flow": "long"}')
        assert not session.running
        await other.run("long", messages=1)
        assert (await other.play())["status"] == "completed"


async def test_a_newer_socket_does_not_wait_for_an_older_one_that_is_dead(serving):
    async with serving(Settings(setup_delay=0, pace=0, closes_within=30)) as server:
        session_id = await server.open()
        async with server.line(session_id) as old:
            await old.run("osb")
            await old.question()
            old.socket._conn.transport.pause_reading()
            async with server.line(session_id) as new, asyncio.timeout(5):
                await new.question()
                await new.answer()
                assert (await new.play())["status"] == "completed"
            old.socket._conn.transport.abort()


async def test_expired_sessions_are_swept_with_their_flows(serving, until):
    clock = Clock()
    settings = Settings(setup_delay=0, pace=0, expiry=60, sweep_every=0.01)
    async with serving(settings, clock=clock) as server:
        forgotten, held = await server.open(), await server.open()
        session = server.sessions.find(forgotten)
        async with server.line(forgotten) as line:
            await line.run("osb")
            await line.question()
        async with server.line(held):
            await until(lambda: server.sessions.find(held).outbox.socket)
            await until(lambda: session.outbox.socket is None)
            clock.now = 61.0
            await until(lambda: server.sessions.find(forgotten) is None)
            await until(lambda: not session.running)
            assert session.outcome == "stopped"
            assert await server.status(held) == "active"


async def test_an_expired_session_makes_room(serving):
    clock = Clock()
    async with serving(Settings(most_sessions=1, expiry=60), clock=clock) as server:
        first = await server.open()
        clock.now = 61.0
        assert await server.open() != first


async def test_halt_stops_the_flow_and_keeps_the_session(line):
    await line.run("osb")
    await line.question()
    await line.send({"type": "manager_response", "halt": True})
    assert (await line.until("flow_complete"))["status"] == "stopped"
    await line.run("long", messages=1)
    assert (await line.play())["status"] == "completed"


async def test_stopping_twice_at_once_stops_once(server):
    session_id = await server.open()
    async with server.line(session_id) as line:
        await line.run("osb")
        await line.question()
        session = server.sessions.find(session_id)
        await asyncio.gather(session.stop(), session.stop())
        await line.until("flow_complete")
        await session.stop()
        assert session.outcome == "stopped"


async def test_a_session_that_is_done_makes_room(serving, until):
    async with serving(Settings(setup_delay=0, pace=0, most_sessions=1)) as server:
        first = await server.open()
        async with server.line(first) as line:
            await line.run("long", messages=1, rate=0)
            await line.play()
            refused, said = await server.get("/api/session")
            assert (refused, "takes no more" in said["detail"]) == (503, True)
        await until(lambda: server.sessions.find(first).outbox.socket is None)
        assert (await server.get("/api/session"))[0] == 200
        assert server.sessions.find(first) is None


async def test_a_flow_that_is_slow_to_end_leaves_no_task(server, until, monkeypatch):
    async def at_once(_floor):
        pass

    monkeypatch.setattr(orchestrator, "PATIENCE", 0.0)
    monkeypatch.setattr(ScriptContext, "close", at_once)
    async with server.line() as line:
        await line.run("long", messages=3, rate=0)
        await line.play()
    await until(lambda: not any("RunContext" in repr(task) for task in asyncio.all_tasks()))
