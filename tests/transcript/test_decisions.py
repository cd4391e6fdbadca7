"""Your decisions, row by row: a person, a script, a gap, and nobody."""

from __future__ import annotations

import json

import pytest
from support.conversations import ask, held, host, out, say, started, tell
from support.recordings import steps

from buttermilk_widget import Readiness, WrongAnswer
from buttermilk_widget.conversation.events import ManagerObserved
from buttermilk_widget.transcript.decisions import ledger
from buttermilk_widget.transcript.transcript import Transcript


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


# --- options that nobody but the manager can know ------------------------------------------------

LABELS = ["allowed", "removed", "unsure"]


def decided(conversation):
    """What went out, and what the last answer and the ledger say of it."""
    (frame,) = out(conversation)
    answer = [e.body for e in conversation.entries if e.body.kind == "answer"][-1]
    row = [row for row in ledger(conversation.entries) if row.answer][-1]
    assert (answer.confirm, answer.selection) == (row.confirm, row.selection)
    assert (frame.get("confirm"), frame.get("selection")) == (row.confirm, row.selection)
    return frame.get("confirm"), frame.get("selection"), row.outcome


def test_an_uncertain_choice_alone_is_refused_and_changes_nothing():
    conversation = started()
    ask(conversation, "Which label fits?", LABELS)
    before = conversation.since(0, 12.0)
    for option in ("unsure", " UNSURE "):
        with pytest.raises(WrongAnswer, match=r"choose\('unsure', confirm=True\)"):
            conversation.respond("choice", option, 12.0)
        with pytest.raises(WrongAnswer, match=r"choose\('unsure', confirm=True\)"):
            conversation.respond("text", option, 12.0, question=1)
    assert conversation.since(0, 12.0) == before
    assert out(conversation) == []
    assert conversation.question.body.confirms == (None, None, None)


@pytest.mark.parametrize(("confirm", "outcome"), [(True, "accepted"), (False, "rejected")])
def test_a_declared_choice_goes_as_it_was_declared(confirm, outcome):
    conversation = started()
    ask(conversation, "Which label fits?", LABELS)
    conversation.respond("choice", "UNSURE", 12.0, confirm=confirm)
    assert decided(conversation) == (confirm, "unsure", outcome)
    assert conversation.entries[1].body.confirms == (None, None, confirm)
    assert conversation.readiness is Readiness.WORKING


def test_a_declaration_holds_for_the_same_options_later_and_for_no_others():
    conversation = started()
    ask(conversation, "Which label fits?", LABELS)
    conversation.respond("choice", "unsure", 12.0, confirm=False)
    assert decided(conversation) == (False, "unsure", "rejected")
    ask(conversation, "And here?", LABELS)
    assert conversation.question.body.confirms == (None, None, False)
    with pytest.raises(WrongAnswer, match="'unsure' was declared to refuse"):
        conversation.respond("choice", "unsure", 13.0, confirm=True)
    with pytest.raises(WrongAnswer, match="'allowed'"):
        conversation.respond("choice", "allowed", 13.0)
    conversation.respond("choice", "unsure", 13.0)
    assert decided(conversation) == (False, "unsure", "rejected")
    for others in (LABELS[::-1], LABELS[1:], [*LABELS, "other"], ["Unsure", "allowed", "removed"]):
        ask(conversation, f"And of {others}?", others)
        assert set(conversation.question.body.confirms) == {None}
        with pytest.raises(WrongAnswer, match="Declare it once"):
            conversation.respond("choice", "unsure", 14.0)


def test_what_is_known_is_not_declared_otherwise():
    conversation = started()
    ask(conversation, "Well?", ["Proceed", "Do not proceed", "Later"])
    assert conversation.question.body.confirms == (True, False, None)
    with pytest.raises(WrongAnswer, match="'Proceed' accepts the step"):
        conversation.respond("choice", "Proceed", 12.0, confirm=False)
    with pytest.raises(WrongAnswer, match="'Do not proceed' refuses the step"):
        conversation.respond("choice", "Do not proceed", 12.0, confirm=True)
    conversation.respond("choice", "do not proceed", 12.0, confirm=False)
    assert decided(conversation) == (False, "Do not proceed", "rejected")


def test_a_declared_choice_that_waits_for_the_line_goes_as_it_was_declared():
    conversation = started()
    ask(conversation, "Which label fits?", LABELS)
    conversation.disconnected("It dropped.", 12.0)
    with pytest.raises(WrongAnswer, match="Declare it once"):
        conversation.respond("choice", "unsure", 12.5)
    conversation.respond("choice", "unsure", 12.5, confirm=True)
    assert held(conversation) == ["unsure"]
    conversation.reconnected(13.0)
    assert decided(conversation) == (True, "unsure", "accepted")


def test_held_words_that_are_an_uncertain_option_wait_for_a_declaration():
    conversation = started()
    conversation.respond("text", "removed", 3.0)
    ask(conversation, "Which label fits?", LABELS)
    assert out(conversation) == []
    (item,) = conversation.status.held
    assert item.facing == 1
    with pytest.raises(WrongAnswer, match="Declare it once"):
        conversation.release_held(item.id, 1, 12.0)
    assert held(conversation) == ["removed"]
    conversation.respond("choice", "removed", 12.0, confirm=True)
    assert decided(conversation) == (True, "removed", "accepted")
    ask(conversation, "And here?", LABELS)
    # Now it is known what it does.
    assert decided(conversation) == (True, "removed", "accepted")
    assert held(conversation) == []


def test_words_that_are_no_option_need_no_declaration():
    conversation = started()
    ask(conversation, "Which label fits?", LABELS)
    conversation.respond("text", "none of them", 12.0, question=1)
    assert decided(conversation) == (None, None, "rejected")  # it takes only confirm for a yes


def test_to_a_documented_server_nothing_has_to_be_declared():
    conversation = started()
    tell(conversation, "ui_message", content="Which label fits?", options=LABELS)
    assert conversation.question.body.confirms == ()
    conversation.respond("choice", "unsure", 12.0)
    assert decided(conversation) == (None, "unsure", "accepted")
    tell(conversation, "ui_message", content="Go on?", options=["Later", "Yes", "Do not proceed"])
    conversation.respond("choice", "Do not proceed", 12.0)
    assert decided(conversation) == (False, "Do not proceed", "rejected")


def test_a_question_that_says_it_is_one_of_yes_or_no():
    for verdict, content, confirm in (
        ("confirm", "", True),
        ("text", "yes", True),
        ("choice", "Yes!", True),
        ("reject", "", False),
        ("text", "do not proceed", False),
        ("reject", "because", False),
    ):
        conversation = started()
        conversation.respond("text", "yes", 3.0)  # typed for something else
        say(conversation, "ui_message", {"content": "Delete it?", "options": True})
        assert conversation.question.body.form == "confirm"
        assert (out(conversation), held(conversation)) == ([], ["yes"])
        conversation.respond(verdict, content, 12.0, question=1)
        assert decided(conversation)[0] is confirm


@pytest.mark.parametrize("mode", [None, "sequential", "adaptive"])
@pytest.mark.parametrize(
    "options",
    [
        ["Proceed", "Do not proceed"],
        ["Yes", "No, stop here"],
        ["OK", "Abort"],
        ["Accept all", "Reject all"],
        ["Weiter", "Nicht weiter"],
        ["继续", "不要继续"],
        ["Continue", "Later", "Don’t continue"],
    ],
)
def test_no_refusal_goes_out_as_a_yes(options, mode):
    refusal = options[-1]
    for verdict in ("choice", "text", "reject"):
        conversation = started()
        if mode:
            host(conversation, execution_mode=mode)
        ask(conversation, "Well?", options)
        conversation.respond(verdict, "" if verdict == "reject" else refusal, 12.0, question=1 if verdict == "text" else None)  # fmt: skip
        assert decided(conversation) == (False, refusal, "rejected")


def test_a_replayed_choice_goes_as_it_went_then():
    """Of what a recording shows nothing is asked: it was sent so, whatever it seems to mean."""
    for options, option, confirm, outcome in (
        (LABELS, "unsure", True, "accepted"),
        (LABELS, "unsure", False, "rejected"),
        (LABELS, "unsure", None, "rejected"),
        (["Yes", "No", "Later"], "No", True, "accepted"),
    ):
        conversation = started()
        ask(conversation, "Well?", options)
        fields = {"verdict": "choice", "content": option, "selection": option, "question": 1}
        conversation.apply(ManagerObserved(at=12.0, confirm=confirm, **fields))
        (row,) = ledger(conversation.entries)
        assert (row.confirm, row.selection, row.outcome) == (confirm, option, outcome)


def test_the_recorded_choice_is_in_the_ledger_as_it_was_sent():
    conversation = started()
    for _, direction, text in steps("options_from_an_agent"):
        if direction == "in":
            conversation.receive(text, 10.0)
        elif "manager_response" in text:
            frame = json.loads(text)
            conversation.respond("choice", frame["selection"], 11.0, confirm=frame["confirm"])
    (row,) = ledger(conversation.entries)
    assert (row.verdict, row.words, row.confirm, row.selection, row.outcome) == (
        "choice",
        "unsure",
        True,
        "unsure",
        "accepted",
    )


def test_an_answer_that_does_not_say_what_was_sent_is_read_by_its_words(tmp_path):
    """As in transcripts that were saved before it was kept."""
    conversation = started()
    tell(conversation, "ui_message", content="Go on?", options=["Later", "Yes", "Do not proceed"])
    conversation.respond("choice", "Do not proceed", 12.0)
    path = tmp_path / "saved.jsonl"
    Transcript.of(conversation).save(path)
    entries = conversation.entries
    answer = entries[2].model_copy(
        update={"body": entries[2].body.model_copy(update={"confirm": None})}
    )
    (row,) = ledger(type(entries)((entries[1], answer)))
    assert (row.confirm, row.outcome) == (None, "rejected")
    assert Transcript.load(path).entries[2].body.confirm is False
