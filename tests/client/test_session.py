"""The driver, over real sockets, against a server that does as it is told."""

from __future__ import annotations

import asyncio
import sys
import time

import pytest
from aiohttp import web
from support.scripted_server import Scripted, beside, ends, listen, plays, until
from support.server_scripts import asks_and_ends, steps

from buttermilk_widget import (
    BadParameter,
    Cassette,
    ConnectionLost,
    Flow,
    FlowFailed,
    FlowSilent,
    MissingExtra,
    NoQuestion,
    NotListed,
    Readiness,
    RunError,
    RunOver,
    RunStopped,
    ServerError,
    Session,
    StillRunning,
    UnknownFlow,
    WrongAnswer,
)
from buttermilk_widget.client import default_server
from buttermilk_widget.client.live import delays
from buttermilk_widget.server import BackgroundServer


def kinds(session):
    return [entry.body.kind for entry in session.entries]


@pytest.mark.parametrize("name", ["real_ok", "real_auto", "real_fail", "real_types"])
async def test_a_recorded_server_is_talked_with_to_the_end(name):
    async with Scripted(plays(list(steps(name)))).serve() as server:
        async with Session(server.url) as session:
            session.run("osb", prompt="hello wire")
            while question := await session.asked(5):
                if question.form == "confirm":
                    session.confirm()
                else:
                    break
            await session.ended(5)
            assert session.readiness is Readiness.ENDED
    sent = [f for _, d, f in steps(name) if d == "out" and "manager_response" in f]
    assert len(server.answers) == len(sent)
    assert all(a["confirm"] is True and a["content"] == "yes" for a in server.answers)


async def test_either_spelling_of_the_session_id_is_read():
    for spelling in ("session_id", "sessionId"):
        server = Scripted(asks_and_ends)
        server.spelling = spelling
        async with server.serve(), Session(server.url) as session:
            await session.run("osb").asked(5)
            session.confirm()
            await session.ended(5)


async def test_the_socket_is_never_opened_on_a_pooled_connection():
    server = Scripted(asks_and_ends, asks_and_ends, asks_and_ends)
    async with server.serve():
        for _ in range(3):
            async with Session(server.url) as session:
                await session.run("osb").asked(5)
                session.confirm()
                await session.ended(5)
    assert len(server.opened) == 3
    assert server.pooled == 0


async def test_a_session_id_with_a_slash_stays_one_step_of_the_path():
    server = Scripted(asks_and_ends)
    server.session_id = "a/b ?c"
    async with server.serve(), Session(server.url) as session:
        await session.run("osb").asked(5)
        await session.stop()
    assert server.opened == ["a/b ?c"]
    assert server.deleted == ["a/b ?c"]


async def test_a_frame_of_five_megabytes_is_an_entry():
    async def large(line):
        await line.heard()
        await line.say({"type": "chat_message", "outputs": "x" * 5 * 2**20})
        await line.end()
        await listen(line)

    async with Scripted(large).serve() as server, Session(server.url) as session:
        await session.run("osb").ended(10)
        assert len(session.entries[1].body.content) == 5 * 2**20


async def test_a_frame_over_the_limit_is_a_gap_that_says_how_to_raise_it():
    async def too_large(line):
        await line.heard()
        await line.ask("Words?")
        await line.say({"type": "chat_message", "outputs": "x" * 2**21})
        await listen(line)

    server = Scripted(too_large)
    async with server.serve(), Session(server.url, max_frame=2**20) as session:
        session.run("osb")
        await until(lambda: session.conversation.gaps)
        assert "max_frame= sets the limit (1 MiB now)" in session.reason
        assert "max_frame=" in session.reason
        await until(lambda: session.readiness is Readiness.ASKING)


# --- silence -------------------------------------------------------------------------------------


async def test_a_silent_server_is_said_to_offer_other_flows():
    async with Scripted(listen).serve() as server:
        async with Session(server.url, first_frame=0.2) as session:
            with pytest.raises(UnknownFlow, match=r"'osbb' is not .* osb and panel.* mean 'osb'"):
                await session.run("osbb").ended(5)
            assert session.readiness is Readiness.FAILED
            assert "osb and panel" in session.reason
    assert server.deleted == ["s-1"]


async def test_a_silent_flow_that_is_on_offer_may_have_failed_to_set_up():
    async with Scripted(listen).serve() as server, Session(server.url, first_frame=0.2) as session:
        with pytest.raises(FlowSilent, match=r"said nothing for 0.2 s.*first_frame="):
            await session.run("osb").ended(5)


async def test_an_unknown_flow_is_suspected_before_the_time_is_up():
    async with Scripted(listen).serve() as server, Session(server.url, first_frame=1) as session:
        session.run("osbb")
        await until(lambda: "not among the flows" in session.reason)
        assert session.readiness is Readiness.STARTING


async def test_the_limit_holds_only_until_the_first_frame():
    async def slow(line):
        await line.heard()
        await line.say({"type": "system_message", "outputs": {"content": "starting"}})
        await asyncio.sleep(0.5)
        await line.end()
        await listen(line)

    async with Scripted(slow).serve() as server, Session(server.url, first_frame=0.2) as session:
        await session.run("osb").ended(5)


async def test_an_unknown_flow_is_reported_when_its_time_is_over_and_not_later():
    """The server waits for us to read that the socket is closed, and only then answers DELETE."""
    handshakes = []

    class Waiting(Scripted):
        async def _delete(self, request):
            began = time.monotonic()
            await super()._delete(request)
            handshakes.append(time.monotonic() - began)
            return web.json_response({})

    async def says_nothing(line):
        await line.heard()
        await asyncio.sleep(60)  # the socket is read by whoever closes it

    server = Waiting(says_nothing)
    async with server.serve(), Session(server.url, first_frame=0.3) as session:
        session.run("osbb")
        began = time.monotonic()
        with pytest.raises(UnknownFlow, match="'osbb' is not among the flows") as refused:
            await session.ended(20)
        assert time.monotonic() - began < 5  # whoever is waited for takes 10 s
        assert "could not be stopped" not in str(refused.value)
    assert max(handshakes) < 5


@pytest.mark.parametrize("slow", ["flows", "delete"])
async def test_an_unknown_flow_is_reported_in_time_though_the_server_does_not_answer(
    monkeypatch, slow
):
    monkeypatch.setattr("buttermilk_widget.client.live.LEAVES_WITHIN", 0.2)

    class Slow(Scripted):
        async def _flows(self, request):
            await self._late("flows")
            return await super()._flows(request)

        async def _delete(self, request):
            await self._late("delete")
            return await super()._delete(request)

        async def _late(self, what):
            await asyncio.sleep(60 if what == slow else 0)

    async with Slow(listen).serve() as server, Session(server.url, first_frame=0.3) as session:
        with pytest.raises(RunError) as refused:
            await session.run("osbb").ended(5)
    unstopped = "could not be stopped either: the server does not answer" in str(refused.value)
    assert unstopped == (slow == "delete")
    assert isinstance(refused.value, UnknownFlow) == (slow == "delete")


async def test_what_comes_while_a_silent_flow_is_given_up_is_an_entry():
    class Late(Scripted):
        async def _delete(self, request):
            await self._lines[0].say({"type": "chat_message", "outputs": "late"})
            return await super()._delete(request)

    async with Late(listen).serve() as server, Session(server.url, first_frame=0.2) as session:
        with pytest.raises(FlowSilent):
            await session.run("osb").ended(5)
        assert [entry.body.content for entry in session.entries] == ["late"]


# --- a session that is over ----------------------------------------------------------------------


async def test_the_session_of_a_run_that_has_ended_is_deleted_when_its_socket_is_closed():
    class Noting(Scripted):
        async def _delete(self, request):
            closed.append(self._lines[0].socket.closed)
            return await super()._delete(request)

    closed = []
    async with Noting(asks_and_ends).serve() as server, Session(server.url) as session:
        await session.run("osb").asked(5)
        session.confirm()
        await session.ended(5)
        assert server.deleted == ["s-1"]
    assert closed == [True]
    assert server.deleted == ["s-1"]


@pytest.mark.parametrize("status", [404, 500, 0])
async def test_a_session_that_cannot_be_deleted_spoils_no_end(status, monkeypatch, caplog):
    monkeypatch.setattr("buttermilk_widget.client.live.LEAVES_WITHIN", 0.2)
    caplog.set_level("DEBUG", "buttermilk_widget")

    class Refusing(Scripted):
        async def _delete(self, request):
            if not status:
                await asyncio.sleep(60)
            return await super()._delete(request)

    server = Refusing(asks_and_ends)
    server.delete_status = status or 200
    async with server.serve(), Session(server.url) as session:
        await session.run("osb").asked(5)
        session.confirm()
        await session.ended(5)
        assert session.readiness is Readiness.ENDED
        assert session.reason == "The flow has ended."
    assert ("could not be deleted" in caplog.text) == (status != 404)


async def test_the_session_of_a_flow_that_failed_is_deleted_and_of_one_that_was_lost_is_not():
    async def fails(line):
        await line.heard()
        content = {"content": "No.", "is_error": True, "fatal": True}
        await line.say({"type": "ui_message", "data": content})
        await listen(line)

    async def refuses(line):
        await line.heard()
        await line.socket.close(code=4404)

    for script, deleted in ((fails, ["s-1"]), (refuses, [])):
        async with Scripted(script).serve() as server, Session(server.url) as session:
            with pytest.raises((FlowFailed, ConnectionLost)):
                await session.run("osb").asked(5)
        # Leaving the block has waited for it.
        assert server.deleted == deleted


async def test_a_session_that_got_no_socket_is_deleted():
    server = Scripted()
    server.no_socket = True
    async with server.serve(), Session(server.url) as session:
        with pytest.raises(ServerError, match="no WebSocket"):
            await session.run("osb").ended(5)
    assert server.deleted == ["s-1"]


# --- the server that is meant --------------------------------------------------------------------


async def test_a_session_that_names_no_server_has_that_of_the_environment(monkeypatch):
    async with Scripted(asks_and_ends).serve() as server:
        monkeypatch.setenv(default_server.SERVER, server.url)
        async with Session() as session:
            assert repr(session) == f"Session('{server.url}', 'offline')"
            assert [flow.name for flow in await session.flows()] == ["osb", "panel"]
            await session.run("osb").asked(5)
    assert server.opened == ["s-1"]


async def test_or_else_the_built_in_one_which_is_started_while_the_loop_goes_on(monkeypatch):
    monkeypatch.delenv(default_server.SERVER, raising=False)
    monkeypatch.setattr(default_server, "_background", None)
    starting = asyncio.Event()
    loop, start = asyncio.get_running_loop(), BackgroundServer.start

    def slow(self):
        loop.call_soon_threadsafe(starting.set)
        time.sleep(0.3)
        start(self)

    monkeypatch.setattr(BackgroundServer, "start", slow)
    async with Session() as session:
        assert repr(session) == "Session('the built-in server', 'offline')"
        session.run("long", messages=3, rate=0.0)
        await starting.wait()
        assert session.reason == "Connecting to the built-in server."
        turns = 0
        while session.readiness is Readiness.CONNECTING and turns < 1000:
            await asyncio.sleep(0.01)
            turns += 1
        assert turns > 10
        await session.ended(20)
        names = [flow.name for flow in await session.flows()]
        assert "osb" in names
        assert session.transcript.card(run=1).facts[1].value == "3"
    default_server._background.stop()


async def test_a_run_that_is_stopped_before_the_built_in_server_is_there_asks_it_nothing(
    monkeypatch,
):
    monkeypatch.delenv(default_server.SERVER, raising=False)
    monkeypatch.setattr(default_server, "built_in", lambda: time.sleep(0.2))
    async with Session() as session:
        session.run("osb")
        await asyncio.sleep(0.05)
        await session.stop()
        assert "before the server was asked" in session.reason


async def test_without_the_extra_the_run_says_how_to_have_a_server(monkeypatch):
    monkeypatch.delenv(default_server.SERVER, raising=False)
    monkeypatch.setitem(sys.modules, "buttermilk_widget.server", None)
    async with Session() as session:
        with pytest.raises(MissingExtra, match="pip install"):
            await session.run("osb").ended(5)
        with pytest.raises(MissingExtra, match="pip install"):
            await session.flows()


async def test_a_server_that_lists_no_flows_runs_them_all_the_same():
    class Bare(Scripted):
        async def _flows(self, request):
            return web.Response(status=404)

    async with Bare(asks_and_ends, listen).serve() as server:
        async with Session(server.url) as session:
            with pytest.raises(NotListed, match="can be run all the same"):
                await session.flows()
            await session.run("osb").asked(5)
            session.confirm()
            await session.ended(5)
        async with Session(server.url, first_frame=0.3) as session:
            with pytest.raises(FlowSilent) as silent:
                await session.run("osb").ended(5)
            assert "on offer" not in str(silent.value)


async def test_the_flows_of_a_replay_are_those_of_the_cassette(tmp_path):
    path = tmp_path / "run.jsonl"
    async with Scripted(asks_and_ends).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as session:
            await session.run("osb").asked(5)
            session.confirm()
            await session.ended(5)
    async with Session("http://localhost:9", cassette=Cassette(path, "replay")) as session:
        assert await session.flows() == (Flow(name="osb"),)


# --- trouble on the line -------------------------------------------------------------------------


async def drops_at_question(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await asyncio.sleep(0.05)
    line.drop()


async def test_a_dropped_connection_is_made_again_and_the_question_still_answered():
    async def later(line):
        await line.heard()
        await line.say({"type": "chat_message", "outputs": "went on"})
        await line.end()
        await listen(line)

    async with Scripted(drops_at_question, later).serve() as server:
        async with Session(server.url) as session:
            await session.run("osb").asked(5)
            await until(lambda: session.readiness is Readiness.CONNECTING)
            assert "Connecting again in" in session.reason
            await session.asked(5)
            session.confirm()
            await session.ended(5)
            assert kinds(session) == ["question", "gap", "answer", "text"]
            gap = session.conversation.gaps[0].body
            assert gap.until > gap.began
            assert "may be lost" in gap.content
    assert server.opened == ["s-1", "s-1"]
    assert [f["type"] for f in server.frames] == ["run_flow", "manager_response"]


async def test_an_answer_given_without_a_connection_goes_once_when_it_is_back():
    async with Scripted(drops_at_question, listen).serve() as server:
        async with Session(server.url) as session:
            await session.run("osb").asked(5)
            await until(lambda: session.readiness is Readiness.CONNECTING)
            session.confirm()
            assert len(session.conversation.status.held) == 1
            await until(lambda: server.answers)
            await asyncio.sleep(0.1)
            assert session.conversation.status.held == ()
    assert len(server.answers) == 1


async def test_an_answer_is_in_doubt_until_the_server_is_known_to_have_it():
    async def deaf_then_gone(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        line.request.transport.pause_reading()
        await until(lambda: session.readiness is Readiness.WORKING)
        await line.say({"type": "chat_message", "outputs": "said before it could have come"})
        await asyncio.sleep(0.05)
        line.drop()

    async with Scripted(deaf_then_gone, ends).serve() as server, Session(server.url) as session:
        await session.run("osb").asked(5)
        session.confirm()
        await session.ended(5)
        assert kinds(session) == ["question", "answer", "text", "gap"]
        assert session.entries[2].body.state == "lost"
    assert server.answers == []


async def test_an_answer_that_came_is_sent_though_nothing_was_said_after_it():
    async def hears_and_drops(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        await line.heard()
        await asyncio.wait({asyncio.create_task(line.heard())}, timeout=0.05)  # answers the ping
        line.drop()

    async with Scripted(hears_and_drops, ends).serve() as server, Session(server.url) as session:
        await session.run("osb").asked(5)
        session.confirm()
        await session.ended(5)
        assert session.entries[2].body.state == "sent"
    assert len(server.answers) == 1


async def test_an_answer_that_the_end_crossed_is_waited_for_a_little(monkeypatch):
    monkeypatch.setattr("buttermilk_widget.client.live.LINGER", 0.01)
    monkeypatch.setattr("buttermilk_widget.client.live.LAST_PONG", 0.1)

    async def ends_without_hearing(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        line.request.transport.pause_reading()
        await until(lambda: session.readiness is Readiness.WORKING)
        await line.end()
        await asyncio.sleep(60)

    async with Scripted(ends_without_hearing).serve() as server, Session(server.url) as session:
        await session.run("osb").asked(5)
        session.confirm()
        await session.ended(5)
        await session.closed()
        assert session.readiness is Readiness.ENDED
        assert session.entries[2].body.state == "lost"


async def test_a_server_that_forgot_the_session_ends_the_waiting():
    server = Scripted(drops_at_question)
    server.gone = True
    async with server.serve(), Session(server.url) as session:
        await session.run("osb").asked(5)
        with pytest.raises(ConnectionLost, match="no longer knows the session"):
            await session.ended(5)
        assert session.readiness is Readiness.LOST
    assert len(server.opened) == 1


async def test_an_application_s_own_close_code_is_final():
    async def refuses(line):
        await line.heard()
        await line.socket.close(code=4404, message=b"no such session")

    async with Scripted(refuses).serve() as server, Session(server.url) as session:
        with pytest.raises(ConnectionLost, match="code 4404: no such session"):
            await session.run("osb").ended(5)


async def test_code_1000_does_not_mean_done():
    async def closes(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        await line.socket.close(code=1000)

    async with Scripted(closes, listen).serve() as server, Session(server.url) as session:
        session.run("osb")
        await until(lambda: len(server.opened) == 2)
        await until(lambda: session.readiness is Readiness.ASKING)


async def test_a_server_that_never_comes_back_is_given_up():
    server = Scripted(drops_at_question)
    async with server.serve():
        session = Session(server.url, reconnect=0.8)
        await session.run("osb").asked(5)
    with pytest.raises(ConnectionLost, match=r"within 0.8 s.*unknown"):
        await session.ended(5)
    await session.close()


# --- a server that is silent ---------------------------------------------------------------------


def blocking(seconds, then):
    """A script that blocks its whole loop after a question, as a synchronous agent does."""

    async def script(line):
        await line.heard()
        await line.say({"type": "system_message", "outputs": {"content": "setting up"}})
        time.sleep(seconds)
        await line.say({"type": "chat_message", "outputs": then})
        await line.end()
        await listen(line)

    return script


async def test_a_blocked_server_keeps_its_connection_and_its_result_and_is_said_to_be_silent():
    async with beside(Scripted(blocking(1.2, "the result"))) as server:
        async with Session(server.url, heartbeat=0.1) as session:
            session.run("osb")
            await until(lambda: session.conversation.status.silent_since is not None)
            assert "The server has been silent for 0 s; it may be busy." in session.reason
            assert session.readiness is Readiness.STARTING
            await until(lambda: "silent for 1 s" in session.reason)
            await session.ended(5)
            assert session.conversation.gaps == ()
            assert session.conversation.status.silent_since is None
            assert "silent" not in session.reason
            assert [e.body.content for e in session.entries] == ["setting up", "the result"]
    assert len(server.opened) == 1


async def test_a_recorded_server_that_was_blocked_is_talked_with_to_the_end():
    steps_of = [*steps("blocked_12s")]
    before = next(n for n, (t, _, _) in enumerate(steps_of) if t > 15)

    async def plays_blocked(line):
        for number, (_, direction, text) in enumerate(steps_of):
            if number == before:
                time.sleep(1)
            if direction == "in":
                await line.say(text)
            else:
                await line.heard()
        await listen(line)

    async with beside(Scripted(plays_blocked)) as server:
        async with Session(server.url, heartbeat=0.1) as session:
            session.run("real_block12", prompt="hello wire")
            await until(lambda: session.conversation.status.silent_since is not None)
            await session.ended(5)
            said = [entry.body for entry in session.entries if entry.body.kind == "text"]
            assert "the result after a long synchronous step" in [body.content for body in said]
            assert session.conversation.gaps == ()
    assert len(server.opened) == 1


async def test_a_server_that_is_silent_for_too_long_is_connected_to_again():
    async def deaf(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        await asyncio.sleep(60)

    async with Scripted(deaf, listen).serve() as server:
        async with Session(server.url, heartbeat=0.1, silence=0.35) as session:
            session.run("osb")
            await until(lambda: session.conversation.gaps)
            assert "silent for 0 s, and the connection is taken for dead" in session.reason
            await until(lambda: len(server.opened) == 2)
            await until(lambda: session.readiness is Readiness.ASKING)
            assert session.conversation.status.silent_since is None


async def test_a_pong_ends_the_silence_and_says_nothing_else():
    async def blocks(line):
        await line.heard()
        await line.say({"type": "system_message", "outputs": {"content": "setting up"}})
        time.sleep(0.6)
        await listen(line)

    async with beside(Scripted(blocks)) as server:
        async with Session(server.url, heartbeat=0.1) as session:
            session.run("osb")
            await until(lambda: session.conversation.status.silent_since is not None)
            reason = session.conversation.status.reason
            await until(lambda: session.conversation.status.silent_since is None)
            assert session.reason == reason
            assert len(session.conversation.frames) == 2


async def test_the_limit_for_the_first_frame_does_not_run_while_the_server_is_blocked():
    async def blocks(line):
        await line.heard()
        time.sleep(1.5)
        await line.end()
        await listen(line)

    async with beside(Scripted(blocks)) as server:
        async with Session(server.url, heartbeat=0.1, first_frame=0.4) as session:
            await session.run("osb").ended(5)
    assert len(server.opened) == 1


async def test_the_limit_runs_again_when_a_blocked_server_is_back_and_says_nothing():
    async def blocks(line):
        await line.heard()
        time.sleep(0.8)
        await listen(line)

    async with beside(Scripted(blocks)) as server:
        async with Session(server.url, heartbeat=0.1, first_frame=0.4) as session:
            began = time.monotonic()
            with pytest.raises(FlowSilent, match=r"said nothing for 0.4 s"):
                await session.run("osb").ended(5)
            assert time.monotonic() - began > 1.1


async def test_a_silence_is_recorded_and_replayed(tmp_path):
    path = tmp_path / "run.jsonl"
    async with beside(Scripted(blocking(0.6, "the result"))) as server:
        async with Session(server.url, heartbeat=0.1, cassette=Cassette(path)) as session:
            await session.run("osb").ended(5)
    told = [i for i in Cassette(path, "replay").recordings[0].inputs if i.do == "silent"]
    assert len(told) == 1
    assert told[0].at > told[0].since
    async with Session(server.url, cassette=Cassette(path, "replay")) as again:
        await again.run("osb").ended(5)
        assert again.transcript.hash == session.transcript.hash
        assert "silent" not in again.reason


def test_delays_grow_and_are_jittered():
    waits = [w for w, _ in zip(delays(), range(12), strict=False)]
    assert all(0.25 <= w <= 45 for w in waits)
    assert sum(waits[6:9]) > 4 * sum(waits[:3])
    assert len(set(waits)) == 12


# --- stopping ------------------------------------------------------------------------------------


async def test_stop_deletes_the_session_and_says_that_the_server_confirmed():
    async with Scripted(drops_at_question, listen).serve() as server:
        async with Session(server.url) as session:
            await session.run("osb").asked(5)
            await session.stop()
            assert session.readiness is Readiness.STOPPED
            assert session.reason == "Stopped: the server confirmed it."
            with pytest.raises(RunStopped, match=r"the server confirmed it\..*run the flow again"):
                await session.ended(5)
            with pytest.raises(RunOver):
                session.say("too late")
    assert server.deleted == ["s-1"]


@pytest.mark.parametrize(
    ("status", "said"), [(404, "no longer knew"), (500, "may still be running")]
)
async def test_stop_says_when_the_server_did_not_confirm(status, said):
    server = Scripted(listen)
    server.delete_status = status
    async with server.serve(), Session(server.url) as session:
        session.run("osb")
        await until(lambda: server.opened)
        await session.stop()
        assert said in session.reason


async def test_stop_before_the_server_was_reached_asks_it_nothing():
    async with Scripted().serve() as server, Session(server.url) as session:
        session.run("osb")
        await session.stop()
        assert "before the server was asked" in session.reason
    assert server.deleted == []


async def test_leaving_the_block_stops_a_live_run():
    async with Scripted(listen).serve() as server:
        async with Session(server.url) as session:
            session.run("osb")
            await until(lambda: server.frames)
    assert server.deleted == ["s-1"]


# --- the manager ---------------------------------------------------------------------------------


async def test_words_before_the_question_are_held_and_go_out_once():
    asked = asyncio.Event()

    async def asks_for_words(line):
        await line.heard()
        await asked.wait()
        await line.ask("What should the panel look at?")
        await listen(line)

    async with Scripted(asks_for_words).serve() as server, Session(server.url) as session:
        session.run("osb")
        session.say("the second paragraph")
        await until(lambda: server.frames)
        await asyncio.sleep(0.1)
        assert server.answers == []
        assert [h.content for h in session.conversation.status.held] == ["the second paragraph"]
        asked.set()
        await until(lambda: server.answers)
        assert server.answers == [{"type": "manager_response", "content": "the second paragraph"}]
        assert kinds(session) == ["question", "answer"]


async def test_words_at_a_confirm_question_are_refused_with_the_way_to_say_them():
    async with Scripted(drops_at_question).serve() as server, Session(server.url) as session:
        await session.run("osb").asked(5)
        with pytest.raises(WrongAnswer, match=r"reject\('your words'\)"):
            session.say("I am not sure")
        with pytest.raises(WrongAnswer, match="not among the options"):
            session.choose("perhaps")


async def test_held_input_can_be_changed_removed_and_sent_on_a_word():
    async def two(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        await listen(line)

    async with Scripted(two).serve() as server, Session(server.url) as session:
        session.run("osb")
        for words in ("one", "two"):
            session.say(words)
        session.edit_held(1, "uno")
        session.remove_held(2)
        await session.asked(5)
        held = session.conversation.status.held
        assert [(h.content, h.facing) for h in held] == [("uno", 1)]
        assert server.answers == []
        session.release_held(1, 1)
        await until(lambda: server.answers)
        assert server.answers == [{"type": "manager_response", "content": "uno"}]


async def test_an_answer_with_no_question_says_so():
    async with Scripted(listen).serve() as server, Session(server.url) as session:
        session.run("osb")
        with pytest.raises(NoQuestion, match="Nothing is being asked"):
            session.confirm()
        with pytest.raises(WrongAnswer, match="remark"):
            session.remark("hello")


async def test_a_fatal_word_of_the_server_fails_the_run():
    async def fails(line):
        await line.heard()
        await line.say(
            {
                "type": "ui_message",
                "data": {"content": "There is no flow x.", "is_error": True, "fatal": True},
            }
        )
        await listen(line)

    async with Scripted(fails).serve() as server, Session(server.url) as session:
        with pytest.raises(FlowFailed, match="There is no flow x"):
            await session.run("x").asked(5)


# --- waiting and misuse --------------------------------------------------------------------------


async def test_entries_come_as_they_are_made():
    async def talks(line):
        await line.heard()
        for number in range(3):
            await line.say({"type": "chat_message", "outputs": f"word {number}"})
            await asyncio.sleep(0.01)
        await line.end()
        await listen(line)

    async with Scripted(talks).serve() as server, Session(server.url) as session:
        session.run("osb")
        assert [e.body.content async for e in session] == ["word 0", "word 1", "word 2"]
        assert await session.asked(1) is None


async def test_waiting_has_a_limit_and_the_run_goes_on():
    async with Scripted(listen).serve() as server, Session(server.url) as session:
        session.run("osb")
        with pytest.raises(StillRunning, match="the run goes on"):
            await session.ended(0.05)
        assert not session.readiness.settled


async def test_a_session_takes_one_run():
    async with Scripted(listen).serve() as server, Session(server.url) as session:
        session.run("osb")
        with pytest.raises(RunError, match="one run"):
            session.run("osb")


async def test_a_parameter_that_is_no_json_is_refused_at_the_call():
    session = Session("localhost:1")
    with pytest.raises(BadParameter, match="plain JSON"):
        session.run("osb", when=object())
    deep = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(BadParameter, match="plain JSON"):
        session.run("osb", deep=deep)
    with pytest.raises(BadParameter, match="prompt and record_id are text"):
        session.run("osb", prompt=3)
    with pytest.raises(BadParameter, match="Name the flow"):
        session.run("")


async def test_a_server_without_a_websocket_is_said_to_have_none():
    server = Scripted()
    server.no_socket = True
    async with server.serve(), Session(server.url) as session:
        with pytest.raises(ServerError, match=r"gave a session, but no WebSocket: .*HTTP 404"):
            await session.run("osb").ended(5)


async def test_a_broken_transport_of_ours_does_not_hang_the_run():
    class Broken:
        async def open(self, url):
            raise ZeroDivisionError

        async def close(self):
            pass

    async with Scripted().serve() as server:
        session = Session(server.url, transport=Broken())
        with pytest.raises(RunError, match="itself went wrong"):
            await session.run("osb").ended(5)


async def test_repr_shows_no_credentials():
    session = Session("http://me:secret@localhost:1", headers={"Authorization": "Bearer token"})
    assert repr(session) == "Session('http://localhost:1', 'offline')"


async def test_a_request_that_a_broken_line_may_have_lost_is_said_to_be():
    async def breaks(line):
        await line.heard()
        line.drop()

    async with Scripted(breaks, listen).serve() as server:
        async with Session(server.url, first_frame=2.0) as session:
            with pytest.raises(FlowSilent, match="so the request may not have arrived"):
                await session.run("osb").ended(10)
