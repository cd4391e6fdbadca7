"""A manager that is no person."""

from __future__ import annotations

import pytest
from scripted import Scripted, listen

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
from buttermilk_widget.patches import Question
from buttermilk_widget.script import Reply, manager_of, read, wanted


async def asks_three(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.heard()
    await line.ask("Which?", "A", "B")
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


EXPECTED = [("confirm", "yes", "script"), ("choice", "B", "script"), ("text", "so", "script")]


async def test_a_script_answers_one_question_after_the_other():
    assert (await managed(Script(confirm(), choose("B"), say("so"))))[0] == EXPECTED


async def test_plain_values_and_a_function_do_too():
    assert (await managed(Script(True, "B", "so")))[0] == EXPECTED

    def answer(question):
        return {"confirm": True, "options": "b", "text": say("so")}[question.form]

    assert (await managed(answer))[0] == EXPECTED


async def test_a_no_may_say_why():
    said, _ = await managed(Script(reject("not this one"), choose("A"), say("x")))
    assert said[0] == ("reject", "not this one", "script")


@pytest.mark.parametrize(
    ("manager", "error", "sentence"),
    [
        (Script(True), ScriptOver, r"no answer left, and the server asks: 'Which\?'.*'A', 'B'"),
        (Script(), ScriptOver, r"'Go on\?' It takes confirm\(\) or reject\(\)"),
        (Script("words"), WrongAnswer, r"takes confirm\(\) or reject\(\), and words would reject"),
        (Script(True, choose("C")), WrongAnswer, "'C' is not among the options 'A' and 'B'"),
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


def test_what_a_manager_says_is_read_in_each_of_its_ways():
    question = Question(content="?")
    assert read(question, True) == confirm() == Reply("confirm")
    assert read(question, False) == reject()
    assert read(question, "B") == say("B")
    assert read(question, choose("B")) == Reply("choice", "B")
    assert wanted(question) == "It takes say() with words."
