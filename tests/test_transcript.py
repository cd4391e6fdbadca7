"""The frozen reading of a run."""

from __future__ import annotations

from recordings import frames
from test_conversation import started

from buttermilk_widget import Transcript


def read(name, at=20.0):
    conversation = started()
    for text in frames(name):
        conversation.receive(text, at)
    return conversation


def test_it_stays_as_it_was_while_the_run_goes_on():
    conversation = read("real_auto")
    transcript = Transcript.of(conversation)
    before = transcript.hash, len(transcript), [entry.id for entry in transcript]
    conversation.receive('{"type": "chat_message", "outputs": "one more"}', 30.0)
    assert (transcript.hash, len(transcript), [entry.id for entry in transcript]) == before
    assert transcript[1].id == 1
    assert repr(transcript).startswith(f"Transcript({len(transcript)} entries, sha256:")


def test_the_hash_is_of_all_that_is_in_it():
    assert Transcript.of(read("real_auto")).hash == Transcript.of(read("real_auto")).hash
    assert Transcript.of(read("real_auto")).hash != Transcript.of(read("real_auto", at=20.1)).hash
    assert Transcript.of(read("real_auto")).hash != Transcript.of(read("real_ok")).hash
