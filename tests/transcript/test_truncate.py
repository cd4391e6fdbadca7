"""What a page is given of what is too long for one."""

from __future__ import annotations

import json
import zlib

import pytest
from support.conversations import started

from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.patches import Agent, Patch
from buttermilk_widget.protocol.messages import TO_PAGE, RunFlow
from buttermilk_widget.transcript.compress import RAW, compress
from buttermilk_widget.transcript.transcript import Transcript
from buttermilk_widget.transcript.truncate import (
    LINE,
    LONGEST,
    MOST_AGENTS,
    truncate_agents,
    truncate_patch,
)

LONG = "long words " * (LONGEST // 5)
MANY = [{"feedback": "f", "correct": True}] * LONGEST
FRAMES = {
    "text": {"type": "chat_message", "outputs": LONG},
    "thought": {"type": "chat_message", "outputs": {"content": "c", "thought": LONG}},
    "json": {"type": "chat_message", "outputs": {"a": [LONG, LONG], LONG: 1, "z": [1.5, None]}},
    "tool": {"type": "chat_message", "outputs": {"content": LONG, "call_id": "1", "args": [LONG]}},
    "record": {"type": "record", "outputs": {"title": "t", "content": LONG}},
    "unread": {"type": "judge_reasons", "outputs": {"conclusion": "c", "more": [LONG] * 9}},
    "judgement": {"type": "judge_reasons", "outputs": {"conclusion": "c", "reasons": [LONG] * 9}},
    "assessment": {"type": "assessments", "outputs": {"assessments": MANY[: LONGEST // 4]}},
    "differences": {
        "type": "differences",
        "outputs": {"conclusion": LONG, "divergences": [{"topic": LONG}]},
    },
    "research": {"type": "research_result", "outputs": {"response": LONG, "literature": [LONG]}},
    "question": {"type": "ui_message", "outputs": {"content": "c", "options": ["a", LONG]}},
    "trouble": {"type": "system_error", "outputs": {"content": LONG, "is_error": True}},
    "event": {"type": "system_message", "outputs": {"content": LONG}},
    "unknown": {"type": LONG},
    "speaker": {
        "type": "chat_message",
        "message_id": LONG,
        "outputs": "c",
        "agent_info": {"agent_id": LONG, "parameters": {"criteria": [LONG], "template": LONG}},
    },
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_long_entry_is_given_in_part_and_says_so(kind, record_property):
    conversation = started()
    conversation.receive(json.dumps(FRAMES[kind]), 20.0)
    patch = conversation.since(0, 21.0)
    given = truncate_patch(patch)
    entry = given.entries[0]
    text = json.dumps(entry.model_dump(mode="json")["body"])
    assert "Only a part is shown here" in text
    assert "run.entries[1] has the whole" in text
    size = len(given.model_dump_json())
    assert size < 3.5 * LONGEST
    record_property(f"letters of a long {kind} that cross to the page", f"{size:,}")
    crossed = zlib.decompress(compress(given), wbits=RAW)
    assert Patch.model_validate_json(crossed, context=TO_PAGE) == given
    assert patch.entries[0] == conversation.entry(1)
    html = Transcript.of(conversation).to_fragment()
    assert "Only a part is shown here" in html
    whole = Transcript.of(conversation)
    assert len(whole.to_html()) > len(html) or kind in ("speaker", "assessment")


def test_what_fits_is_given_as_it_is():
    conversation = started()
    conversation.receive(json.dumps({"type": "chat_message", "outputs": "w" * LONGEST}), 20.0)
    patch = conversation.since(0, 21.0)
    short = conversation.since(patch.seq, 21.0)
    assert truncate_patch(short) == short
    conversation = started()
    conversation.receive(json.dumps({"type": "chat_message", "outputs": {"words": ["w"] * 9}}), 20)
    patch = conversation.since(0, 21.0)
    assert truncate_patch(patch) == patch


def test_very_many_agents_are_counted():
    agents = tuple(Agent(key=str(n), name=f"A{n}", since=1.0) for n in range(10_000))
    given = truncate_agents(agents)
    assert len(given) == MOST_AGENTS + 1
    assert given[-1].name == "and 9,500 more, who are in run.agents"
    assert truncate_agents(given[:MOST_AGENTS]) == given[:MOST_AGENTS]
    long = Agent(key="a", name="a", description="d" * 9000, since=1.0)
    assert len(truncate_agents((long,))[0].description) == LINE + 1
    assert truncate_agents((long.model_copy(update={"description": "d"}),))[0].description == "d"
    many = Agent(key="a", name="a", criteria=["c" * 900] * 9, since=1.0)
    assert truncate_agents((many,))[0].criteria == ["c" * 900, "c" * 200]


def test_the_line_on_what_goes_on_is_a_line():
    conversation = Conversation()
    conversation.start(RunFlow(flow="osb"), 0.0)
    update = {"type": "system_update", "outputs": {"status": "running", "message": LONG}}
    conversation.receive(json.dumps(update), 1.0)
    assert conversation.status.activity == LONG
    given = truncate_patch(conversation.since(0, 2.0))
    assert len(given.status.activity) == LINE + 1
    fatal = {"type": "system_error", "outputs": {"content": LONG, "is_error": True, "fatal": True}}
    conversation.receive(json.dumps(fatal), 3.0)
    assert len(conversation.status.reason) < 400
    assert conversation.entry(1).body.content == LONG
