"""What a question takes, and the frame that an answer becomes."""

from __future__ import annotations

import pytest

from buttermilk_widget import WrongAnswer
from buttermilk_widget.conversation.answers import (
    accepts,
    can_auto_send,
    confirms_of,
    declared,
    encode_answer,
    form_of,
    interpret,
    option_of,
    warning_for,
)
from buttermilk_widget.conversation.patches import Question


def asked(form="confirm", options=("confirm", "reject"), confirms=()):
    return Question(content="?", options=options, form=form, confirms=confirms)


CONFIRM = asked()
OPTIONS = asked("options", ("Red", "Blue"))
WITH_NO = asked("options", ("Red", "No"))
WORDS = asked("text", ())
YES_OR_NO = asked("confirm", ())
LABELS = asked("options", ("allowed", "removed"), (None, None))
STEPS = asked("options", ("Proceed", "Do not proceed", "Later"), (True, False, None))


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
        ("?", ("Proceed", "Do not proceed"), "deployed", "confirm"),
        ("?", ("Do not proceed", "Proceed"), "deployed", "confirm"),
        ("?", ("Proceed", "Do not proceed", "Later"), "deployed", "options"),
        ("?", ("Yes", "Reject all", "Abort"), "deployed", "options"),
        ("?", ("Yes, but stop", "No"), "deployed", "options"),
        ("?", ("",), "deployed", "options"),
    ],
)
def test_the_form_of_a_question(content, options, dialect, form):
    assert form_of(content, options, dialect) == form


def test_a_question_that_says_so_is_one_of_yes_or_no():
    assert form_of("Sure?", (), "deployed", yes_or_no=True) == "confirm"


def test_which_options_accept_the_step_is_known_or_declared_or_uncertain():
    options = ("Proceed", "Do not proceed", "Later", "Sooner")
    known = confirms_of(options, "deployed", {"Later": False, "Proceed": True})
    assert known == (True, False, False, None)
    assert confirms_of(options, "documented", {"Later": False}) == ()
    question = asked("options", options, known)
    assert [accepts(question, option) for option in options] == [*known]
    # A documented server reads the option itself, and what is plain is plain all the same.
    assert accepts(asked("options", options), "Do not proceed") is False


@pytest.mark.parametrize(
    ("options", "words", "option"),
    [
        (("Yes", "yes"), "yes", "yes"),
        (("Yes", "yes"), "YES", None),  # it may be either
        (("Proceed", "Do not proceed"), "proceed", "Proceed"),
        (("Proceed", "Do not proceed"), " do not proceed ", "Do not proceed"),
        (("Straße", "B"), "STRASSE", "Straße"),
        (("A", ""), "", ""),
        (("A", "B"), "AB", None),
        (("A", "A"), "a", "A"),
        ((), "A", None),
    ],
)
def test_an_option_is_named_to_the_letter_or_else_in_any_case(options, words, option):
    assert option_of(asked("options", options), words) == option


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
        (YES_OR_NO, "text", "yes", ("confirm", "")),
        (YES_OR_NO, "text", "do not proceed", ("reject", "")),
        (YES_OR_NO, "text", "yes, but", ("text", "yes, but")),
        (YES_OR_NO, "choice", "ok", ("confirm", "")),
        (YES_OR_NO, "choice", "No", ("reject", "")),
        (STEPS, "text", "do not proceed", ("choice", "Do not proceed")),
        (STEPS, "text", "yes", ("text", "yes")),
        (STEPS, "confirm", "", ("choice", "Proceed")),
        (STEPS, "reject", "", ("choice", "Do not proceed")),
        (asked(options=("Proceed", "Do not proceed")), "text", "Do not proceed", ("reject", "")),
        (asked(options=("Ja", "Nein")), "text", "no", ("reject", "")),
        (asked("options", ("OK", "yes", "B")), "confirm", "", ("choice", "yes")),
    ],
)
def test_an_answer_is_read_as_the_question_takes_it(question, verdict, content, meant):
    assert interpret(question, verdict, content) == meant


@pytest.mark.parametrize(
    ("question", "verdict", "content", "said"),
    [
        (OPTIONS, "confirm", "", "choose one of 'Red' and 'Blue'"),
        (OPTIONS, "choice", "Bleu", "Did you mean 'Blue'"),
        (WORDS, "choice", "Red", "it takes words"),
        (WORDS, "text", "  ", "empty"),
        (YES_OR_NO, "choice", "perhaps", "it takes yes or no"),
        (CONFIRM, "choice", "perhaps", "not among the options 'confirm' and 'reject'"),
        (asked("options", ("OK", "Sure", "B")), "confirm", "", "not one to confirm"),
        (LABELS, "reject", "", "not one to reject"),
    ],
)
def test_an_answer_that_does_not_fit_says_what_does(question, verdict, content, said):
    with pytest.raises(WrongAnswer, match=said):
        interpret(question, verdict, content)


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
    made = encode_answer(question, verdict, content).model_dump(exclude_none=True)
    assert made == {"type": "manager_response", **frame}


@pytest.mark.parametrize(
    ("question", "verdict", "content", "frame"),
    [
        (CONFIRM, "confirm", "", {"confirm": True, "selection": "confirm"}),
        (CONFIRM, "reject", "", {"confirm": False, "selection": "reject"}),
        (CONFIRM, "reject", "why", {"confirm": False, "content": "why", "selection": "reject"}),
        (CONFIRM, "text", "words", {"content": "words"}),
        (YES_OR_NO, "confirm", "", {"confirm": True}),
        (STEPS, "choice", "Proceed", {"confirm": True, "selection": "Proceed"}),
        (STEPS, "choice", "Later", {"selection": "Later"}),
        # It asks for words, and gets them.
        (WORDS, "confirm", "", {"confirm": True, "content": "yes"}),
        (WORDS, "reject", "", {"confirm": False, "content": "no"}),
        (WORDS, "text", "so", {"content": "so"}),
    ],
)
def test_to_an_llm_host_a_plain_answer_carries_no_instruction(question, verdict, content, frame):
    made = encode_answer(question, verdict, content, chat=True).model_dump(exclude_none=True)
    assert made == {"type": "manager_response", **frame}


@pytest.mark.parametrize("options", [("Proceed", "Do not proceed"), ("Yes", "No, stop here")])
@pytest.mark.parametrize("chat", [False, True])
def test_no_refusal_carries_confirm_true(options, chat):
    question = asked(
        form_of("?", options, "deployed"), options, confirms_of(options, "deployed", {})
    )
    for verdict, content in (("reject", ""), ("text", options[1]), ("choice", options[1])):
        frame = encode_answer(question, *interpret(question, verdict, content), chat=chat)
        assert (frame.confirm, frame.selection) == (False, options[1])


@pytest.mark.parametrize(
    ("question", "option", "confirm", "means"),
    [
        (LABELS, "allowed", True, True),
        (LABELS, "allowed", False, False),
        (STEPS, "Proceed", None, True),
        (STEPS, "Proceed", True, True),
        (STEPS, "Do not proceed", None, False),
        (asked("options", ("allowed", "removed")), "allowed", None, None),  # documented
        (asked("options", ("allowed", "removed")), "allowed", True, True),
    ],
)
def test_what_choosing_an_option_means(question, option, confirm, means):
    assert declared(question, option, confirm) is means


@pytest.mark.parametrize(
    ("question", "option", "confirm", "said"),
    [
        (
            LABELS,
            "allowed",
            None,
            r"not known whether 'allowed'.*choose\('allowed', confirm=True\)",
        ),
        (
            STEPS,
            "Proceed",
            False,
            "'Proceed' accepts the step, so it is not sent with confirm=False",
        ),
        (STEPS, "Do not proceed", True, "'Do not proceed' refuses the step"),
        (asked("options", ("A", "B"), (True, False)), "A", False, "'A' was declared to accept"),
        (asked("options", ("A", "B"), (True, False)), "B", True, "'B' was declared to refuse"),
        (asked("options", ("Yes", "B")), "Yes", False, "'Yes' accepts the step"),
    ],
)
def test_an_uncertain_choice_is_declared_and_a_declaration_contradicts_nothing(
    question, option, confirm, said
):
    with pytest.raises(WrongAnswer, match=said):
        declared(question, option, confirm)


@pytest.mark.parametrize(
    ("question", "verdict", "content", "goes"),
    [
        (CONFIRM, "text", "yes", False),
        (CONFIRM, "text", "confirm", False),
        (WORDS, "text", "anything", True),
        (OPTIONS, "text", "red", True),
        (OPTIONS, "text", "green", False),
        (WORDS, "confirm", "", False),
        (YES_OR_NO, "text", "yes", False),
        (STEPS, "text", "proceed", True),
        (STEPS, "text", "do not proceed", True),
        (STEPS, "text", "later", False),  # nobody has said what it does
        (LABELS, "text", "allowed", False),
        (OPTIONS, "choice", "Red", False),
    ],
)
def test_what_is_held_goes_by_itself_only_where_it_can_do_no_harm(question, verdict, content, goes):
    assert can_auto_send(question, verdict, content) is goes


def test_the_consequence_of_sending_is_said_first():
    assert "reject the step" in warning_for(CONFIRM, "text")
    assert "none of this question's options" in warning_for(OPTIONS, "text")
    assert "not written for" in warning_for(WORDS, "confirm")
