"""Chats over real sockets: code that speaks, scripts, lines that break, and recordings of them."""

from __future__ import annotations

import asyncio
import json

import pytest
from support.cassettes import NOWHERE, hash_of
from support.recordings import steps
from support.scripted_server import Scripted, listen, plays, until

from buttermilk_widget import (
    Cassette,
    CassetteMismatch,
    NoQuestion,
    Readiness,
    RunOver,
    Script,
    Session,
    StillRunning,
    choose,
    confirm,
    say,
)
from buttermilk_widget.client.session import SCRIPT_ENDED
from buttermilk_widget.conversation.chat import SETTLES

GREETING = "Hi! What would you like to do?"


class Host:
    """What a deployed LLM host does: it greets, and takes each message for an instruction.

    ``analyse`` is handed to an agent, ``judge`` is asked for first, ``hush`` gets no answer, ``bye``
    ends the flow, and ``drop`` breaks the connection; ``resumed`` is what it says on the next one.
    """

    def __init__(self, resumed="back again"):
        self.heard = []
        self.resumed = resumed
        self.work = asyncio.Event()
        self.work.set()

    async def __call__(self, line):
        if not self.heard:
            assert (await line.heard())["type"] == "run_flow"
            await line.lead("adaptive")
            await line.ask(GREETING)
        elif self.resumed:
            await line.bare("HOST-1", self.resumed)
        while (frame := await line.heard()) is not None:
            words = frame.get("content") or frame.get("confirm")
            self.heard.append(words)
            match words:
                case "analyse":
                    await line.bare("HOST-1", "Calling ANALYST_call", tool_calls=1)
                    await self.works(line)
                case "judge":
                    await line.ask("Confirm next step: JUDGE", "confirm", "reject")
                case "bye":
                    await line.bare("HOST-1", "Calling END_call", tool_calls=1)
                    await line.end()
                case "drop":
                    # it has the message: its pong is on its way before the line dies
                    await asyncio.wait({asyncio.create_task(line.heard())}, timeout=0.05)
                    line.drop()
                case "hush":
                    pass
                case _:
                    await line.bare("HOST-1", f"You said {words}.", model="fake")

    async def works(self, line):
        task = {"agent_id": "ANALYST-1", "role": "ANALYST", "task_index": 0}
        await line.say({"type": "system_update", "outputs": task})
        await self.work.wait()
        await line.say({"type": "system_update", "outputs": {**task, "more_tasks_remain": False}})
        info = {"agent_id": "ANALYST-1", "role": "ANALYST", "agent_name": "Analyst"}
        await line.say({"type": "chat_message", "outputs": "the analysis", "agent_info": info})


def talk(session):
    """The words of each entry that is talk, and of which answers it is not known that they came."""
    shown = [e.body for e in session.entries if e.body.kind in ("question", "answer", "text")]
    return [f"{b.content} ({b.state})" if getattr(b, "state", "") == "lost" else b.content for b in shown]  # fmt: skip


def held(session):
    return [item.content for item in session.conversation.status.held]


# --- code that speaks ----------------------------------------------------------------------------


async def converse(session, *words):
    """The loop that serves both kinds of flow; the turns that it had."""
    left, turns = iter(words), []
    session.run("osb")
    while question := await session.asked(5):
        turns.append((question.number, question.form, question.content))
        if question.form == "confirm":
            session.confirm()
        elif question.form == "options":
            session.choose(question.options[0])
        elif one := next(left, None):
            session.say(one)
        else:
            break
    return turns


async def test_a_loop_speaks_in_its_turns():
    async with Scripted(host := Host()).serve() as server, Session(server.url) as session:
        turns = await converse(session, "hello", "analyse", "judge", "bye")
        await session.ended(5)
    assert turns == [
        (1, "text", GREETING),
        (2, "chat", "You said hello."),
        (3, "chat", "the analysis"),
        (4, "confirm", "Confirm next step: JUDGE"),
        (5, "chat", "You said True."),
    ]
    assert host.heard == ["hello", "analyse", "judge", True, "bye"]
    assert talk(session) == [
        *(GREETING, "hello", "You said hello.", "analyse", "the analysis", "judge"),
        *("Confirm next step: JUDGE", "yes", "You said True.", "bye"),
    ]
    assert server.answers[3] == {
        "type": "manager_response",
        "confirm": True,
        "selection": "confirm",
    }


async def test_a_loop_may_leave_a_chat_and_stop_it():
    async with Scripted(Host()).serve() as server, Session(server.url) as session:
        turns = await converse(session, "hello")
        assert [turn[1] for turn in turns] == ["text", "chat"]
        await session.stop()
        assert session.readiness is Readiness.STOPPED
        with pytest.raises(RunOver):
            session.say("too late")
    assert server.deleted == ["s-1"]


async def test_one_can_speak_at_any_time_while_the_host_listens():
    async with Scripted(host := Host()).serve() as server, Session(server.url) as session:
        host.work.clear()
        session.run("osb")
        await session.asked(5)
        session.say("analyse")
        await until(lambda: "working" in session.reason)
        assert session.reason == "ANALYST is working. You can keep talking."
        for words in ("one", "two", "three"):
            session.say(words)
            assert held(session) == []
        with pytest.raises(NoQuestion, match="You can keep talking"):
            session.confirm()
        with pytest.raises(StillRunning):
            await session.asked(0.05)
        host.work.set()
        await until(lambda: "You said three." in talk(session))
        assert host.heard == ["analyse", "one", "two", "three"]
        assert talk(session) == [
            *(GREETING, "analyse", "one", "two", "three", "the analysis"),
            *("You said one.", "You said two.", "You said three."),
        ]
        assert (await session.asked(5)).number == 5


async def test_what_was_said_too_early_goes_out_with_the_greeting():
    async with Scripted(host := Host()).serve() as server, Session(server.url) as session:
        session.run("osb")
        for words in ("one", "two", "three"):
            session.say(words)
        assert held(session) == ["one", "two", "three"]
        await until(lambda: len(host.heard) == 3)
        assert host.heard == ["one", "two", "three"]
        assert held(session) == []


async def test_the_recorded_chat_is_talked_with_to_its_end():
    recorded = list(steps("llm_chat"))
    said = [json.loads(text) for _, way, text in recorded if way == "out"][1:]
    async with Scripted(plays(recorded)).serve() as server, Session(server.url) as session:
        turns = await converse(session, *(frame["content"] for frame in said))
        await session.ended(5)
    assert [turn[1] for turn in turns] == ["text", "chat", "chat", "chat"]
    assert server.answers == said


# --- a line that breaks --------------------------------------------------------------------------


async def test_what_is_said_in_a_gap_goes_out_in_order_when_it_is_over():
    host = Host()
    async with Scripted(host, host).serve() as server, Session(server.url) as session:
        session.run("osb")
        await session.asked(5)
        session.say("drop")
        await until(lambda: session.readiness is Readiness.CONNECTING)
        for words in ("one", "two"):
            session.say(words)
        assert held(session) == ["one", "two"]
        await until(lambda: "You said two." in talk(session))
        assert host.heard == ["drop", "one", "two"]
        assert held(session) == []
        assert talk(session)[:3] == [GREETING, "drop", "one"]
        assert session.readiness is Readiness.LISTENING
        assert len(session.conversation.gaps) == 1


async def test_a_line_that_breaks_just_after_the_host_spoke_ends_no_loop():
    async def speaks_and_drops(line):
        await line.heard()
        await line.lead("adaptive")
        await line.ask(GREETING)
        await line.heard()
        await line.bare("HOST-1", "What else?")
        await asyncio.sleep(0.05)  # the turn is not given yet: more may follow
        line.drop()

    async with Scripted(speaks_and_drops, listen).serve() as server:
        async with Session(server.url) as session:
            session.run("osb")
            await session.asked(5)
            session.say("hello")
            turn = await session.asked(5)
            assert (turn.form, turn.content) == ("chat", "What else?")
            assert len(session.conversation.gaps) == 1
            assert session.readiness is Readiness.LISTENING


async def test_a_message_on_a_line_that_dies_is_marked_and_not_said_again():
    deaf_now = asyncio.Event()

    async def deaf(line):
        await line.heard()
        await line.lead("adaptive")
        await line.ask(GREETING)
        await line.heard()
        await asyncio.wait({asyncio.create_task(line.heard())}, timeout=0.05)  # answers the ping
        line.request.transport.pause_reading()
        deaf_now.set()
        await until(lambda: "into the void" in talk(session))
        await asyncio.sleep(0.05)
        line.drop()

    host = Host()
    host.heard.append("the first connection's")
    async with Scripted(deaf, host).serve() as server, Session(server.url) as session:
        session.run("osb")
        await session.asked(5)
        session.say("hello")
        await deaf_now.wait()
        assert not session.conversation.on_the_way
        session.say("into the void")
        await until(lambda: "back again" in talk(session))
        session.say("are you there")
        await until(lambda: "You said are you there." in talk(session))
    assert talk(session) == [
        *(GREETING, "hello", "into the void (lost)", "back again"),
        *("are you there", "You said are you there."),
    ]
    assert [answer["content"] for answer in server.answers] == ["hello", "are you there"]


async def test_a_script_goes_on_after_a_gap():
    host = Host()
    async with Scripted(host, host).serve() as server:
        manager = Script(say("one"), say("drop"), say("two"), say("bye"))
        async with Session(server.url, manager=manager) as session:
            await session.run("osb").ended(10)
    assert host.heard == ["one", "drop", "two", "bye"]
    assert session.reason == "The flow has ended."


async def test_a_script_whose_answer_was_lost_in_the_gap_does_not_wait_for_ever(monkeypatch):
    monkeypatch.setattr("buttermilk_widget.client.session.REPLY_WITHIN", 0.3)
    host = Host(resumed="")
    async with Scripted(host, host).serve() as server:
        manager = Script(say("drop"), say("two"))
        async with Session(server.url, manager=manager) as session:
            await session.run("osb").ended(10)
    assert host.heard == ["drop", "two"]
    assert session.reason == SCRIPT_ENDED
    assert server.deleted == ["s-1"]


async def test_a_question_that_is_put_again_since_its_answer_was_lost_gets_the_same_answer():
    async def loses(line):
        await line.heard()
        await line.say(question(1))
        line.request.transport.pause_reading()
        await until(lambda: session.readiness is Readiness.WORKING)
        await asyncio.sleep(0.05)
        line.drop()

    async def puts_it_again(line):
        await line.say(question(1))
        await line.heard()
        await line.say(question(2))
        await line.heard()
        await line.end()
        await listen(line)

    def question(number):
        outputs = {"content": f"Go on {number}?", "options": ["confirm", "reject"]}
        return {"type": "ui_message", "message_id": f"q-{number}", "outputs": outputs}

    calls = []

    def manager(asked):
        calls.append(asked.content)
        return confirm() if asked.content == "Go on 1?" else False

    for answers in (manager, Script(True, False)):
        async with Scripted(loses, puts_it_again).serve() as server:
            async with Session(server.url, manager=answers) as session:
                await session.run("osb").ended(10)
        assert [answer["confirm"] for answer in server.answers] == [True, False]
        states = [e.body.state for e in session.entries if e.body.kind == "answer"]
        assert states == ["lost", "sent", "sent"]
    assert calls == ["Go on 1?", "Go on 2?"]


# --- a manager that takes its time ---------------------------------------------------------------


async def test_a_function_whose_turn_is_overtaken_by_a_question_is_asked_that():
    """What it says then was for the chat, and is no answer to the question."""
    asked, goes_on = [], asyncio.Event()

    async def overtakes(line):
        await line.heard()
        await line.lead("adaptive")
        await line.ask(GREETING)
        await line.heard()
        await line.bare("HOST-1", "What else?")
        await until(lambda: len(asked) == 2)
        await line.ask("Confirm next step: JUDGE", "confirm", "reject")
        await until(lambda: session.question)
        goes_on.set()
        await line.heard()
        await line.bare("HOST-1", "Done.")
        await listen(line)

    async def manager(question):
        asked.append((question.form, question.content))
        if question.content == "What else?":
            await goes_on.wait()
            return "words for the chat"
        if question.form == "confirm":
            return True
        return "hello" if question.form == "text" else None

    async with Scripted(overtakes).serve() as server:
        async with Session(server.url, manager=manager) as session:
            await session.run("osb").ended(5)
    assert asked == [
        ("text", GREETING),
        ("chat", "What else?"),
        ("confirm", "Confirm next step: JUDGE"),
        ("chat", "Done."),
    ]
    assert [(a.get("content"), a.get("confirm")) for a in server.answers] == [
        ("hello", None),
        (None, True),
    ]
    assert session.reason == SCRIPT_ENDED


async def test_a_function_whose_question_gave_way_to_another_is_asked_that():
    asked, goes_on = [], asyncio.Event()

    async def replaces(line):
        await line.heard()
        await line.ask("One?", "confirm", "reject")
        await until(lambda: asked)
        await line.ask("Which?", "Yes", "Abort", "Later")
        await until(lambda: session.question.form == "options")
        goes_on.set()
        await line.heard()
        await line.end()
        await listen(line)

    async def manager(question):
        asked.append(question.content)
        if question.content == "One?":
            await goes_on.wait()
            return True
        return choose("Abort")

    async with Scripted(replaces).serve() as server:
        async with Session(server.url, manager=manager) as session:
            await session.run("osb").ended(5)
    assert asked == ["One?", "Which?"]
    assert [(a["selection"], a["confirm"]) for a in server.answers] == [("Abort", False)]


async def test_a_function_that_answers_after_the_end_changes_nothing():
    asked, cancelled = asyncio.Event(), asyncio.Event()

    async def ends(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        await asked.wait()
        await line.end()
        await listen(line)

    async def manager(_question):
        asked.set()
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    async with Scripted(ends).serve() as server, Session(server.url, manager=manager) as session:
        await session.run("osb").ended(5)
        await session.closed()
        assert cancelled.is_set()
        assert session.readiness is Readiness.ENDED
        assert session.problem is None
    assert server.answers == []


async def test_what_a_function_says_in_a_gap_is_held_for_the_host():
    host, asked = Host(), []

    async def manager(question):
        asked.append(question.content)
        if question.content == "You said one.":
            for line in server._lines:
                line.drop()
            await until(lambda: session.readiness is Readiness.CONNECTING)
            return "two"
        return "one" if question.form == "text" else None

    async with Scripted(host, host).serve() as server:
        async with Session(server.url, manager=manager) as session:
            await session.run("osb").ended(10)
    assert host.heard == ["one", "two"]
    assert asked == [GREETING, "You said one.", *asked[2:]]
    assert session.reason == SCRIPT_ENDED


# --- recordings ----------------------------------------------------------------------------------


async def cells(session):
    """A notebook's cells that chat, one after the other; what they printed."""
    printed = []

    def show(question):
        printed.append((question.form, question.number, question.content, session.readiness))

    session.run("osb")
    show(await session.asked(5))
    session.say("hello")
    show(await session.asked(5))
    session.say("one")
    session.say("two")
    await until(lambda: "You said two." in talk(session))
    show(await session.asked(5))
    session.say("judge")
    show(await session.asked(5))
    session.confirm()
    show(await session.asked(5))
    session.say("bye")
    printed.append(await session.asked(5))
    await session.ended(5)
    printed.append(talk(session))
    return printed


@pytest.fixture
async def recording(path):
    """A recorded chat; what its cells printed, and the hash of its transcript."""
    async with Scripted(Host()).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            printed = await cells(live)
    return printed, hash_of(live)


async def test_cells_that_chat_see_in_a_replay_what_they_saw_live(path, recording):
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        printed = await cells(again)
    assert (printed, hash_of(again)) == recording


async def test_a_recorded_chat_plays_without_anybody_speaking(path, recording):
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        await again.run("osb").ended(5)
    assert talk(again) == recording[0][-1]
    assert hash_of(again) == recording[1]


async def test_other_words_than_the_recorded_ones_are_a_mismatch_that_shows_both(path, recording):
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        again.run("osb")
        await again.asked(5)
        again.say("hello")
        await again.asked(5)
        with pytest.raises(
            CassetteMismatch, match=r"run.say\('hi'\) now, and was run.say\('one'\)"
        ):
            again.say("hi")
        assert again.replay.waits == "It waits for the notebook's run.say('one')."
        with pytest.raises(NoQuestion):
            again.confirm()
        again.say("one")
        again.say("two")
        await again.asked(5)


async def test_a_recorded_chat_that_was_left_is_left_again(path):
    async def leaves(session):
        await converse(session, "hello", "analyse")
        await session.stop()
        return session.readiness, talk(session)

    async with Scripted(Host()).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            left = await leaves(live)
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        assert await leaves(again) == left
    assert hash_of(again) == hash_of(live)


async def test_a_chat_that_a_script_held_needs_no_script_to_be_replayed(path):
    host = Host()
    async with Scripted(host, host).serve() as server:
        manager = Script(say("one"), say("judge"), True, say("drop"), say("two"))
        async with Session(server.url, manager=manager, cassette=Cassette(path)) as live:
            await live.run("osb").ended(10)
    assert live.reason == SCRIPT_ENDED
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        await again.run("osb").ended(5)
    assert again.reason == SCRIPT_ENDED
    assert talk(again) == talk(live)
    assert {e.body.by for e in again.entries if e.body.kind == "answer"} == {"script"}
    assert hash_of(again) == hash_of(live)


async def test_a_chat_that_was_clicked_gives_code_its_turns_once_each(path):
    async with Scripted(Host()).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            live.run("osb")
            await live.asked(5)
            live.respond("text", "hello", question=1)
            await until(lambda: "You said hello." in talk(live))
            live.respond("text", "one")  # before the turn had come to rest: code was given none
            await until(lambda: "You said one." in talk(live))
            await asyncio.sleep(SETTLES + 0.05)
            live.respond("text", "bye")
            await live.ended(5)
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        again.run("osb")
        turns = [await again.asked(5), await again.asked(5), await again.asked(5)]
        assert [turn and (turn.form, turn.number, turn.content) for turn in turns] == [
            ("text", 1, GREETING),
            ("chat", 3, "You said one."),
            None,
        ]
    assert hash_of(again) == hash_of(live)


async def test_what_code_said_in_a_gap_it_says_again_in_a_replay(path):
    async def speaks_in_a_gap(session):
        turns = []
        session.run("osb")
        turns.append(await session.asked(5))
        session.say("hello")
        turns.append(await session.asked(5))
        session.say("drop")
        await until(lambda: session.readiness is Readiness.CONNECTING)
        session.say("one")
        turns.append(await session.asked(5))
        session.say("bye")
        turns.append(await session.asked(5))
        return [turn and (turn.form, turn.number) for turn in turns], talk(session)

    host = Host(resumed="")
    async with Scripted(host, host).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            spoken = await speaks_in_a_gap(live)
    assert spoken[0] == [("text", 1), ("chat", 2), ("chat", 4), None]
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        assert await speaks_in_a_gap(again) == spoken
    assert hash_of(again) == hash_of(live)


async def test_a_loop_that_asks_late_sees_each_turn_all_the_same(path):
    """Also when all of the recording has been played, or when it is played at its pace."""

    async def goes_through(session):
        turns, left = [], iter(["hello", "judge"])
        while question := await session.asked(5):
            turns.append((question.number, question.form, question.content))
            if question.form == "confirm":
                session.confirm()
            elif one := next(left, None):
                session.say(one)
            else:
                break
        await session.stop()
        return turns

    async with Scripted(Host()).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            turns = await goes_through(live.run("osb"))
    assert [turn[:2] for turn in turns] == [(1, "text"), (2, "chat"), (3, "confirm"), (4, "chat")]
    for pace in (0, 1):
        async with Session(NOWHERE, cassette=Cassette(path), pace=pace) as again:
            assert await goes_through(again.run("osb")) == turns
            assert hash_of(again) == hash_of(live)
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        again.run("osb").go_on()
        await until(lambda: again.over)
        assert await goes_through(again) == turns
