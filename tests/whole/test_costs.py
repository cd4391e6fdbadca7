"""No text costs much to draw: what was made to cost much, and what parsers are known to fail at."""

from __future__ import annotations

import re

import pytest
from support.costs import MOST_WALKS, attacks, cost, growth, walks

from buttermilk_widget.text.budget import Budget, BudgetExceeded
from buttermilk_widget.text.markdown import markdown
from buttermilk_widget.transcript.presentation import Form

ATTACKS = attacks()


@pytest.fixture(autouse=True)
def no_clock(monkeypatch):
    """Both renderers give up on the same texts only if what they count decides, and no clock."""
    monkeypatch.setattr("buttermilk_widget.text.budget.SECONDS", float("inf"))


@pytest.mark.parametrize("name", ATTACKS)
def test_a_text_takes_at_most_some_walks_and_twenty_times_its_size(name):
    for form in (Form.MARKDOWN, Form.OUTPUT, Form.JSON):
        found = cost(name, ATTACKS[name], form)
        assert found.walks <= MOST_WALKS, found
        assert found.growth <= 20, found


def test_what_grows_with_the_square_is_above_the_bounds():
    """What a pattern takes that looks from each letter to the end: 29 walks, and 16 times for 4 times."""
    few, many = "a" * 5_000, "a" * 20_000
    assert walks(lambda: re.search("a*b", many), len(many), 0, tries=2) > 8
    assert walks(lambda: re.findall("a|b", many), len(many), 8) <= 8
    square = growth(lambda: re.search("a*b", few), lambda: re.search("a*b", many), 0, tries=2)
    assert square > 10


def test_prose_of_every_day_is_far_from_the_limits():
    prose = (
        "## What the guideline says\n\nThe post **names two people** who hold no office, and links to "
        "[the statement](https://example.org/a).\n\n1. It names a source.\n2. It has a date.\n\n"
        "| rule | weight | met |\n| :-- | --: | :-: |\n| source | 10 | yes |\n| tone | 2 | no |\n\n"
    )
    text = prose * (100_000 // len(prose))
    assert markdown(text, Budget(len(text))).count("<table>") == text.count("| rule |")


def test_work_is_counted():
    work = Budget(0)
    with pytest.raises(BudgetExceeded):
        work.step(2_001)
    with pytest.raises(BudgetExceeded):
        for _ in range(1_001):
            work.element()
    with pytest.raises(BudgetExceeded):
        Budget(100_001)
