"""What a conversation is told, and that it can be told again."""

from __future__ import annotations

import json

import pytest
from support.recordings import NAMES, frames

from buttermilk_widget import NoQuestion, Readiness
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.events import (
    EVENTS,
    Connecting,
    FrameLost,
    FrameNotSent,
    FrameReceived,
    FramesTaken,
    ManagerObserved,
    Responded,
    ServerSilent,
    Started,
    line,
)


@pytest.mark.parametrize("name", NAMES)
def test_told_again_from_the_file_it_is_the_same_conversation(name):
    told = [
        Connecting(at=1.0, flow="osb", server="http://localhost:8000"),
        Started(at=1.5, request={"flow": "osb", "prompt": "x"}),
        *(FrameReceived(at=2.0 + n, text=text) for n, text in enumerate(frames(name))),
    ]
    first, again = Conversation(), Conversation()
    for one in told:
        first.apply(one)
        again.apply(EVENTS.validate_python(json.loads(json.dumps(line(one)))))
    assert again.since(0, 99.0) == first.since(0, 99.0)


@pytest.mark.parametrize("became", [FrameLost, FrameNotSent])
def test_what_became_of_a_frame_is_told_to_its_answer(became):
    conversation = Conversation()
    conversation.apply(Connecting(at=1.0, flow="osb"))
    conversation.apply(Started(at=1.0, request={"flow": "osb"}))
    conversation.apply(FramesTaken(at=1.0))
    conversation.apply(
        FrameReceived(at=2.0, text='{"type": "ui_message", "data": {"content": "Well?"}}')
    )
    conversation.apply(Responded(at=3.0, verdict="text", content="so"))
    (frame,) = conversation.data_to_send()
    conversation.apply(became(at=4.0, text=frame.text, answer=frame.answer))
    assert conversation.entries[2].body.state == "lost"
    assert (conversation.question is not None) == (became is FrameNotSent)


def test_what_a_recorded_client_said_is_taken_as_it_went():
    conversation = Conversation()
    conversation.apply(Connecting(at=1.0, flow="osb"))
    conversation.apply(Started(at=1.0, request={"flow": "osb"}))
    conversation.apply(FramesTaken(at=1.0))
    conversation.apply(
        FrameReceived(at=2.0, text='{"type": "ui_message", "outputs": {"content": "Well?"}}')
    )
    said = ManagerObserved(at=3.0, verdict="text", content="so", selection="x", question=1)
    conversation.apply(said)
    answer = conversation.entries[2].body
    assert (answer.content, answer.selection, answer.by, answer.state) == (
        *("so", "x", "replay", "sending"),
    )
    assert conversation.data_to_send() == []  # its frame is in the recording
    with pytest.raises(NoQuestion, match="a question that is not open"):
        conversation.apply(said)


def test_a_silence_is_told_and_taken_back():
    conversation = Conversation()
    conversation.apply(Connecting(at=1.0, flow="osb"))
    for told, since in ((ServerSilent(at=60.0, since=20.0), 20.0), (ServerSilent(at=61.0), None)):
        again = EVENTS.validate_python(json.loads(json.dumps(line(told))))
        conversation.apply(again)
        assert again == told
        assert conversation.status.silent_since == since


def observed(conversation, **fields):
    conversation.apply(ManagerObserved(at=3.0, **fields))
    return conversation.entries[-1].body


def test_what_a_recorded_client_says_is_taken_as_it_goes_and_nothing_is_sent_for_it():
    conversation = Conversation()
    ask = {"content": "Well?", "options": ["Later", "No"]}
    conversation.apply(
        FrameReceived(at=2.0, text=json.dumps({"type": "ui_message", "outputs": ask}))
    )
    fields = {"verdict": "choice", "content": "No", "confirm": True, "selection": "No"}
    with pytest.raises(NoQuestion, match="a question that is not open"):
        observed(conversation, question=7, **fields)
    answer = observed(conversation, question=1, **fields)
    assert (answer.by, answer.confirm, answer.selection) == ("replay", True, "No")
    assert conversation.question is None
    assert conversation.data_to_send() == []
    assert conversation.on_the_way
    with pytest.raises(NoQuestion, match="a question that is not open"):
        observed(conversation, question=1, **fields)


def test_what_a_recorded_client_says_in_words_begins_a_chat_and_goes_on_in_it():
    conversation = Conversation()
    text = '{"type": "ui_message", "outputs": {"content": "Hi!"}}'
    conversation.apply(FrameReceived(at=2.0, text=text))
    observed(conversation, verdict="text", content="hello", question=1)
    assert conversation.readiness is Readiness.LISTENING
    assert observed(conversation, verdict="text", content="more").content == "more"
    assert conversation.chat_turn.number == 3


def test_a_line_says_what_it_does_first_and_nothing_that_is_a_default():
    assert line(FrameReceived(at=2.0, text="{}")) == {"do": "in", "at": 2.0, "text": "{}"}
    assert next(iter(line(FrameReceived(at=2.0, text="{}")))) == "do"
