"""What drawing a text costs, in time and in what comes out; and texts that were made to cost much."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from buttermilk_widget.shown import in_form

if TYPE_CHECKING:
    from buttermilk_widget.presentation import Form

LENGTH = 100_000

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


@dataclass
class Cost:
    """What one text took: seconds, and how many times its own bytes came out."""

    name: str
    form: Form
    seconds: float
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


def least_seconds(work, enough=1.0, tries=3):
    """The least processor time that some tries took: the machine may be at something else."""
    least = float("inf")
    for _ in range(tries):
        with untraced():
            began = time.process_time()
            work()
            least = min(least, time.process_time() - began)
        if least <= enough:
            break
    return least


def cost(name, text, form):
    """Draw the text, as Python does for an export."""
    drawn = []
    seconds = least_seconds(lambda: drawn.append(in_form(form, text)))
    grown = len(drawn[-1].encode()) / max(len(text.encode("utf-8", "replace")), 1)
    return Cost(name, form, seconds, grown)
