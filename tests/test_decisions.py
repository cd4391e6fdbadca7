"""The decision ledger, row by row: a person, a script, a gap, and nobody."""

from __future__ import annotations

import pytest
from test_conversation import ask, out, started

from buttermilk_widget.decisions import ledger


def rows(conversation):
    return [
        (one.question, one.answer, one.verdict, one.words, one.by, one.after, one.outcome)
        for one in ledger(conversation.entries)
    ]


def test_a_run_with_a_person_a_script_and_a_gap():
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", 13.5)
    out(conversation)
    ask(conversation, "Which?", ["A", "B"])
    conversation.respond("choice", "B", 15.0, by="script", confirm=True)
    out(conversation)
    ask(conversation, "What of it?", [])
    conversation.respond("text", "so", 16.0)
    (frame,) = conversation.data_to_send()
    conversation.lost(frame, 17.0)
    conversation.disconnected("It dropped.", 17.0)
    conversation.reconnected(18.0)
    ask(conversation, "Still there?")
    conversation.lose("It is gone.", 19.0)
    assert rows(conversation) == [
        (1, 2, "confirm", "yes", "person", pytest.approx(3.5), "accepted"),
        (3, 4, "choice", "B", "script", pytest.approx(5.0), "accepted"),
        (5, 6, "text", "so", "person", pytest.approx(6.0), "lost"),
        (8, None, None, None, "nobody", None, "unanswered"),
    ]


@pytest.mark.parametrize(
    ("options", "verdict", "content", "outcome"),
    [
        (["confirm", "reject"], "reject", "", "rejected"),
        (["confirm", "reject"], "text", "words", "rejected"),
        (["confirm", "reject"], "text", "yes", "accepted"),
        (["A", "no"], "choice", "no", "rejected"),
        (["maybe", "ok", "no"], "choice", "ok", "accepted"),
        ([], "text", "words", "accepted"),
    ],
)
def test_what_an_answer_led_to(options, verdict, content, outcome):
    conversation = started()
    ask(conversation, "What?", options)
    conversation.respond(verdict, content, 12.0, question=1)
    (decision,) = ledger(conversation.entries)
    assert decision.outcome == outcome


def test_a_question_that_was_put_again_is_one_and_a_remark_is_none():
    conversation = started()
    ask(conversation)
    ask(conversation)
    conversation.respond("confirm", "", 12.0)
    conversation.respond("remark", "mind the tone", 13.0)
    (decision,) = ledger(conversation.entries)
    assert (decision.asked, decision.form, decision.options) == (
        2,
        "confirm",
        ("confirm", "reject"),
    )
