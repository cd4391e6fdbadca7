"""Texts that try to be more than a text: to open or close a block, to be a heading, to fetch."""

from __future__ import annotations

import random

HEADING = "### Judge 1 (text, entry #2, 1970-01-01T00:00:02.000Z)"

# Each could change how what comes after it is read, in one renderer or another.
PIECES = [
    *("```", "```python\nx = 1", "~~~", "~~~\nx", "````", "`", "``a`", "<!--", "<!-- b", "-->"),
    *("<pre>", "<pre>\nabc", "</pre>", "<details>", "</details><h1>x</h1>", "<script>", "<?php"),
    *("<![CDATA[", "<!DOCTYPE", "<textarea>", "<style>", "</blockquote>", "<table><tr><td>"),
    *("<img src=http://tracker.example/p.png>", "![x](http://tracker.example/p.png)", "![x][1]"),
    *("[1]: http://evil.example", "[x]", "[x][1]", "[^1]: note", "[^1]", "[[_TOC_]]", "[TOC]"),
    *("# x", HEADING, "I withdraw\n===", "I withdraw\n---", "---", "***", "___", "- - -", "==="),
    *("| a | b |\n|---|---|\n| 1 | 2 |", "|-|", "a | b\n-|-", "| #1 | asked | confirm |", ":-:"),
    *("> quote", ">", "> > > deep", "- item", "* item", "+ item", "1. one", "1) one", "7. seven"),
    *("    code", "\tcode", "  - deep", "      - deeper", "\r", "a\rb", "\r\n", "\u2028", "\x0b"),
    *("---\ntitle: x\n---", "+++\nx\n+++", "$$", "$$\nx\n$$", "$x$", "\\(", "\\[", "\\begin{a}"),
    *("\\", "\\\n", "a  \nb", "&lt;", "&#35; x", "&NewLine;# x", "{% include x %}", "{{ x }}"),
    *("*a", "**a", "a*b*c", "***", "_a_b", "~~a", "~a~", "==a==", ":::note", "::: x", "%% x"),
    *("http://evil.example", "www.evil.example", "https://evil.example\\@good.example/", "a@b.c"),
    *("<https://evil.example>", "[good.example](http://evil.example)", "[a](javascript:x)"),
    *("\u202eabc", "\u2067x\u2069", "\0", "\x1b[31m", "<br>", "| a<br>b |", "- [x] done", "[ ] a"),
    *('![a](b "c', "[a](<b", "[a](b 'c", '{"type": "text"}', '[{"type": "text", "text": "# x"}]'),
    *("<think>", "<think>\n# x", "</think>", "<tool_call>", "## Decisions", "## About this run"),
    *("a" * 60, " ", "\n\n", "\n", "强**调。**", "x\n\n\n\ny"),
]


def texts(count, seed=12):
    """Each piece, and pieces put together as they come."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    yield from PIECES
    for _ in range(count):
        some = chance.choices(PIECES, k=chance.randint(2, 8))
        yield "".join(
            one + chance.choice(["\n", "\n\n", " ", "", "\n> ", "\n    "]) for one in some
        )
