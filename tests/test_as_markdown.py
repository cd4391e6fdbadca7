"""Entries as text; that the widget's own copies are the same is tested in the browser."""

from __future__ import annotations

import pytest

from buttermilk_widget.as_markdown import citation, fenced, iso, markdown, said, who
from buttermilk_widget.messages import Json, Record, Text
from buttermilk_widget.patches import Answer, Entry, Gap, Question, RawFrame, Speaker


def entry(body, **more):
    return Entry(id=7, seq=1, at=1000.25, body=body, **more)


def test_who_and_when():
    assert who(entry(Gap(began=1, content=""))) == "Connection"
    assert who(entry(Json(value=1))) == "An agent"
    answers = (
        Answer(verdict="confirm", content="", by=by) for by in ("person", "script", "replay")
    )
    assert [who(entry(answer)) for answer in answers] == ["You", "Script", "You"]
    assert who(entry(Json(value=1), speaker=Speaker(key="j", name="J"))) == "J"
    assert iso(1000.25) == "1970-01-01T00:16:40.250Z"
    assert markdown(entry(Json(value=1))).startswith(
        "### An agent (entry 7, 1970-01-01T00:16:40.250Z)"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (Answer(verdict="choice", content="B"), "choice: B"),
        (Question(content="Which?", options=("A", "B")), "Which?\n\nOptions (2): “A”, “B”"),
        (Question(content="What?"), "What?"),
        (RawFrame(raw="{```}"), "````\n{```}\n````"),
        (Record(content="only words"), "only words"),
        (Gap(began=1, content="gone"), "gone"),
        (Text(content="so", unread={"a": "`"}), 'so\n\nAs it came: a: `` "`" ``'),
    ],
)
def test_what_is_said(body, text):
    assert said(body) == text


def test_what_the_server_told_beside_it_stands_after_it():
    made = entry(
        Gap(began=1, content="gone"), metadata={"seed": 7, "é": "```"}, tracing_link="https://t"
    )
    assert markdown(made).endswith(
        'gone\n\nDetails:\n\n````json\n{\n  "metadata": {\n    "seed": 7,\n    "é": "```"\n  },\n'
        '  "tracing_link": "https://t"\n}\n````\n'
    )
    assert "Details" not in markdown(entry(Gap(began=1, content="gone")))


def test_a_fence_is_longer_than_any_in_the_text():
    assert fenced("a ``` b ````` c", "json").splitlines()[0] == "``````json"


def test_a_citation_names_what_is_known():
    speaker = Speaker(key="j", name="J", role="j", model="m", template="t")
    assert citation(entry(Json(value=1), speaker=speaker), None, None) == (
        "J (model m, template t), json, entry 7 of a run of the flow (unnamed) at a server, "
        "1970-01-01T00:16:40.250Z."
    )
