"""A run over a network that breaks: a hundred schedules; and that proxy and checks do their work."""

from __future__ import annotations

import asyncio
import contextlib
import json

import aiohttp
import pytest
from aiohttp import WSMsgType
from faults.checks import hold, in_order
from faults.proxy import KILLED_AFTER, Proxy
from faults.runs import drawn, play, play_all, short_waits
from faults.schedules import Refusal, Schedule, Strike
from faults.servers import Flow

from buttermilk_widget import Readiness, Session
from buttermilk_widget.conversation.conversation import Conversation

SAYS = tuple(("say", "") for _ in range(8))
ASKS = (*SAYS[:3], ("ask", "words"), *SAYS[:3], ("ask", "confirm"), *SAYS[:3])


@pytest.mark.parametrize(
    ("server", "schedules"), [("scripted", 100), ("chat", 100), ("built-in", 40)]
)
async def test_whatever_breaks_nothing_is_doubled_hidden_or_left_over(
    server, schedules, record_property
):
    hold(await play_all(drawn(range(schedules), server)), server, record_property)


def test_a_seed_gives_the_same_schedule_again_and_its_repr_says_what_it_does():
    assert Schedule.drawn(7) == Schedule.drawn(7)
    assert Schedule.drawn(7) != Schedule.drawn(8)
    assert Schedule.drawn(7).strikes != Schedule.drawn(7, "built-in").strikes
    schedule = Schedule(3, SAYS[:1], (Strike(0, "down", 12, "cut"),), (Refusal("status", 1, 503),))
    assert (
        "seed 3, scripted server: socket 0: cut after 12 bytes down; status request 1: 503"
        in repr(schedule)
    )


async def test_with_nothing_wrong_everything_arrives():
    with short_waits():
        outcome = await play(Schedule(0, ASKS, early=(2,)))
    assert not outcome.wrong
    assert outcome.figures["frames_received"] == outcome.figures["frames_written"] == 13
    assert outcome.figures["answers_sent_and_reached"] == outcome.figures["answers"] > 1
    assert outcome.figures["run_ended"] == 1


# --- the proxy -----------------------------------------------------------------------------------


async def heard_through(*strikes, refusals=(), steps=SAYS, patience=5):
    """What a plain client receives through the proxy; and how long it took.

    Last is the code with which its socket was closed, if it was; none comes if it only fell silent.
    """
    server = Flow(Schedule(0, steps, pace=0.0))
    async with server.serve() as port, Proxy(port, strikes, refusals) as proxy:
        clock = asyncio.get_running_loop().time
        began, texts = clock(), []
        async with aiohttp.ClientSession() as client, client.ws_connect(f"{proxy.url}/ws/s") as ws:
            await ws.send_str(json.dumps({"type": "run_flow", "flow": "osb"}))
            with contextlib.suppress(TimeoutError):
                while "flow_completed" not in str(texts[-1:]):
                    message = await ws.receive(timeout=patience)
                    if message.type is not WSMsgType.TEXT:
                        texts.append(ws.close_code)
                        break
                    texts.append(message.data)
        return texts, server, proxy, clock() - began


async def test_the_proxy_passes_everything_on_where_nothing_is_to_strike():
    texts, _, proxy, _ = await heard_through()
    assert texts == proxy.lines[0].said.texts == proxy.lines[0].passed
    assert len(texts) == 9


@pytest.mark.parametrize("kind", ["cut", "reset"])
async def test_a_socket_ends_in_the_middle_of_a_frame(kind):
    (*texts, code), server, proxy, _ = await heard_through(Strike(0, "down", 400, kind))
    assert [struck.kind for struck in proxy.struck] == [kind]
    assert code == 1006
    assert len(texts) < len(server.numbers) + 1
    assert in_order(texts, proxy.lines[0].read.texts)
    if kind == "cut":
        assert texts == proxy.lines[0].read.texts


async def test_a_socket_ends_before_what_the_client_said_has_passed():
    texts, server, proxy, _ = await heard_through(Strike(0, "up", 20, "cut"))
    assert [struck.kind for struck in proxy.struck] == ["cut"]
    assert texts == [1006]
    assert server.runs == 0


@pytest.mark.parametrize("kind", ["delay", "stall"])
async def test_bytes_wait(kind):
    texts, _, _, took = await heard_through(Strike(0, "down", 400, kind, 0.2))
    assert len(texts) == 9
    assert took > 0.2


async def test_bytes_come_one_by_one_and_make_the_same_frames():
    texts, _, proxy, _ = await heard_through(Strike(0, "down", 210, "dribble"))
    assert [struck.kind for struck in proxy.struck] == ["dribble"]
    assert texts == proxy.lines[0].said.texts


async def test_one_message_comes_twice():
    texts, _, proxy, _ = await heard_through(Strike(0, "down", 400, "double"))
    assert [struck.kind for struck in proxy.struck] == ["double"]
    assert texts == proxy.lines[0].passed
    assert len(texts) == 10
    assert [*dict.fromkeys(texts)] == proxy.lines[0].said.texts


async def test_what_passes_is_dropped_and_nobody_is_told():
    texts, _, proxy, took = await heard_through(Strike(0, "down", 400, "drop"), patience=0.3)
    assert [struck.kind for struck in proxy.struck] == ["drop"]
    assert 0 < len(texts) < 9
    assert took > 0.3


@pytest.mark.parametrize("code", [1000, 1011, 3333])
async def test_a_socket_is_closed_between_two_frames_with_any_code(code):
    texts, _, proxy, _ = await heard_through(Strike(0, "down", 400, "close", code=code))
    assert texts[-1] == code
    assert texts[:-1] == proxy.lines[0].read.texts
    assert [struck.kind for struck in proxy.struck] == ["close"]


async def test_a_socket_is_killed_after_a_time():
    texts, _, _, took = await heard_through(
        Strike(0, "down", 0, "kill", 0.2), steps=(*SAYS, ("ask", "words"))
    )
    assert 0.2 <= took < 5
    assert texts[-1] == 1006


@pytest.mark.parametrize("own", [False, True])
async def test_a_socket_without_a_connection_of_its_own_is_killed(own):
    """As the deployed server does; a client that opens it on the connection of a GET learns it."""
    steps = (*SAYS[:2], ("ask", "words"))
    async with Flow(Schedule(0, steps)).serve() as port, Proxy(port, kills_after=0.2) as proxy:
        async with aiohttp.ClientSession() as client, aiohttp.ClientSession() as other:
            async with client.get(f"{proxy.url}/api/session") as answer:
                await answer.json()
            async with (other if own else client).ws_connect(f"{proxy.url}/ws/s") as ws:
                await ws.send_str(json.dumps({"type": "run_flow", "flow": "osb"}))
                ended = False
                with contextlib.suppress(TimeoutError):
                    while not ended:
                        ended = (await ws.receive(timeout=0.5)).type is not WSMsgType.TEXT
    assert ended == (not own)
    assert proxy.pooled == (not own)


async def test_our_sockets_live_longer_than_the_five_seconds():
    """No run of ours is killed, however long it lasts: its socket has a connection of its own."""
    steps = (*SAYS[:2], ("ask", "words"), *SAYS[:2])
    async with Flow(Schedule(0, steps)).serve() as port, Proxy(port) as proxy:
        async with Session(proxy.url) as session:
            await session.run("osb").asked(5)
            await asyncio.sleep(KILLED_AFTER + 0.5)
            session.say("still here")
            await session.ended(5)
        assert session.conversation.gaps == ()
    assert proxy.pooled == 0


async def test_for_a_while_nobody_listens():
    async with Flow(Schedule(0, SAYS)).serve() as port:
        async with Proxy(port, [Strike(0, "down", 50, "refuse", 0.1)]) as proxy:
            async with aiohttp.ClientSession() as client:
                with pytest.raises(aiohttp.ClientError):
                    await client.ws_connect(f"{proxy.url}/ws/s")
                with pytest.raises(aiohttp.ClientConnectorError):
                    await client.get(f"{proxy.url}/api/session")
                await asyncio.sleep(0.2)
                async with client.get(f"{proxy.url}/api/session") as answer:
                    assert await answer.json() == {"session_id": "s"}


@pytest.mark.parametrize(
    ("what", "path"), [("session", "/api/session"), ("status", "/api/session/s/status")]
)
async def test_a_request_gets_another_answer_and_the_next_one_its_own(what, path):
    refusals = [Refusal(what, 0, 503), Refusal(what, 1, 0)]
    async with Flow(Schedule(0, SAYS)).serve() as port, Proxy(port, (), refusals) as proxy:
        async with aiohttp.ClientSession() as client:
            async with client.get(proxy.url + path) as answer:
                assert answer.status == 503
        async with aiohttp.ClientSession() as client:
            with pytest.raises((aiohttp.ClientError, OSError)):
                await client.post(proxy.url + path)
        async with aiohttp.ClientSession() as client:
            async with client.get(proxy.url + path) as answer:
                assert answer.status == 200
        assert proxy.struck == refusals


async def test_a_websocket_is_refused_with_a_status():
    async with Flow(Schedule(0, SAYS)).serve() as port:
        async with Proxy(port, (), [Refusal("socket", 0, 403)]) as proxy:
            async with aiohttp.ClientSession() as client:
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    await client.ws_connect(f"{proxy.url}/ws/s")
    assert refused.value.status == 403


# --- the checks ----------------------------------------------------------------------------------

TALKS = (
    ("ask", "words"),
    *(3 * (("say", ""), ("work", ""), ("idle", ""))),
    ("ask", "confirm"),
    *SAYS,
)
BREAKS = Schedule(0, ASKS, (Strike(0, "down", 720, "cut"), Strike(1, "down", 900, "cut")))


async def test_a_run_that_is_cut_twice_has_two_gaps_and_ends():
    with short_waits():
        outcome = await play(BREAKS)
    assert not outcome.wrong
    assert outcome.figures["gaps"] == 2
    assert outcome.figures["run_ended"] == 1


async def test_the_checks_notice_a_frame_that_is_shown_twice(monkeypatch):
    receive = Conversation.receive

    def twice(self, text, at):
        receive(self, text, at)
        if "chat_message" in text:
            receive(self, text.replace("timestamp", "another_time"), at)

    monkeypatch.setattr(Conversation, "receive", twice)
    with short_waits():
        outcome = await play(BREAKS)
    assert "doubled or out of order" in str(outcome)


async def test_the_checks_notice_a_frame_that_is_dropped(monkeypatch):
    receive = Conversation.receive

    def picky(self, text, at):
        if '"n 2"' not in text:
            receive(self, text, at)

    monkeypatch.setattr(Conversation, "receive", picky)
    with short_waits():
        outcome = await play(BREAKS)
    assert "delivered, and not received" in str(outcome)
    assert "no gap where [2] are missing" in str(outcome)


async def test_the_checks_notice_a_gap_that_is_not_marked(monkeypatch):
    def unmarked(self, reason, at):
        self._become(Readiness.CONNECTING, reason, at)

    monkeypatch.setattr(Conversation, "disconnected", unmarked)
    with short_waits():
        outcome = await play(BREAKS)
    assert "no gap between sockets 0 and 1" in str(outcome)


async def test_the_checks_notice_an_answer_that_goes_twice(monkeypatch):
    give = Conversation.data_to_send

    def twice(self):
        frames = give(self)
        return frames + [frame for frame in frames if frame.answer is not None]

    monkeypatch.setattr(Conversation, "data_to_send", twice)
    with short_waits():
        outcome = await play(BREAKS)
    assert "reached the server twice" in str(outcome)


async def test_the_checks_notice_an_answer_that_never_goes(monkeypatch):
    monkeypatch.setattr("faults.runs.LIMIT", 0.5)
    give = Conversation.data_to_send

    def kept(self):
        return [frame for frame in give(self) if frame.answer is None]

    monkeypatch.setattr(Conversation, "data_to_send", kept)
    with short_waits():
        outcome = await play(Schedule(0, ASKS))
    assert "not settled after 0.5 s" in str(outcome)


async def test_the_checks_notice_an_answer_that_is_called_sent_and_never_came(monkeypatch):
    monkeypatch.setattr(Conversation, "_doubt", lambda self, number: None)
    with short_waits():
        outcome = await play(Schedule(0, ASKS, (Strike(0, "up", 60, "drop"),), heartbeat=0.3))
    assert "is 'sent', and never came" in str(outcome)


async def test_a_chat_is_spoken_in_and_all_of_it_arrives():
    with short_waits():
        outcome = await play(Schedule(0, TALKS, early=(0, 2), pace=0.03, server="chat"))
    assert not outcome.wrong
    assert outcome.figures["messages_of_a_chat"] > 4
    assert outcome.figures["answers_sent_and_reached"] == outcome.figures["answers"]


async def test_the_checks_notice_words_that_are_held_while_the_host_listens(monkeypatch):
    monkeypatch.setattr("faults.runs.LIMIT", 1.5)
    monkeypatch.setattr(Conversation, "_say", lambda self, content, at, by: self._hold("text", content, at, by))  # fmt: skip
    monkeypatch.setattr(Conversation, "_say_held", lambda self, at: None)
    with short_waits():
        outcome = await play(Schedule(0, TALKS, pace=0.03, server="chat"))
    assert "while the host listens" in str(outcome)


async def test_the_checks_notice_words_that_overtake_others(monkeypatch):
    say_held = Conversation._say_held

    def backwards(self, at):
        self._update(held=self._status.held[::-1])
        say_held(self, at)

    monkeypatch.setattr(Conversation, "_say_held", backwards)
    with short_waits():
        outcome = await play(Schedule(0, TALKS, early=(0, 0, 0), server="chat"))
    assert "said ['early 1', 'early 2', 'early 3'" in str(outcome)


async def test_the_checks_notice_what_came_twice_and_is_shown_twice(monkeypatch):
    monkeypatch.setattr(Conversation, "_came_before", lambda self, message, text: False)
    with short_waits():
        outcome = await play(Schedule(0, ASKS, (Strike(0, "down", 500, "double"),)))
    assert "shown" in str(outcome)
