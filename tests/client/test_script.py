"""A manager that is no person."""

from __future__ import annotations

import asyncio

import pytest
from support.scripted_server import Scripted, chats, listen

from buttermilk_widget import (
    RunOver,
    Script,
    ScriptOver,
    Session,
    WrongAnswer,
    choose,
    confirm,
    reject,
    say,
)
from buttermilk_widget.client.script import Reply, Turn, answer_of, manager_of, waits, wanted
from buttermilk_widget.client.session import SCRIPT_ENDED
from buttermilk_widget.conversation.patches import Question, Readiness


async def asks_three(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.heard()
    await line.ask("Which?", "ok", "no", "later")
    await line.heard()
    await line.ask("What of it?")
    await line.heard()
    await line.end()
    await listen(line)


async def managed(manager, script=asks_three):
    """What a run came to that this manager answered."""
    async with Scripted(script).serve() as server, Session(server.url, manager=manager) as session:
        try:
            await session.run("osb").ended(5)
        finally:
            said = [e.body for e in session.entries if e.body.kind == "answer"]
            session.said = [(a.verdict, a.content, a.by) for a in said], server.deleted
    return session.said


EXPECTED = [("confirm", "yes", "script"), ("choice", "ok", "script"), ("text", "so", "script")]


async def test_a_script_answers_one_question_after_the_other():
    assert (await managed(Script(confirm(), choose("ok"), say("so"))))[0] == EXPECTED


async def test_plain_values_and_a_function_do_too():
    assert (await managed(Script(True, "ok", "so")))[0] == EXPECTED

    def answer(question):
        return {"confirm": True, "options": "OK", "text": say("so")}[question.form]

    assert (await managed(answer))[0] == EXPECTED


async def test_a_no_may_say_why():
    said, _ = await managed(Script(reject("not this one"), choose("no"), say("x")))
    assert said[0] == ("reject", "not this one", "script")


@pytest.mark.parametrize(
    ("manager", "error", "sentence"),
    [
        (
            Script(True),
            ScriptOver,
            r"no answer left, and the server asks: 'Which\?'.*'ok', 'no', 'later'",
        ),
        (Script(), ScriptOver, r"'Go on\?' It takes confirm\(\) or reject\(\)"),
        (Script("words"), WrongAnswer, r"takes confirm\(\) or reject\(\), and words would reject"),
        (
            Script(True, choose("C")),
            WrongAnswer,
            "'C' is not among the options 'ok', 'no' and 'later'",
        ),
        (lambda _question: None, WrongAnswer, r"answered None to 'Go on\?', which is no answer"),
        (lambda _question: 1 / 0, WrongAnswer, "failed on .* with ZeroDivisionError: division"),
    ],
)
async def test_what_cannot_go_on_stops_with_what_was_asked(manager, error, sentence):
    async with Scripted(asks_three).serve() as server:
        session = Session(server.url, manager=manager)
        with pytest.raises(error, match=sentence):
            await session.run("osb").ended(5)
        assert server.deleted == ["s-1"], "the run is stopped at the server"
        with pytest.raises(RunOver):
            session.confirm()
        await session.close()


def test_a_script_begins_anew_with_each_run():
    script = Script(True)
    question = Question(content="Go on?", form="confirm")
    for _ in range(2):
        assert manager_of(script)(question) is True
    assert repr(script) == "Script(True)"


async def test_what_a_manager_says_is_read_in_each_of_its_ways():
    question = Question(content="?")

    async def given(value, form="text"):
        return await answer_of(lambda _: value, question.model_copy(update={"form": form}))

    assert await given(True) == confirm() == Reply("confirm")
    assert await given(False) == reject()
    assert await given("B") == say("B")
    assert await given(choose("B", confirm=False)) == Reply("choice", "B", confirm=False)
    assert await given("hello", "chat") == say("hello")
    assert await given(None, "chat") is None
    with pytest.raises(WrongAnswer, match="or None to end the chat"):
        await given(True, "chat")
    assert wanted(question) == "It takes say() with words."


def test_what_a_run_waits_for_and_what_that_takes_is_said():
    question = Question(content="Hi!", options=("A", "B"))
    assert waits(question) == "the run asks: 'Hi!'"
    chat = question.model_copy(update={"form": "chat"})
    assert "waits for the manager's words" in waits(chat)
    assert [
        wanted(question.model_copy(update={"form": form}))
        for form in ("confirm", "options", "chat")
    ] == [
        "It takes confirm() or reject().",
        "It takes choose() with one of 'A', 'B'.",
        "It takes say() with words, or nothing more.",
    ]


async def test_a_script_that_is_exhausted_ends_a_chat_and_fails_a_question():
    answers = manager_of(Script())
    assert await answer_of(answers, Question(content="What else?", form="chat")) is None
    with pytest.raises(ScriptOver):
        await answer_of(answers, Question(content="Go on?", form="confirm"))


def test_a_turn_is_known_by_its_number_and_kind_whatever_its_words_are_by_then():
    asked, chat = Question(content="?", number=2), Question(content="a", form="chat", number=2)
    later = chat.model_copy(update={"content": "b"})
    assert Turn.of(chat) == Turn.of(later) != Turn.of(asked)
    assert Turn.of(asked, tries=1) != Turn.of(asked)
    assert Turn.of(asked, tries=1).repeats(Turn.of(asked))
    assert not Turn.of(asked).repeats(Turn.of(chat))
    assert not Turn.of(chat).repeats(Turn.of(asked))
    third = asked.model_copy(update={"number": 3})
    assert not Turn.of(third).repeats(Turn.of(asked))


# --- a chat --------------------------------------------------------------------------------------


def chat_of(session):
    return [
        e.body.content for e in session.entries if e.body.kind in ("question", "answer", "text")
    ]


async def test_a_script_speaks_in_turn_in_a_chat_and_the_chat_ends_with_it():
    async with Scripted(chats).serve() as server:
        manager = Script(say("find it"), "judge it")
        async with Session(server.url, manager=manager) as session:
            await session.run("osb").ended(5)
        assert chat_of(session) == [
            "Hi! What would you like to do?",
            *("find it", "reply 1 to find it", "judge it", "reply 2 to judge it"),
        ]
        assert session.reason == SCRIPT_ENDED
        assert server.deleted == ["s-1"]


async def test_a_script_may_say_what_the_host_takes_for_the_end():
    async with Scripted(chats).serve() as server:
        async with Session(server.url, manager=Script(say("a"), say("bye"))) as session:
            await session.run("osb").ended(5)
        assert session.reason == "The flow has ended."


async def test_a_function_may_be_async_and_knows_which_turn_it_is():
    numbers = []

    async def speak(question):
        numbers.append((question.number, question.form, question.content))
        await asyncio.sleep(0)
        return f"message {question.number}" if question.number < 4 else None

    async with Scripted(chats).serve() as server:
        async with Session(server.url, manager=speak) as session:
            await session.run("osb").ended(5)
    assert numbers == [
        (1, "text", "Hi! What would you like to do?"),
        (2, "chat", "reply 1 to message 1"),
        (3, "chat", "reply 2 to message 2"),
        (4, "chat", "reply 3 to message 3"),
    ]


async def test_a_host_that_answers_nothing_does_not_keep_a_script_for_ever(monkeypatch):
    monkeypatch.setattr("buttermilk_widget.client.session.REPLY_WITHIN", 0.05)
    async with Scripted(chats).serve() as server:
        async with Session(server.url, manager=Script(say("hush"))) as session:
            await session.run("osb").ended(5)
        assert session.reason == SCRIPT_ENDED


async def test_one_loop_serves_both_kinds_of_flow():
    async def run(script, *words):
        left = iter(words)
        async with Scripted(script).serve() as server, Session(server.url) as session:
            session.run("osb")
            forms = []
            while question := await session.asked(5):
                forms.append(question.form)
                if question.form == "confirm":
                    session.confirm()
                elif question.form == "options":
                    session.choose(question.options[0])
                else:
                    session.say(next(left))
            return forms

    assert await run(chats, "one", "two", "bye") == ["text", "chat", "chat"]
    assert await run(asks_three, "so") == ["confirm", "options", "text"]


# --- a manager that fails ------------------------------------------------------------------------


class Odd(Exception):
    pass


def fails(_question):
    raise Odd("as it does")


async def fails_later(_question):
    await asyncio.sleep(0)
    raise Odd("as it does")


def leaves(_question):
    raise SystemExit(3)


words = iter(())


def is_exhausted(_question):
    return next(words)


async def test_a_function_that_runs_out_of_words_is_reported_as_any_other_failure():
    async with Scripted(chats).serve() as server:
        async with Session(server.url, manager=is_exhausted) as session:
            with pytest.raises(WrongAnswer, match="StopIteration"):
                await session.run("osb").ended(5)


@pytest.mark.parametrize("manager", [fails, fails_later, leaves])
async def test_whatever_a_function_raises_is_what_the_run_ends_with(manager):
    async with Scripted(chats).serve() as server, Session(server.url, manager=manager) as session:
        with pytest.raises(WrongAnswer, match="function failed on 'Hi! What") as caught:
            await session.run("osb").ended(5)
        cause = caught.value.__cause__
        assert type(cause) in (Odd, SystemExit)
        assert cause.__traceback__.tb_frame.f_code.co_name == manager.__name__


async def ends_while_stopped(line):
    """A server that says the end of the flow as soon as it is asked to stop."""
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    line.server.on_delete = line.end
    await listen(line)


async def test_the_failure_is_reported_every_time_and_not_the_end_that_follows():
    reported = 0
    for _ in range(1000):
        async with Scripted(ends_while_stopped).serve() as server:
            async with Session(server.url, manager=fails) as session:
                with pytest.raises(WrongAnswer, match="Odd: as it does"):
                    await session.run("osb").ended(5)
                reported += session.readiness is Readiness.FAILED
    assert reported == 1000


async def test_a_function_that_chooses_what_is_no_option_is_stopped_after_the_first_time():
    calls = []

    def choose_none(question):
        calls.append(question.number)
        return choose("none of them")

    async def asks_again(line):
        await line.heard()
        for _ in range(5):
            await line.ask("Which?", "ok", "no", "later")
        await listen(line)

    async with Scripted(asks_again).serve() as server:
        async with Session(server.url, manager=choose_none) as session:
            with pytest.raises(WrongAnswer, match="not among the options"):
                await session.run("osb").ended(5)
    assert calls == [1]
