"""JSON from strangers; what it does to frames is in test_frames.py."""

from __future__ import annotations

import pytest

from buttermilk_widget.protocol.safe_json import NotRead, deeper_than, loads, replace_surrogates


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "too deep to read"),
        ("[" * 101 + "]" * 101, "too deep to show"),
        ("[" + "0," * 300_100 + "0]", "300,000 parts"),
    ],
)
def test_what_cannot_be_parsed_says_why(text, why):
    with pytest.raises(NotRead, match=why):
        loads(text)


def test_it_may_be_bounded_more():
    assert loads("[[]]", 3) == [[]]
    with pytest.raises(NotRead, match="too deep"):
        loads("[[[]]]", 2)
    assert deeper_than([[1]], 1)
    assert not deeper_than([[1]], 3)


def test_lone_surrogates_are_mended_wherever_they_are():
    assert loads('{"\\ud800": ["\\uDfff", 1]}') == {"\ufffd": ["\ufffd", 1]}
    assert replace_surrogates("a") == "a"
