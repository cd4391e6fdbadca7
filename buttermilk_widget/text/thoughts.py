"""What agents put between tags such as ``<think>``: told apart from their words.

``js/src/text/thoughts.ts`` does the same on the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .budget import Budget

_TAGS = "think|thinking|thought|reasoning|reflection|scratchpad|tool_calls?|tool_response|tool_result|function_calls?"
_THOUGHTS = re.compile(
    r"think|thinking|thought|reasoning|reflection|scratchpad", re.IGNORECASE | re.ASCII
)
_OPENS = re.compile(rf"<({_TAGS})>", re.IGNORECASE | re.ASCII)
_BEGINS = re.compile(r"<think", re.IGNORECASE | re.ASCII)
_QUOTING = ("`", '"', "'")
"""Before a tag that is spoken of."""
_ORPHAN = re.compile(r"</(think|thinking)>[ \t]*(?=\n|\Z)", re.IGNORECASE | re.ASCII)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def thoughts(text: str, work: Budget) -> Iterator[tuple[str, str]]:
    """The text in parts: ``""`` and words, or how a tag is called and what it encloses.

    A tag counts where a line begins with it, outside of fenced code, to its end or to that of the
    text; and within a line, if what it encloses is longer than the line. An end with no beginning
    ends what is before it, as some servers leave the beginning out.
    """
    done, fence = 0, ""
    ends: dict[str, re.Match[str] | None] = {}
    orphan, first = _ORPHAN.search(text), _BEGINS.search(text)
    if orphan is not None and (first is None or orphan.start() < first.start()):
        yield "Thought", text[: orphan.start()]
        done = orphan.end()
    place = done
    while place < len(text):
        work.step()
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        ticks = _FENCE.match(text, place, end)
        if fence:
            if ticks and ticks[1].startswith(fence) and not text[ticks.end() : end].strip(" \t"):
                fence = ""
        elif ticks:
            fence = ticks[1]
        elif opening := _enclosing(text, place, end, ends):
            closing = ends[opening[1].lower()]
            if text[done : opening.start()].strip():
                yield "", text[done : opening.start()]
            yield (
                "Thought" if _THOUGHTS.fullmatch(opening[1]) else opening[1],
                text[opening.end() : closing.start() if closing else len(text)],
            )
            place = done = closing.end() if closing else len(text)
            continue
        place = end + 1
    if text[done:].strip() or not done:
        yield "", text[done:]


def _enclosing(
    text: str, start: int, end: int, ends: dict[str, re.Match[str] | None]
) -> re.Match[str] | None:
    """The first tag in a line that encloses something; where it ends is put into ``ends``."""
    for opening in _OPENS.finditer(text, start, end):
        tag = opening[1].lower()
        known = ends.get(tag, opening)
        if known is not None and known.start() <= opening.start():
            ends[tag] = re.compile(rf"</{tag}>", re.IGNORECASE | re.ASCII).search(
                text, opening.end()
            )
        closing = ends[tag]
        if text[max(start, opening.start() - 1) : opening.start()] in _QUOTING:
            continue
        begins = opening.start() - start <= 3 and not text[start : opening.start()].strip(" ")
        if begins or (closing is not None and closing.start() > end):
            return opening
    return None
