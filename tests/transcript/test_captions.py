"""Whose an entry is, and how it is cited."""

from __future__ import annotations

import pytest

from buttermilk_widget.conversation.history import History
from buttermilk_widget.conversation.patches import (
    Answer,
    Entry,
    Gap,
    Question,
    Speaker,
    UnknownBody,
)
from buttermilk_widget.protocol.messages import (
    Differences,
    Divergence,
    Expert,
    Json,
    Judgement,
    Message,
    Position,
    Record,
    Text,
    ToolOutput,
)
from buttermilk_widget.transcript.captions import (
    Cited,
    body_to_markdown,
    citation,
    iso,
    titled,
    who,
)

HELD = (("Judge", "m"), ("Ash", "m"), ("Judge", None))


def entry(body, **more):
    return Entry(id=7, seq=1, at=1000.25, body=body, **more)


def test_who_holds_a_position_is_named_as_it_came_with_the_label_beside_it():
    history = History()
    judge = Speaker(key="j", name="JUDGE", label="JUDGE · m")
    history.add(Judgement(), 1.0, Message(message_id="m"), judge)
    experts = tuple(Expert(name=name, answer_id=of) for name, of in HELD)
    body = Differences(divergences=(Divergence(positions=(Position(experts=experts),)),))
    assert "|  | Judge (JUDGE · m), “Ash” (JUDGE · m), “Judge” |" in body_to_markdown(
        body, entries=history.entries
    )
    assert "|  | “Judge”, “Ash”, “Judge” |" in body_to_markdown(body)


def test_who_and_when():
    assert who(entry(Gap(began=1, content=""))) == "Connection"
    assert who(entry(Json(value=1))) == "An agent"
    answers = (
        Answer(verdict="confirm", content="", by=by) for by in ("person", "script", "replay")
    )
    assert [who(entry(answer)) for answer in answers] == ["You", "Script", "You"]
    assert who(entry(Json(value=1), speaker=Speaker(key="j", name="J"))) == "J"
    assert iso(1000.25) == "1970-01-01T00:16:40.250Z"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (Answer(verdict="choice", content="B"), "choice: B"),
        (Question(content="Which?", options=("A", "B")), "Which?\n\nOptions (2): “A”, “B”"),
        (Question(content="What?"), "What?"),
        (UnknownBody(raw="{```}"), "````\n{```}\n````"),
        (Record(content="only words"), "only words"),
        (
            Record(title="T", content="words", alt_text="a crowd", ground_truth=True),
            "**T**\n\nwords\n\na crowd\n\n```json\ntrue\n```",
        ),
        (Text(thought="first this", content="then that"), "first this\n\nthen that"),
        (
            ToolOutput(name="t", content="2 rows", args={"q": 1}, results=[2]),
            (
                'Arguments:\n\n```json\n{\n  "q": 1\n}\n```\n\nOutput of the tool t:\n\n2 rows\n\n'
                "Results:\n\n```json\n[\n  2\n]\n```"
            ),
        ),
        (ToolOutput(name="t", content="no rows"), "Output of the tool t:\n\nno rows"),
        (Gap(began=1, content="gone"), "gone"),
        (Text(content="so", unread={"a": "`"}), 'so\n\nAs it came: a: `` "`" ``'),
    ],
)
def test_what_is_said(body, text):
    assert body_to_markdown(body) == text


def test_a_citation_names_what_is_known():
    speaker = Speaker(key="j", name="J", role="j", model="m", template="t")
    assert citation(entry(Json(value=1), speaker=speaker), Cited()) == (
        "J (model m, template t), json, entry 7 of a run of the flow (unnamed) at a server, "
        "1970-01-01T00:16:40.250Z."
    )
    record = titled(Record(title="A\npost", record_id="r1"))
    known = Cited("osb", "http://here", record, "buttermilk_widget 0.1.0", "sha256-2:" + "ab" * 32)
    assert citation(entry(Gap(began=1, content="")), known) == (
        "Connection, gap, entry 7 of a run of the flow osb at http://here on “A ⏎ post” (r1), "
        "1970-01-01T00:16:40.250Z. buttermilk_widget 0.1.0; transcript sha256-2:abababababababab."
    )
    assert (titled(Record(uri="u")), titled(Record(title="t"))) == ("u", "“t”")
