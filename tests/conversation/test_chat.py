"""When what was said last in a chat has its answer, as far as can be seen from what comes."""

from __future__ import annotations

import pytest

from buttermilk_widget.conversation.chat import PATIENCE, Chat


def said(*events, at=100.0):
    """A chat in which the manager spoke, and then these things came, a second apart."""
    chat = Chat()
    chat.begin()
    chat.said(at)
    for number, (name, *arguments) in enumerate(events, 1):
        getattr(chat, name)(*arguments or ([at + number] if name == "idle" else []))
    return chat


HEARD, DONE, IDLE = ("heard",), ("task_completed",), ("idle",)


@pytest.mark.parametrize(
    ("events", "answered"),
    [
        ([], False),
        ([HEARD], True),
        ([IDLE], False),  # a model may still be thinking
        # an agent is called: its result is the answer
        ([("calling", 1)], False),
        ([("calling", 1), DONE], False),
        ([("calling", 1), DONE, HEARD], True),
        ([("calling", 1), DONE, IDLE], True),  # an empty result is never sent
        ([("calling", 1), IDLE], False),
        ([("calling", 1), HEARD], False),
        # words go before the call
        ([HEARD, ("calling", 1)], False),
        ([HEARD, ("calling", 1), DONE], False),
        ([HEARD, ("calling", 1), DONE, HEARD], True),
        # two agents, one after the other or at once
        ([("calling", 2), DONE, HEARD], False),
        ([("calling", 2), DONE, HEARD, DONE], False),
        ([("calling", 2), DONE, HEARD, DONE, HEARD], True),
        ([("calling", 2), DONE, DONE, HEARD, HEARD], True),
        ([("calling", 1), ("calling", 1), DONE, HEARD], False),
        # a task that nobody called for
        ([DONE], False),
        ([DONE, HEARD], True),
        ([("calling", 0), HEARD], True),
        ([("calling", 0), IDLE], False),
    ],
)
def test_what_was_said_is_answered_when_all_that_belongs_to_it_has_come(events, answered):
    assert said(*events).answered is answered


def test_before_anything_is_said_nothing_is_waited_for():
    chat = Chat()
    assert chat.answered
    chat.idle(5.0)
    assert chat.answered


def test_what_is_said_next_waits_for_its_own_answer():
    chat = said(HEARD)
    chat.said(200.0)
    assert not chat.answered
    chat = said(("calling", 3), DONE)
    chat.said(200.0)
    chat.heard()
    assert chat.answered


@pytest.mark.parametrize("events", [[], [("calling", 1)], [HEARD, ("calling", 2), DONE]])
def test_an_idle_line_ends_the_wait_after_a_while_whatever_is_missing(events):
    chat = said(*events)
    chat.idle(100.0 + PATIENCE - 1)
    assert not chat.answered
    chat.idle(100.0 + PATIENCE)
    assert chat.answered


def test_what_may_be_lost_has_no_answer_to_wait_for():
    chat = said(("calling", 1))
    chat.lost()
    assert chat.answered
    chat.said(200.0)
    assert not chat.answered


def test_a_host_that_calls_others_is_known_by_it():
    chat = Chat()
    chat.calling(0)
    assert not chat.hands_over
    chat.calling(1)
    chat.said(1.0)
    assert chat.hands_over


def test_it_begins_and_ends():
    chat = Chat()
    assert not chat.begun
    chat.begin()
    assert chat.begun
    chat.end()
    assert not chat.begun
