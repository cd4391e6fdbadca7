"""The tree of errors, as it is drawn."""

from __future__ import annotations

import re

import pytest

from buttermilk_widget import errors
from buttermilk_widget.errors import ButtermilkError, hint, listing, shown


def drawn():
    """Name, parent and other base of each class in the docstring's tree."""
    stack = {}
    for line in errors.__doc__.splitlines():
        found = re.match(r"    ([ │├└─]*)(\w+)(?:  +(.*))?$", line)
        if found and found[2][0].isupper():
            depth = len(found[1]) // 4
            stack[depth] = found[2]
            also = re.search(r"also an? (\w+)", found[3] or "")
            yield found[2], stack.get(depth - 1), also and also[1]


def test_the_tree_is_drawn_as_it_is():
    classes = {c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, Exception)}
    classes = {c for c in classes if not issubclass(c, UserWarning)}  # a warning is no error
    tree = list(drawn())
    assert {name for name, _, _ in tree} == {c.__name__ for c in classes}
    for name, parent, also in tree:
        bases = [base.__name__ for base in getattr(errors, name).__bases__]
        assert bases == [parent or "Exception", *([also] if also else [])]


def test_every_error_is_caught_as_one():
    with pytest.raises(ButtermilkError, match="words"):
        raise errors.UnknownFlow("words")


def test_names_stand_in_a_sentence():
    assert [listing(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert hint("osbb", ["osb", "panel"]) == " Did you mean 'osb'?"
    assert hint("xyz", ["osb"]) == ""


def test_somebody_elses_words_are_bounded_in_a_sentence():
    assert listing(f"flow {n}" for n in range(10_000)).endswith("flow 49 and 9,950 more")
    assert shown("w" * 300) == "w" * 300
    assert shown("w" * 10**6) == "w" * 300 + "… (1,000,000 characters)"
    assert len(listing(["w" * 10**6])) < 400
    # Each would take seconds to compare with the others.
    assert hint("w" * 10**5, ["w" * 10**5] * 1000) == ""
    assert hint("w" * 200, ["w" * 199 + "x"] * 10**5) != ""
