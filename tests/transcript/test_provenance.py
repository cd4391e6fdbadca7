"""Where a run comes from, in lines and as a paragraph."""

from __future__ import annotations

import json

from support.conversations import ask, started
from support.recordings import frames

from buttermilk_widget import Conversation, Transcript
from buttermilk_widget.protocol.messages import RunFlow

AT = 1_764_000_000.0


def run(**asked):
    conversation = Conversation(server="http://localhost:8000")
    conversation.connecting("osb", AT)
    request = RunFlow(flow="osb", **asked)
    conversation.start(request, AT, session="s-1", client="buttermilk_widget 9")
    return conversation


def facts(conversation, **more):
    card = Transcript.of(conversation, **more).card(run=3)
    assert card.run == 3
    return [(fact.name, fact.value) for fact in card.facts], card.paragraph


def test_a_whole_run_says_where_it_comes_from():
    conversation = run(prompt="Is it allowed?", criteria=["a", "b"])
    for text in frames("real_types"):
        if "flow_completed" not in text and "finished" not in text:
            conversation.receive(text, AT + 2)
    judge = {
        "agent_id": "J-9",
        "agent_name": "Judge Amber",
        "role": "JUDGE",
        "parameters": {"model": "gpt-4o", "template": "strict"},
    }
    said = {"type": "chat_message", "agent_info": judge, "outputs": {"content": "words"}}
    conversation.receive(json.dumps(said), AT + 2)
    conversation.disconnected("it broke", AT + 3)
    conversation.reconnected(AT + 5)
    conversation.stop("stopped", AT + 12)
    lines, paragraph = facts(conversation, cassette="osb.jsonl (sha256:x)")
    known = dict(lines)
    assert known["Flow"] == "osb"
    assert known["Parameter prompt"] == "Is it allowed?"
    assert known["Parameter criteria"] == '["a", "b"]'
    assert known["Server"] == "http://localhost:8000"
    assert known["Session"] == "s-1"
    assert known["Began"] == "2025-11-24T16:00:00.000Z"
    assert known["Ended"] == "2025-11-24T16:00:12.000Z, after 12 s; it was stopped"
    assert known["Without a connection"] == "from 16:00:03 to 16:00:05 UTC"
    assert known["Client"] == "buttermilk_widget 9"
    assert known["Cassette"] == "osb.jsonl (sha256:x)"
    assert known["Transcript"] == Transcript.of(conversation).hash
    agents = [value for name, value in lines if name == "Agent"]
    assert len(agents) == len(set(agents)) > 1
    assert "Judge Amber (JUDGE, model gpt-4o, template strict)" in agents
    for part in ("on 2025-11-24 at 16:00:00 UTC", 'criteria: “["a", "b"]”', "was stopped"):
        assert part in paragraph
    assert "There was no connection from 16:00:03 to 16:00:05 UTC" in paragraph


def test_who_answered_is_counted():
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", AT, by="script")
    ask(conversation, "And now?")
    conversation.respond("confirm", "", AT)
    (frame,) = conversation.data_to_send()[-1:]
    conversation.lost(frame, AT)
    ask(conversation, "And then?")
    lines, paragraph = facts(conversation)
    said = (
        "3 questions, 1 answered by a person, 1 answered by a script, 1 not answered and "
        "1 perhaps lost"
    )
    assert dict(lines)["Questions"] == said
    assert said in paragraph
    assert "had not ended when this was written" in paragraph


def test_a_record_is_named_by_what_is_known_of_it():
    conversation = run()
    for fields in (
        {"uri": "file:x"},
        {"metadata": {"title": "A post"}},
        {"record_id": "r"},
        {"metadata": {"title": "B"}, "record_id": "r"},
        {},
    ):
        conversation.receive(
            json.dumps({"type": "record", "outputs": {"content": "words", **fields}}), AT
        )
    lines, paragraph = facts(conversation)
    assert [value for name, value in lines if name == "Record"] == [
        "file:x",
        "“A post”",
        "r",
        "“B” (r)",
    ]
    assert "It worked on file:x, “A post”, r and “B” (r)." in paragraph


def test_nothing_known_is_said_too():
    lines, paragraph = facts(Conversation())
    assert lines[0] == ("Questions", "nothing was asked")
    assert "The flow (unnamed) was run on an unknown server." in paragraph
    conversation = run()
    conversation.began = None
    conversation.disconnected("it broke", AT)
    lines, _ = facts(conversation)
    assert dict(lines)["Without a connection"] == "from 16:00:00 to now UTC"
    conversation.lose("gone", AT + 1)
    lines, paragraph = facts(conversation)
    assert dict(lines)["Ended"] == "2025-11-24T16:00:01.000Z; it was lost with its connection"


def test_it_is_saved_and_loaded_with_the_transcript(tmp_path):
    transcript = Transcript.of(run(prompt="x"), cassette="c")
    transcript.save(tmp_path / "run.jsonl")
    again = Transcript.load(tmp_path / "run.jsonl")
    assert again.provenance == transcript.provenance
    assert again.methods == transcript.methods
