"""JSON from strangers: parsed within bounds, and mended so that it can be stored and sent on.

JSON that is nested deeper, or has more parts, than anything a person can read is refused before it
costs anything. Lone surrogates are replaced, because UTF-8 cannot encode them.
"""

from __future__ import annotations

import re
from typing import Any

from .lossless import read

DEEPEST = 100
"""JSON nested deeper than this is shown raw; nothing a person can read is nested so deep."""

MOST_PARTS = 300_000
"""A frame of more strings, commas and brackets than this is shown raw, since each part that is read
takes many times its own bytes."""

_STRINGS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class NotRead(ValueError):
    """A text is not JSON, or is too large to parse; the message says which."""


def loads(text: str, deepest: int = DEEPEST) -> Any:
    """The value of a JSON text.

    Raises:
        NotRead: it is not JSON, has too many parts, or is nested deeper than ``deepest``.
    """
    if _too_many(text):
        raise NotRead(f"It has more than {MOST_PARTS:,} parts, too many to read.")
    try:
        value = read(text)
    except RecursionError:
        raise NotRead("It is nested too deep to read.") from None
    except ValueError:
        raise NotRead("It is not JSON.") from None
    if deeper_than(value, deepest):
        raise NotRead("It is nested too deep to show.")
    return without_surrogates(value) if "\\ud" in text or "\\uD" in text else value


def replace_surrogates(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be sent on as UTF-8."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def without_surrogates(value: Any) -> Any:
    """JSON with lone surrogates replaced wherever they are."""
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, list | tuple):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    return value


def deeper_than(value: object, limit: int) -> bool:
    """Whether JSON is nested deeper than that."""
    level = [value]
    for _ in range(limit):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True


def _too_many(text: str) -> bool:
    """Whether the JSON in a text has more than ``MOST_PARTS`` parts, found without reading it."""
    if _marks(text, 0, len(text)) <= MOST_PARTS:
        return False
    parts = end = 0
    for string in _STRINGS.finditer(text):
        parts += _marks(text, end, string.start()) + 1
        end = string.end()
        if parts > MOST_PARTS:
            return True
    return parts + _marks(text, end, len(text)) > MOST_PARTS


def _marks(text: str, start: int, end: int) -> int:
    return sum(text.count(mark, start, end) for mark in ',[{"')
