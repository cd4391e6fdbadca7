"""The flow ``ask``, a chat, over real sockets."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

from buttermilk_widget.errors import RunOver
from buttermilk_widget.protocol.decode import decode
from buttermilk_widget.protocol.messages import ManagerResponse, Remark, Unknown
from buttermilk_widget.server import Settings
from buttermilk_widget.server.flow.flows import FLOWS
from buttermilk_widget.server.flow.instructions import LONGEST
from buttermilk_widget.server.flow.library import POSTS
from buttermilk_widget.server.flow.orchestrator import AutogenOrchestrator
from buttermilk_widget.server.flow.parameters import AskParameters

AGENTS = ["HOST", "SEARCHER", "FETCHER", "JUDGE-rules", "JUDGE-weighing", "DIFFERENCES"]


class Chat:
    """A line on which ``ask`` runs, read one reply at a time."""

    def __init__(self, line):
        self.line = line

    async def open(self, **parameters):
        """The greeting's data."""
        await self.line.run("ask", **parameters)
        return await self.line.question()

    async def reply(self):
        """What comes from when the host begins with an instruction until it has dealt with it."""
        await self.line.until("agent_announcement", status="working")
        begun = len(self.line.frames) - 1
        while True:
            frame = await self.line.heard()
            if (said(frame), doing(frame)) == ("HOST", "idle"):
                return self.line.frames[begun:]

    async def say(self, words):
        await self.line.answer(words)
        return await self.reply()


@pytest.fixture
def chat(line):
    return Chat(line)


def said(frame):
    """The agent that a frame is of."""
    inner = frame["data"]
    who = inner.get("agent_info") or inner.get("agent_config") or {}
    return who.get("agent_id")


def doing(frame):
    return frame["data"].get("status") if frame["type"] == "agent_announcement" else None


def brief(frames):
    """Each frame as the agent with its state, or with the kind of what it said."""
    return [f"{said(frame)} {doing(frame) or kind(frame)}" for frame in frames]


def kind(frame):
    outputs = frame["data"]["outputs"]
    for key in ("literature", "divergences", "prediction", "record_id"):
        if isinstance(outputs, dict) and key in outputs:
            return key
    return "words" if isinstance(outputs, str) else "?"


def words(frames):
    return [
        frame["data"]["outputs"]
        for frame in frames
        if frame["type"] == "agent_trace" and isinstance(frame["data"]["outputs"], str)
    ]


# --- what it does --------------------------------------------------------------------------------


async def test_the_host_greets_once_and_says_that_it_chats(chat):
    greeting = await chat.open()
    kinds = [f["type"] for f in chat.line.frames]
    assert kinds == ["agent_announcement"] * 6 + ["ready", "ui_message"]
    assert [said(frame) for frame in chat.line.frames[:6]] == AGENTS
    assert "What would you like to do?" in greeting["content"]
    assert "options" not in greeting
    parameters = chat.line.frames[0]["data"]["agent_config"]["parameters"]
    assert parameters["execution_mode"] == "adaptive"
    assert parameters["model"] == "rules"


@pytest.mark.parametrize("flow", ["osb", "panel"])
async def test_the_host_of_a_sequence_says_that_it_is_one(line, flow):
    await line.run(flow)
    joined = await line.until("agent_announcement")
    assert joined["agent_config"]["parameters"]["execution_mode"] == "sequential"


async def test_what_is_asked_is_answered_from_passages_with_numbers(chat):
    await chat.open()
    reply = await chat.say("find waiting times at the hospital")
    assert brief(reply) == [
        *["HOST working", "SEARCHER working", "SEARCHER literature"],
        *["SEARCHER idle", "HOST idle"],
    ]
    (found,) = chat.line.outputs("SEARCHER")
    quoted = re.findall(r"“(.+)” \[(\d+)\]", found["response"])
    assert len(quoted) == len(found["literature"]) >= 2
    for sentence, number in quoted:
        assert sentence in found["literature"][int(number) - 1]["summary"]


async def test_a_post_is_judged_by_both_judges_and_the_judgements_compared(chat):
    await chat.open()
    reply = await chat.say("judge post-hedge")
    assert brief(reply) == [
        *["HOST working", "FETCHER working", "FETCHER words", "FETCHER record_id"],
        *["FETCHER idle", "JUDGE-rules working", "JUDGE-rules prediction", "JUDGE-rules idle"],
        *["JUDGE-weighing working", "JUDGE-weighing prediction", "JUDGE-weighing idle"],
        "HOST idle",
    ]
    reply = await chat.say("compare")
    assert brief(reply) == [
        *["HOST working", "DIFFERENCES working", "DIFFERENCES divergences"],
        *["DIFFERENCES idle", "HOST idle"],
    ]
    (differences,) = chat.line.outputs("DIFFERENCES")
    answers = {t["message_id"] for t in chat.line.traces}
    for divergence in differences["divergences"]:
        for position in divergence["positions"]:
            assert {expert["answer_id"] for expert in position["experts"]} <= answers


async def test_each_post_is_compared_by_itself_and_by_its_latest_judgements(chat):
    await chat.open()
    for post in ("hedge", "football", "hedge"):
        await chat.say(f"judge {post}")
    latest = [
        t["message_id"] for t in chat.line.traces if t["agent_info"]["agent_id"] == "JUDGE-rules"
    ]
    await chat.say("compare")
    hedge, football = chat.line.outputs("DIFFERENCES")
    assert hedge["conclusion"].startswith("The hedge on Orchard Lane: ")
    assert football["conclusion"].startswith("A bad afternoon at the match: ")
    assert latest[2] in json.dumps(hedge)
    assert latest[0] not in json.dumps(hedge)
    await chat.say("compare post-football")
    *_, only = chat.line.outputs("DIFFERENCES")
    assert only["divergences"] == football["divergences"]
    await chat.say("compare post-bus")
    assert chat.line.outputs("DIFFERENCES")[-1].startswith("There is no judgement of post-bus")


async def test_it_remembers_the_post_that_was_last_spoken_of(chat):
    await chat.open()
    assert "Say which post" in words(await chat.say("judge it"))[0]
    await chat.say("judge post-bus")
    await chat.say("judge it again")
    records = [o for o in chat.line.outputs("FETCHER") if isinstance(o, dict)]
    assert [record["record_id"] for record in records] == ["post-bus", "post-bus"]


async def test_the_record_of_the_request_is_the_first_that_is_spoken_of(chat):
    await chat.open(record_id="post-library")
    await chat.say("judge it")
    assert chat.line.outputs("FETCHER")[1]["record_id"] == "post-library"


@pytest.mark.parametrize(
    ("instruction", "says"),
    [
        ("help", "I understand"),
        ("xyzzy", "I do not understand that."),
        ("yes", "I do not understand that."),
        ("judge post-hegde", "The nearest is post-hedge"),
        ("find", "Say what to find"),
        ("x" * (LONGEST + 1), "say it shorter"),
        ("compare", "There is no judgement"),
        ("find quantum chromodynamics", "None of the 55 passages"),
    ],
)
async def test_the_rest_is_answered_in_words(chat, instruction, says):
    await chat.open()
    reply = await chat.say(instruction)
    assert says in words(reply)[0]
    assert (brief(reply)[0], brief(reply)[-1]) == ("HOST working", "HOST idle")
    assert not [f for f in reply if f["type"] == "ui_message"]
    await chat.say("find hedges")


async def test_help_names_every_post(chat):
    await chat.open()
    (said_,) = words(await chat.say("help"))
    assert all(post in said_ for post in POSTS)


@pytest.mark.parametrize("goodbye", ["bye", "end", "Quit."])
async def test_a_goodbye_ends_the_flow(chat, goodbye):
    await chat.open()
    await chat.say("find hedges")
    reply = await chat.say(goodbye)
    assert brief(reply) == ["HOST working", "HOST words", "HOST idle"]
    end = await chat.line.until("flow_complete")
    assert (end["status"], end["flow"]) == ("completed", "ask")
    assert "an answer" in end["content"]


async def test_nothing_is_ever_asked_again(chat):
    await chat.open()
    for instruction in ("find hedges", "judge post-bus", "help", "compare", "nonsense"):
        await chat.say(instruction)
    await chat.say("bye")
    await chat.line.until("flow_complete")
    assert len([f for f in chat.line.frames if f["type"] == "ui_message"]) == 1


async def test_the_client_understands_every_frame(chat):
    await chat.open()
    for instruction in ("find hedges", "judge post-hedge", "compare", "help", "bye"):
        await chat.line.answer(instruction)
    await chat.line.until("flow_complete")
    for frame in chat.line.frames:
        message = decode(json.dumps(frame))
        assert not isinstance(message, Unknown), frame
        assert message.dialect == "documented"


async def test_an_agent_that_fails_is_told_and_the_chat_goes_on(chat, monkeypatch):
    from buttermilk_widget.server.flow import retrieval

    await chat.open()
    monkeypatch.setattr(retrieval, "answer", lambda *_: 1 / 0)
    await chat.say("find hedges")
    assert "ZeroDivisionError" in chat.line.outputs("SEARCHER")[0]["content"]
    monkeypatch.undo()
    await chat.say("find hedges")
    assert chat.line.outputs("SEARCHER")[1]["literature"]


async def test_a_remark_is_no_instruction(chat):
    await chat.open()
    await chat.line.send({"type": "ui_message", "content": "bye"})
    await chat.say("judge post-bus")
    (judgement,) = chat.line.outputs("JUDGE-rules")
    assert judgement["reasons"][-1] == "The manager said to the group: “bye”."


@pytest.mark.parametrize("frame", [{"confirm": True}, {"content": "   "}, {"selection": ""}])
async def test_an_answer_with_no_words_is_refused_in_a_sentence(chat, frame):
    await chat.open()
    await chat.line.send({"type": "manager_response", **frame})
    assert "has no words" in (await chat.line.trouble())["content"]
    await chat.say("find hedges")


async def test_a_selection_is_an_instruction_too(chat):
    await chat.open()
    await chat.line.send({"type": "manager_response", "selection": "find hedges"})
    assert "SEARCHER literature" in brief(await chat.reply())


# --- when it takes it ----------------------------------------------------------------------------


async def test_what_is_said_before_the_runtime_is_dealt_with_in_order(serving):
    """The race of the document: three messages right after ``run_flow``."""
    settings = Settings(setup_delay=0.3, pace=0.02)
    async with serving(settings) as server, server.line() as line:
        await line.run("ask")
        for instruction in ("find hedges", "judge post-bus", "bye"):
            await line.answer(instruction)
        chat = Chat(line)
        assert "options" not in await line.question()
        assert "SEARCHER literature" in brief(await chat.reply())
        assert "JUDGE-weighing prediction" in brief(await chat.reply())
        assert words(await chat.reply()) == ["Goodbye."]
        assert (await line.until("flow_complete"))["status"] == "completed"
        assert not [f for f in line.frames if f["data"].get("is_error")]
        assert [f["type"] for f in line.frames].index("ui_message") == 7


async def test_what_is_said_while_it_is_at_work_waits_its_turn(serving):
    asked = ["hedges", "buses", "irony", "bread", "noise", "parking", "pool", "market"]
    async with serving(Settings(setup_delay=0, pace=0.02)) as server, server.line() as line:
        chat = Chat(line)
        await chat.open()
        for words_ in asked:
            await line.answer(f"find {words_}")
        replies = [await chat.reply() for _ in asked]
        assert [brief(reply)[0] for reply in replies] == ["HOST working"] * len(asked)
        responses = [found["response"] for found in line.outputs("SEARCHER")]
        stems = ["hedge", "bus", "irony", "bread", "noise", "park", "pool", "market"]
        for response, stem in zip(responses, stems, strict=True):
            assert stem in response.casefold()


async def test_without_the_queue_the_race_is_real_here_too():
    made = AutogenOrchestrator(FLOWS["ask"], AskParameters(), print, queue_early=False)
    with pytest.raises(AttributeError) as caught:
        await made.make_publish_callback()(ManagerResponse(content="find hedges"))
    assert str(caught.value) == "'AutogenOrchestrator' object has no attribute '_runtime'"


async def test_the_prompt_is_the_first_instruction(chat):
    await chat.open(prompt="find hedges")
    await chat.line.answer("bye")
    assert "SEARCHER literature" in brief(await chat.reply())
    assert words(await chat.reply()) == ["Goodbye."]


async def test_without_the_human_the_prompt_is_all_that_is_dealt_with(line):
    await line.run("ask", human_in_loop=False, prompt="judge post-bus")
    assert (await line.play())["status"] == "completed"
    assert len(line.outputs("JUDGE-rules")) == 1
    await line.run("ask", human_in_loop=False)
    assert (await line.play())["content"] == "The flow ask is complete: nothing was done."
    assert not [f for f in line.frames if f["type"] == "ui_message"]


async def test_a_human_who_leaves_the_loop_ends_the_flow(chat):
    await chat.open()
    await chat.line.answer("find hedges", human_in_loop=False)
    assert (await chat.line.until("flow_complete"))["status"] == "completed"
    assert len(chat.line.outputs("SEARCHER")) == 1
    await chat.open()
    await chat.line.send({"type": "manager_response", "human_in_loop": False})
    assert (await chat.line.until("flow_complete"))["status"] == "completed"


async def test_what_is_left_at_the_end_is_said_to_be(serving):
    async with serving(Settings(setup_delay=0.1, pace=0)) as server, server.line() as line:
        for more, says in [(1, "The last message that you sent was not"), (2, "2 messages were")]:
            await line.run("ask")
            for instruction in ("bye", *["find hedges"] * more):
                await line.answer(instruction)
            assert says in (await line.trouble())["content"]
            assert (await line.until("flow_complete"))["status"] == "completed"
        assert not line.outputs("SEARCHER")


async def test_a_new_socket_gets_the_greeting_again_only_if_nothing_was_said(server, until):
    session_id = await server.open()
    session = server.sessions.find(session_id)
    async with server.line(session_id) as line:
        greeting = await Chat(line).open()
    await until(lambda: session.status == "reconnecting")
    async with server.line(session_id) as line:
        assert (await line.question())["message_id"] == greeting["message_id"]
        await Chat(line).say("find hedges")
    await until(lambda: session.status == "reconnecting")
    async with server.line(session_id) as line:
        await Chat(line).say("bye")
        await line.until("flow_complete")
        assert not [f for f in line.frames if f["type"] == "ui_message"]


@pytest.mark.parametrize("moment", ["listening", "working"])
async def test_it_can_be_stopped_at_any_moment(serving, moment):
    before = asyncio.all_tasks()
    async with serving(Settings(setup_delay=0, pace=30.0)) as server:
        session_id = await server.open()
        async with server.line(session_id) as line:
            await Chat(line).open()
            if moment == "working":
                await line.answer("find hedges")
                await line.until("agent_announcement", status="working")
            assert (await server.delete(session_id))[0] == 200
            assert await line.closed() == 1000
            assert line.frames[-1]["data"]["status"] == "stopped"
    await asyncio.sleep(0.05)
    assert not [t for t in asyncio.all_tasks() - before if "autogen" in repr(t)]


# --- how much ------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["early", "late"])
async def test_instructions_that_wait_are_bounded_in_number(serving, moment):
    settings = Settings(setup_delay=0.2, pace=0.05, most_waiting=5)
    async with serving(settings) as server, server.line() as line:
        await line.run("ask")
        chat = Chat(line)
        if moment == "late":
            await line.question()
        for _ in range(20):
            await line.answer("find hedges")
        trouble = await line.trouble()
        assert "This message was not taken: 5 messages that wait are kept" in trouble["content"]
        assert trouble["fatal"] is False
        refused = 1
        while refused + len(line.outputs("SEARCHER")) < 20:
            refused += (await line.heard())["data"].get("is_error") is True
        assert 5 <= len(line.outputs("SEARCHER")) < 10
        await line.until("agent_announcement", content="HOST is listening.")
        await chat.say("bye")


@pytest.mark.parametrize(
    ("make", "settings", "says"),
    [
        (ManagerResponse, {}, "would take more than 1 MiB. Send it again when"),
        (Remark, {}, "would take more than 1 MiB. A new run"),
        (Remark, {"most_remarks": 3}, "3 remarks of this run are kept, and no more are taken."),
    ],
)
async def test_what_a_run_keeps_of_the_managers_words_is_bounded(make, settings, says):
    from buttermilk_widget.server.flow.room import NoRoom

    settings = Settings(setup_delay=0, pace=0, words_bytes=2**20, **settings)
    made = AutogenOrchestrator(
        FLOWS["osb"], FLOWS["osb"].takes(), lambda _: None, settings=settings
    )
    publish = made.make_publish_callback()
    taken = 0
    with pytest.raises(NoRoom) as refused:
        for _ in range(100):
            await publish(make(content="ä" * 100_000))
            taken += 1
    assert says in str(refused.value)
    assert taken in (3, 5)
    if make is ManagerResponse:
        with pytest.raises(NoRoom):
            await publish(ManagerResponse(selection="ä" * 100_000))
    await publish(ManagerResponse(human_in_loop=False))
    await made.run()
    with pytest.raises(RunOver):
        await publish(make(content="late"))


async def test_an_answer_that_was_taken_makes_room_for_the_next(serving):
    async with serving(Settings(setup_delay=0, pace=0, most_waiting=1)) as server:
        async with server.line() as line:
            await line.run("osb")
            assert (await line.play())["status"] == "completed"
            await line.run("ask")
            chat = Chat(line)
            await line.question()
            for _ in range(3):
                await chat.say("find hedges")


async def test_a_long_remark_is_quoted_in_part(line):
    await line.run("osb")
    await line.question()
    await line.send({"type": "ui_message", "content": "x" * 10_000})
    await line.answer()
    await line.play()
    (judgement,) = line.outputs("JUDGE-rules")
    assert len(judgement["reasons"][-1]) < 500
    assert "(10,000 characters)" in judgement["reasons"][-1]
