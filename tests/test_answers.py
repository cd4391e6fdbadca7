"""What a question takes, and the frame that an answer becomes."""

from __future__ import annotations

import pytest

from buttermilk_widget import WrongAnswer
from buttermilk_widget.answers import consequence, form_of, goes_by_itself, read, response
from buttermilk_widget.patches import Question


def asked(form="confirm", options=("confirm", "reject")):
    return Question(content="?", options=options, form=form)


CONFIRM = asked()
OPTIONS = asked("options", ("Red", "Blue"))
WITH_NO = asked("options", ("Red", "No"))
WORDS = asked("text", ())


@pytest.mark.parametrize(
    ("content", "options", "dialect", "form"),
    [
        ("?", ("confirm", "reject"), "deployed", "confirm"),
        ("?", ("Yes", "No"), "documented", "confirm"),
        ("?", ("yes",), "deployed", "confirm"),
        ("?", ("no",), "deployed", "options"),
        ("?", ("a", "b"), "deployed", "options"),
        ("?", ("confirm", "b"), "deployed", "options"),
        ("Please confirm", (), "documented", "confirm"),
        ("Confirmation?", (), "documented", "confirm"),
        ("Please confirm", (), "deployed", "text"),
        ("What now?", (), "documented", "text"),
    ],
)
def test_the_form_of_a_question(content, options, dialect, form):
    assert form_of(content, options, dialect) == form


@pytest.mark.parametrize(
    ("question", "verdict", "content", "meant"),
    [
        (CONFIRM, "text", "Yes", ("confirm", "")),
        (CONFIRM, "text", "no", ("reject", "")),
        (CONFIRM, "text", "maybe", ("text", "maybe")),
        (CONFIRM, "choice", "reject", ("reject", "")),
        (CONFIRM, "choice", "CONFIRM", ("confirm", "")),
        (CONFIRM, "reject", "why", ("reject", "why")),
        (OPTIONS, "text", " red ", ("choice", "Red")),
        (OPTIONS, "choice", "blue", ("choice", "Blue")),
        (WITH_NO, "reject", "", ("choice", "No")),
        (WORDS, "text", "yes", ("text", "yes")),
        (WORDS, "confirm", "", ("confirm", "")),
    ],
)
def test_an_answer_is_read_as_the_question_takes_it(question, verdict, content, meant):
    assert read(question, verdict, content) == meant


@pytest.mark.parametrize(
    ("question", "verdict", "content", "said"),
    [
        (OPTIONS, "confirm", "", "choose one of 'Red' and 'Blue'"),
        (OPTIONS, "choice", "Bleu", "Did you mean 'Blue'"),
        (WORDS, "choice", "Red", "it takes words"),
        (WORDS, "text", "  ", "empty"),
    ],
)
def test_an_answer_that_does_not_fit_says_what_does(question, verdict, content, said):
    with pytest.raises(WrongAnswer, match=said):
        read(question, verdict, content)


@pytest.mark.parametrize(
    ("question", "verdict", "content", "frame"),
    [
        (CONFIRM, "confirm", "", {"confirm": True, "content": "yes", "selection": "confirm"}),
        (WORDS, "confirm", "", {"confirm": True, "content": "yes"}),
        (CONFIRM, "reject", "", {"confirm": False, "content": "no", "selection": "reject"}),
        (CONFIRM, "reject", "why", {"confirm": False, "content": "why", "selection": "reject"}),
        (CONFIRM, "text", "hm", {"content": "hm"}),
        (OPTIONS, "choice", "Red", {"content": "Red", "selection": "Red"}),
        (WITH_NO, "choice", "No", {"confirm": False, "content": "No", "selection": "No"}),
    ],
)
def test_a_response_carries_what_both_dialects_need(question, verdict, content, frame):
    made = response(question, verdict, content).model_dump(exclude_none=True)
    assert made == {"type": "manager_response", **frame}


@pytest.mark.parametrize(
    ("question", "verdict", "content", "goes"),
    [
        (CONFIRM, "text", "yes", False),
        (CONFIRM, "text", "confirm", False),
        (WORDS, "text", "anything", True),
        (OPTIONS, "text", "red", True),
        (OPTIONS, "text", "green", False),
        (WORDS, "confirm", "", False),
    ],
)
def test_what_is_held_goes_by_itself_only_where_it_can_do_no_harm(question, verdict, content, goes):
    assert goes_by_itself(question, verdict, content) is goes


def test_the_consequence_of_sending_is_said_first():
    assert "reject the step" in consequence(CONFIRM, "text")
    assert "none of this question's options" in consequence(OPTIONS, "text")
    assert "not written for" in consequence(WORDS, "confirm")
