"""What the client says of what the built-in server refuses: a sentence each."""

from __future__ import annotations

import asyncio

import pytest

from buttermilk_widget import ButtermilkError, ConnectionLost, FlowFailed, ServerError, Session
from buttermilk_widget.server import Settings

QUICK = {"setup_delay": 0.0, "pace": 0.0}


async def ended(session, flow="long", **parameters):
    async with session:
        return await session.run(flow, **parameters).ended(20)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"most_sessions": 0}, "no room for another session"),
        ({"session_burst": 0, "session_rate": 0.01}, "too many were made of late"),
    ],
)
async def test_no_session_is_to_be_had(serving, settings, said):
    async with serving(Settings(**QUICK, **settings)) as server:
        with pytest.raises(ServerError, match=said):
            await ended(Session(server.url))


async def test_the_server_does_not_know_its_name(serving, monkeypatch):
    from buttermilk_widget.server.http import access as origin

    monkeypatch.setattr(origin, "is_loopback", lambda _: False)
    async with serving(Settings(**QUICK)) as server:
        with pytest.raises(ServerError, match="does not take itself for http://localhost"):
            await ended(Session(server.url.replace("127.0.0.1", "localhost")))


async def test_too_fast(serving):
    async with serving(Settings(**QUICK, frame_burst=2, frame_rate=0.001)) as server:
        with pytest.raises(ConnectionLost, match=r"code 4429: Too fast: it takes 2 frames at once"):
            await ended(Session(server.url, manager=lambda _question: True), "osb")


async def test_too_long(serving):
    async with serving(Settings(**QUICK, longest_text=1000)) as server:
        with pytest.raises(FlowFailed, match="letters, and 1,000 are taken"):
            await ended(Session(server.url), prompt="x" * 1000)


async def test_too_big(serving):
    async with serving(Settings(**QUICK, largest_frame=1000)) as server:
        said = []
        session = Session(server.url, first_frame=2.0)
        session._notify = lambda: said.append(session.reason)
        with pytest.raises(ButtermilkError):
            await ended(session, prompt="x" * 1000)
        assert any("A frame was too big" in reason for reason in said)


async def test_too_slow_and_back_again(serving, until):
    """A client that was let go for reading too slowly connects again and goes on."""
    async with serving(Settings(**QUICK, backlog_bytes=200_000, closes_within=0.2)) as server:
        async with Session(server.url) as session:
            session.run("long", messages=100_000, rate=0)
            await until(lambda: session.conversation.count > 5)
            (ours,) = server.sessions._sessions.values()
            line = session._live._transport
            receive, slow = line.receive, asyncio.Event()

            async def slowly():
                await slow.wait()
                return await receive()

            line.receive = slowly
            await until(lambda: ours.status == "reconnecting")
            line.receive = receive
            slow.set()
            lost = "were lost while no client took them"
            await until(lambda: any(lost in str(one.body) for one in session.conversation.entries))
            assert session.conversation.gaps
            await session.stop()
