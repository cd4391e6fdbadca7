"""Sessions outlive a dropped socket; expiry, backlog, take-over."""

from __future__ import annotations

import asyncio
import re

import aiohttp

from buttermilk_widget.server import Settings, orchestrator
from buttermilk_widget.server.floor import Floor
from buttermilk_widget.server.sessions import TAKEN_OVER, SessionManager


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


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
    monkeypatch.setattr(Floor, "close", at_once)
    async with server.line() as line:
        await line.run("long", messages=3, rate=0)
        await line.play()
    await until(lambda: not any("RunContext" in repr(task) for task in asyncio.all_tasks()))
