"""JSON read and written without losing a digit or a field.

Python's own reader turns ``1.10`` into 1.1, ``-0`` into 0, and keeps the last of two fields of one
name; for evidence that is a change. ``js/src/text/lossless.ts`` is the reader of the page, which gets the
text of such values and not the values, because a browser's numbers end at 2^53 and its objects sort
their keys.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

HUGE = 300
"""Numbers with more digits than this, and those beyond all floats, stay text."""


class Number(float):
    """A number as it was written, which Python would write in another way.

    Attributes:
        digits: How it was written.
    """

    __slots__ = ("digits",)
    digits: str

    def __new__(cls, digits: str) -> Self:
        """The number that these digits write."""
        made = super().__new__(cls, digits)
        made.digits = digits
        return made

    def __reduce__(self) -> tuple[type[Number], tuple[str]]:
        return Number, (self.digits,)

    def __repr__(self) -> str:
        return self.digits


def number(digits: str) -> float | str:
    """What JSON writes with a point or an exponent."""
    value = float(digits) if len(digits) <= HUGE else math.inf
    if not math.isfinite(value):
        return digits
    return value if repr(value) == digits else Number(digits)


def integer(digits: str) -> int | float | str:
    """What JSON writes with neither."""
    if len(digits) > HUGE:
        return digits
    return Number(digits) if digits == "-0" else int(digits)


def is_beyond(text: str) -> bool:
    """Whether a text is the digits of a number that :func:`interpret` leaves as text."""
    if _DIGITS.fullmatch(text) is None:
        return False
    return len(text) > HUGE or not math.isfinite(float(text))


_DIGITS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of an object; of those with one name the last has it, and the others are numbered."""
    made = dict(pairs)
    return made if len(made) == len(pairs) else dict(_named_apart(pairs))


def _named_apart(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    last = {name: place for place, (name, _) in enumerate(pairs)}
    seen: dict[str, int] = {}
    for place, (name, value) in enumerate(pairs):
        if place == last[name]:
            yield name, value
            continue
        seen[name] = seen.get(name, 0) + 1
        yield f"{name} ⟨given before, {seen[name]}⟩", value


def read(text: str) -> Any:
    """The value that a JSON text writes.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deep to read.
    """
    return json.loads(
        text,
        parse_constant=str,
        parse_float=number,
        parse_int=integer,
        object_pairs_hook=fields,
    )


def written(value: Any, indent: int | None = None) -> str:
    """The value as JSON text, each number as it was written."""
    if not any(type(one) is Number for one in _leaves(value)):
        return json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return "".join(_written(value, indent, "\n"))


def _leaves(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one
        else:
            yield one


def _written(value: Any, indent: int | None, line: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        names = (f"{json.dumps(str(name), ensure_ascii=False)}: " for name in value)
        yield from _within("{}", zip(names, value.values(), strict=True), indent, line)
    elif isinstance(value, list | tuple) and value:
        yield from _within("[]", (("", one) for one in value), indent, line)
    elif type(value) is Number:
        yield value.digits
    else:
        yield json.dumps(value, ensure_ascii=False, default=str)


def _within(
    brackets: str, items: Iterable[tuple[str, Any]], indent: int | None, line: str
) -> Iterator[str]:
    inner = "" if indent is None else line + " " * indent
    apart = ", " if indent is None else f",{inner}"
    yield brackets[0] + inner
    for place, (name, item) in enumerate(items):
        yield f"{apart if place else ''}{name}"
        yield from _written(item, indent, inner or line)
    yield f"{'' if indent is None else line}{brackets[1]}"
