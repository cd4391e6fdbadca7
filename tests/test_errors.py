"""The tree of errors, as it is drawn."""

from __future__ import annotations

import pickle
import re
import unicodedata

import pytest

from buttermilk_widget import Cassette, FlowWidget, Transcript, errors
from buttermilk_widget.client import credentials, options
from buttermilk_widget.client import flows as offers
from buttermilk_widget.client.api import Address
from buttermilk_widget.conversation import answers
from buttermilk_widget.conversation.patches import Question, Typed
from buttermilk_widget.errors import (
    ButtermilkError,
    CassetteWarning,
    PlainTextWarning,
    did_you_mean,
    excerpt,
    join_names,
    truncate,
)
from buttermilk_widget.transcript import convert as foreign


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
    assert [join_names(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert did_you_mean("osbb", ["osb", "panel"]) == " Did you mean 'osb'?"
    assert did_you_mean("xyz", ["osb"]) == ""


def test_somebody_elses_words_are_bounded_in_a_sentence():
    assert join_names(f"flow {n}" for n in range(10_000)).endswith("flow 49 and 9,950 more")
    assert truncate("w" * 300) == "w" * 300
    assert truncate("w" * 10**6) == "w" * 300 + "… (1,000,000 characters)"
    assert len(join_names(["w" * 10**6])) < 400
    # Each would take seconds to compare with the others.
    assert did_you_mean("w" * 10**5, ["w" * 10**5] * 1000) == ""
    assert did_you_mean("w" * 200, ["w" * 199 + "x"] * 10**5) != ""


HOSTILE = "\x1b[2J\x1b]0;t\x07a\r\nb\u202e\u2066c\x00\u2028"
"""What a terminal would obey, or what would turn a line, or make one."""


def is_safe(sentence):
    return not any(
        unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl") and letter != "\n"
        for letter in sentence
    )


def every(kind):
    """It and all that are derived from it in the package's tree."""
    below = (one for sub in kind.__subclasses__() for one in every(sub))
    return [one for one in (kind, *below) if one.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", [*every(ButtermilkError), CassetteWarning, PlainTextWarning])
def test_no_error_carries_what_a_terminal_obeys_whoever_raises_it(kind):
    error = kind(f"It said {HOSTILE}.", 7)
    assert is_safe(str(error))
    assert is_safe(error.args[0])
    assert error.args[1] == 7
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(copy), copy.args) == (kind, error.args)


def test_somebody_elses_words_are_a_label_in_a_sentence():
    assert truncate(HOSTILE) == "a ⏎ b⟨U+202E⟩⟨U+2066⟩c⟨U+0000⟩⟨U+2028⟩"
    assert join_names([HOSTILE, "b"]) == f"{truncate(HOSTILE)} and b"
    assert did_you_mean(f"{HOSTILE}c", [HOSTILE]) == f" Did you mean {truncate(HOSTILE)!r}?"
    assert excerpt("two\nlines", 5) == "two\nl… (9 characters)"


def test_whatever_quotes_a_server_or_a_file_is_safe(tmp_path):
    """Each way in which words of others come into an error of ours."""
    path = tmp_path / f"{HOSTILE.replace(chr(0), '')}.jsonl"
    question = Question(
        content=HOSTILE, options=(HOSTILE, "b"), form="options", confirms=(None, None)
    )
    calls = [
        lambda: Address.parse(f"ftp://{HOSTILE}"),
        lambda: Address.parse(HOSTILE),
        lambda: answers.interpret(question, "choice", f"{HOSTILE}?"),
        lambda: answers.interpret(question, "confirm", ""),
        lambda: answers.declared(question, HOSTILE, None),
        lambda: options.whole("height", HOSTILE, "seconds"),
        lambda: offers.values([Typed(name=HOSTILE, type="integer", text=HOSTILE)]),
        lambda: offers.values([Typed(name="", type="object", text=HOSTILE)]),
        lambda: credentials.checked({HOSTILE: "x"}),
        lambda: Cassette(path, "replay", overridden=False).recordings,
        lambda: Cassette(path, HOSTILE, overridden=False),
        lambda: Transcript.load(path),
        lambda: foreign.convert(path, tmp_path / "c"),
        lambda: FlowWidget(**{HOSTILE: 1}),
    ]
    for call in calls:
        with pytest.raises(ButtermilkError) as raised:
            call()
        assert is_safe(str(raised.value))
        assert "\n" not in str(raised.value)
