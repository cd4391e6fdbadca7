"""Many rounds of what ``test_leaks.py`` and ``browser/test_nothing_left.py`` do a few times."""

from __future__ import annotations

import pytest
from browser.conftest import browser, page, plain, plain_url  # noqa: F401 - fixtures
from browser.test_long_page import grown
from browser.test_nothing_left import PARAGRAPH, left
from support.leaks import SESSIONS, WIDGETS, Quick, left_by, left_by_widgets, nothing

ROUNDS = 150


@pytest.mark.parametrize("kind", SESSIONS, ids=lambda kind: kind.__name__)
async def test_nothing_is_left_of_many_sessions(kind, tmp_path, monkeypatch, record_property):
    Quick(monkeypatch)
    found = await left_by(kind, tmp_path, ROUNDS, warm=20)
    record_property("bytes left by each run", f"{found.bytes:,.0f}")
    nothing(found, 600)


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.__name__)
def test_nothing_is_left_of_many_widgets(kind, tmp_path, monkeypatch, record_property):
    Quick(monkeypatch)
    found = left_by_widgets(kind, tmp_path, ROUNDS, warm=20)
    record_property("bytes left by each widget", f"{found.bytes:,.0f}")
    nothing(found, 600)


def test_nothing_is_left_of_many_views(plain, record_property):  # noqa: F811
    plain.show("ended")
    plain.say(*(f"{PARAGRAPH * (1 + n % 7)} This is {n}." for n in range(3000)))
    plain.settle()
    left(plain, 300, record_property)
    assert plain.errors == []


def test_a_new_entry_is_drawn_as_fast_after_a_hundred_thousand(plain, record_property):  # noqa: F811
    grown(plain, (1000, 10_000, 100_000), record_property)
