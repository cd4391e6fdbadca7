"""Every field of every kind of entry is in every export; ``js/test/entries/fieldWalk.test.tsx`` walks the page.

What is left out, and why, is said here and nowhere else.
"""

from __future__ import annotations

import json

import pytest
from support import every_field as walking
from support.paths import DATA

from buttermilk_widget import Transcript
from buttermilk_widget.conversation.conversation import Frame
from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import Agent

LEFT_OUT = json.loads((DATA / "written" / "left_out.json").read_text())
ENTRIES = walking.entries()


def transcript():
    made = Entries(tuple(ENTRIES.values()))
    return Transcript(made, (Agent(key="a", name="A", since=1.0),), (Frame("in", 1.0, "{}"),))


def path_of(kind, way):
    """The way to a field, as the list has it: ``judgement.reasons``, or ``event: speaker.name``."""
    return way.replace("body.", f"{kind}.", 1) if way.startswith("body.") else way


def missing(kind, text, where):
    """The fields whose words are not in a text, but for those that may be missing there."""
    allowed = {**LEFT_OUT["everywhere"], **LEFT_OUT[where]}
    for way, word in walking.marks(ENTRIES[kind]):
        path = path_of(kind, way)
        if word not in text and not {path, f"{kind}: {path}"} & set(allowed):
            yield path


WHOLE = {
    "HTML": lambda made: made.to_html(),
    "HTML in a page": lambda made: made.to_fragment(),
    "Markdown": lambda made: made.to_markdown(),
    "tables": lambda made: made.to_pandas().drop(columns="frame").to_csv(),
}


@pytest.mark.parametrize("kind", ENTRIES)
@pytest.mark.parametrize("where", WHOLE)
def test_no_field_is_missing(kind, where):
    found = list(missing(kind, WHOLE[where](transcript()), where.split(" in ")[0]))
    assert found == []


def test_each_field_is_walked():
    ways = {way for entry in ENTRIES.values() for way, _ in walking.marks(entry)}
    assert len(ways) > 40
    assert {"body.thought", "body.reasons", "metadata.name", "speaker.template"} <= ways


def test_what_is_left_out_is_there_to_be_left_out():
    known = {
        name
        for kind, entry in ENTRIES.items()
        for way, _ in walking.marks(entry)
        for name in (path_of(kind, way), f"{kind}: {path_of(kind, way)}")
    }
    for some in LEFT_OUT.values():
        assert set(some) <= known
        assert all(some.values())
