"""What the host of a chat understands."""

from __future__ import annotations

import pytest
from support.costs import walks

from buttermilk_widget.server.flow.instructions import (
    Compare,
    Find,
    Goodbye,
    Help,
    Judge,
    Unclear,
    UnknownRecord,
    understand,
)
from buttermilk_widget.server.flow.library import POSTS


def understood(words):
    return understand(words, lambda text: "hedge" in text.casefold())


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("find waiting times", "waiting times"),
        ("Find: waiting times", "waiting times"),
        ("search for waiting times", "waiting times"),
        ("please look up waiting times", "waiting times"),
        ("Could you find me passages about waiting times", "waiting times"),
        ("FIND", ""),
        ("find for", ""),
        ("What is irony?", "What is irony?"),
        ("what is irony", "what is irony"),
        ("irony?", "irony?"),
        ("反讽是什么\uff1f", "反讽是什么\uff1f"),
        ("the hedge", "the hedge"),
        ("finding a way through the hedge", "finding a way through the hedge"),
        ("end of the hedge?", "end of the hedge?"),
    ],
)
def test_what_is_looked_for(words, about):
    assert understood(words) == Find(about)


@pytest.mark.parametrize(
    ("words", "records"),
    [
        ("judge post-hedge", ("post-hedge",)),
        ("Judge POST-HEDGE.", ("post-hedge",)),
        ("please judge the hedge", ("post-hedge",)),
        ("judge post-bus, and then the hedge; post-bus", ("post-bus", "post-hedge")),
        ("judge", ()),
        ("judge it!", ()),
        ("now judge that post", ()),
    ],
)
def test_what_is_judged(words, records):
    assert understood(words) == Judge(records)


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("judge post-hegde", "post-hedge"),
        ("judge post-hospitl and post-bus", "post-hospital"),
        ("judge the footbal match", "post-football"),
        ("judge post-", None),
        ("judge " + "x" * 3000, None),
        ("compare post-bakry", "post-bakery"),
    ],
)
def test_a_post_that_does_not_exist_has_a_nearest(words, nearest):
    unknown = understood(words)
    assert isinstance(unknown, UnknownRecord)
    assert unknown.nearest == nearest or (nearest is None and unknown.nearest in POSTS)
    assert len(unknown.named) <= 80


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("compare", Compare()),
        ("Compare the judgements, please", Compare()),
        ("compare hedge and bus", Compare(("post-hedge", "post-bus"))),
        ("help", Help()),
        ("HELP!", Help()),
        ("?", Help()),
        ("bye", Goodbye()),
        ("Goodbye.", Goodbye()),
        ("ok, end", Goodbye()),
        ("quit", Goodbye()),
        ("", Unclear()),
        ("   ", Unclear()),
        ("please", Unclear()),
        ("good morning", Unclear()),
        ("yes", Unclear()),
        ("No.", Unclear()),
        ("endless", Unclear()),
        ("\ud800", Unclear()),
        ("¿", Unclear()),
    ],
)
def test_everything_else(words, meant):
    assert understood(words) == meant


@pytest.mark.parametrize(
    "words", ["please " * 570, "- " * 2000, "find " + "for " * 990, "judge " * 660]
)
def test_long_instructions_are_understood_quickly(words):
    assert walks(lambda: understood(words), len(words), 2) <= 2  # 0.5 was measured
