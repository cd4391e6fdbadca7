"""What drawing a text costs, in time and in what comes out; and texts that were made to cost much."""

from __future__ import annotations

import gc
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from buttermilk_widget.transcript.field_html import in_form

if TYPE_CHECKING:
    from buttermilk_widget.transcript.presentation import Form

LENGTH = 100_000

MOST_WALKS = 80
"""Walks (see ``walks``) that drawing a text may take: 25 were measured, for lines of one letter.

What looks from each letter to the end takes 150 for ``LENGTH`` letters.
"""

FEWEST = 1_000
"""Letters for which a shorter text is counted: what any text costs is no part of the growth."""

# Signs that mean something to the parser, alone and in the pairs that have cost parsers dearly: each is
# repeated until the text is long.
SEEDS = [
    *("[", "![", "[a](", "*a ", "`a", ">", "<", "![a", "~~a", "|", "&a;", "<http://", "\\", "__a_"),
    *(
        "[a",
        "![a](b",
        "a\n",
        "- a\n",
        "> ",
        "> a\n",
        "1. a\n",
        "#\n",
        "# a\n",
        "www.a.b ",
        "a@b.c ",
    ),
    *("http://a.b ", "$a$", "$$\n", "\\[\n", "\\begin{a}\n", "\\(a\\)", "<think>", "a<think>"),
    *("a<think>\n", "</think>\n", "<br>", "**", "*a_", "[a](b)", "[](b)", "![](b)", "| a | b |\n"),
    *("|-|\n", "a|b\n-|-\n", "a\n===\n", "- - - ", "* * ", "`", "``a` ", "~", "~~", "\x1b[31m"),
    *(
        "\x1b]",
        "\u202e",
        "\0",
        "<a@b.c>",
        "<https://a.b>",
        "\n",
        "    a\n",
        "```\n",
        "~~~\n",
        "***",
    ),
    *("https://a.b)", "http://a.b))", "(http://", "a.a", "@", "@a", "a@", "&amp;", "强**", "()"),
    *("[[]]", "[x](<", '[x](a "', "    - a\n", "\t- a\n", "- a\n  - b\n", "\\$", "$", "$ ", "\r"),
    *("It **is** `code` and [a](https://x.org). ", "- [x] a\n", "<tool_call>{}</tool_call>\n"),
]


def attacks():
    """Texts by name, each at most ``LENGTH`` long."""
    made = {f"{seed!r} again and again": (seed * LENGTH)[:LENGTH] for seed in SEEDS}
    made["a table whose rows would be filled up"] = (
        "|" + "a|" * 500 + "\n|" + "-|" * 500 + "\n" + "|a|\n" * 24_000
    )
    made["fifty of them"] = (
        "|" + "a|" * 250 + "\n|" + "-|" * 250 + "\n" + "|a|\n" * 200 + "\n"
    ) * 50
    made["lists in lists"] = "".join("  " * depth + "- a\n" for depth in range(300))
    made["quotes in quotes"] = ("> " * 49 + "a\n") * 1_000
    made["quotes and lists"] = ("> - " * 20 + "a\n") * 1_200
    made["backticks of every length"] = " ".join("`" * count for count in range(1, 440))
    made["links in links"] = "[" * 30_000 + "a" + "](b)" * 17_000
    made["images in images"] = "![" * 20_000 + "a" + "](b)" * 15_000
    made["numbers in a list"] = f"[{'1,' * 49_000}1]"
    made["lists of JSON"] = "[" * 49_000 + "]" * 49_000
    made["objects of JSON"] = "{" + ", ".join(f'"{n}": {{}}' for n in range(7_000)) + "}"
    made["JSON in JSON"] = '["' * 20 + "x" + '"]' * 20
    made["blocks of content"] = f"[{','.join([f'{BLOCK}'] * 2_500)}]"
    made["one word"] = "a" * LENGTH
    return {name: text[:LENGTH] for name, text in made.items()}


BLOCK = '{"type": "text", "text": "a"}'


_LETTER = re.compile(".", re.DOTALL)
_WALKED = "It <b>is</b> & was. " * 5_000


@dataclass
class Cost:
    """What one text took: in walks (see ``walks``), and how many times its own bytes came out."""

    name: str
    form: Form
    walks: float
    growth: float


@contextmanager
def untraced():
    """Without the measuring of coverage, which costs several times what it measures."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


@contextmanager
def _uncollected():
    """Without collecting garbage: what earlier tests left would be looked through again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def seconds(work):
    """The processor time of this thread for the work; a measure only beside another of the same run."""
    with untraced(), _uncollected():
        began = time.thread_time()
        work()
        return time.thread_time() - began


def _walk():
    return [escape(found[0]) for found in _LETTER.finditer(_WALKED)]


def walk_seconds(letters, tries=1):
    """The floor: the least processor time of a plain walk over so many letters, measured now."""
    return min(seconds(_walk) for _ in range(tries)) * letters / len(_WALKED)


def walks(work, letters, enough, tries=5):
    """How many times as long the work takes as a plain walk over so many letters.

    The walk is the floor: it looks at each letter with a regular expression and escapes it. It is
    measured beside the work, so that a slow machine is slow for both. Of several tries the least of
    each counts; there are no more once the ratio is at most ``enough``.

    A quadratic pattern (``a*b`` on letters ``a``) takes 3 walks for 2,000 letters, 29 for 20,000 and
    150 for 100,000, so that a bound of a few walks tells it from a linear one.
    """
    letters = max(letters, FEWEST)
    floor = least = float("inf")
    for _ in range(tries):
        floor = min(floor, walk_seconds(letters))
        least = min(least, seconds(work))
        if least <= enough * floor:
            break
    return least / floor


def growth(few, many, enough, tries=5):
    """How many times as long the work ``many`` takes as ``few``: the least of several tries of each."""
    first = then = float("inf")
    for _ in range(tries):
        first, then = min(first, seconds(few)), min(then, seconds(many))
        if then <= enough * first:
            break
    return then / first


def cost(name, text, form, enough=MOST_WALKS):
    """Draw the text, as Python does for an export."""
    drawn = []
    walked = walks(lambda: drawn.append(in_form(form, text)), len(text), enough)
    grown = len(drawn[-1].encode()) / max(len(text.encode("utf-8", "replace")), 1)
    return Cost(name, form, walked, grown)
