"""No text costs much to draw: what was made to cost much, and what parsers are known to fail at."""

from __future__ import annotations

import pytest
from costing import attacks, cost

from buttermilk_widget.presentation import Form
from buttermilk_widget.prose import markdown
from buttermilk_widget.work import TooMuch, Work

ATTACKS = attacks()


@pytest.mark.parametrize("name", ATTACKS)
def test_a_text_takes_at_most_a_second_and_twenty_times_its_size(name):
    for form in (Form.MARKDOWN, Form.OUTPUT, Form.JSON):
        found = cost(name, ATTACKS[name], form)
        assert found.seconds <= 1, found
        assert found.growth <= 20, found


@pytest.mark.parametrize("name", ATTACKS)
def test_the_counts_stop_it_before_the_clock_does(name, monkeypatch):
    """Both renderers give up on the same texts only if what they count decides."""
    monkeypatch.setattr("buttermilk_widget.work.SECONDS", 30.0)
    found = cost(name, ATTACKS[name], Form.MARKDOWN)
    assert found.seconds <= 1, found


def test_prose_of_every_day_is_far_from_the_limits():
    prose = (
        "## What the guideline says\n\nThe post **names two people** who hold no office, and links to "
        "[the statement](https://example.org/a).\n\n1. It names a source.\n2. It has a date.\n\n"
        "| rule | weight | met |\n| :-- | --: | :-: |\n| source | 10 | yes |\n| tone | 2 | no |\n\n"
    )
    text = prose * (100_000 // len(prose))
    assert markdown(text, Work(len(text))).count("<table>") == text.count("| rule |")


def test_work_is_counted():
    work = Work(0)
    with pytest.raises(TooMuch):
        work.step(2_001)
    with pytest.raises(TooMuch):
        for _ in range(1_001):
            work.element()
    with pytest.raises(TooMuch):
        Work(100_001)
