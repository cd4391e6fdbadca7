# ruff: noqa: FBT001, FBT003 - the signatures of rules are markdown-it's
"""The rules by which agents' Markdown is read as blocks, where they are not markdown-it's own.

What they are for is said in ``markdown.py``; ``js/src/text/blockRules.ts`` has the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .budget import BEGINNING, BudgetExceeded

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

LIBRARY: dict[str, Any] = {}
"""Rules of markdown-it that ours call."""
DEEPEST = 50
"""Levels of quotes and lists (a list is two), above which a text is shown as it came."""


def bounded_block(state: StateBlock, _start: int, _end: int, _silent: bool) -> bool:
    """Count the block; deeper than anybody writes is too much."""
    state.env["work"].step(BEGINNING)
    if state.level > DEEPEST:
        raise BudgetExceeded
    return False


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


_DISPLAYS = (("$$", "$$"), ("\\[", "\\]"))
_ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z]{1,20}\*?)\}")


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines of TeX, from one that opens a display to the one that ends with its end."""
    if state.is_code_block(start):
        return False
    first = _line(state, start)
    ending = next((close for begin, close in _DISPLAYS if first.startswith(begin)), None)
    if ending is None:
        named = _ENVIRONMENT.match(first)
        if named is None:
            return False
        ending = f"\\end{{{named[1]}}}"
    if ending in first[2:]:
        return False  # it ends on its line, and words may come after it
    for number in range(start + 1, end):
        state.env["work"].step()
        line = _line(state, number)
        if not line or state.sCount[number] < state.blkIndent:
            return False
        if line.rstrip(" \t").endswith(ending):
            break
    else:
        return False
    if not silent:
        state.line = number + 1
        token = state.push("math_block", "", 0)
        token.content = state.getLines(start, number + 1, state.blkIndent, False)
    return True


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """markdown-it's rule, but the blanks of other scripts stay: they indent a paragraph."""
    made = bool(LIBRARY["paragraph"](state, start, end, silent))
    lines = state.getLines(start, state.line, state.blkIndent, False)
    state.tokens[-2].content = lines.strip(" \t\n")
    return made


_CELLS = re.compile(r"(?<!\\)\|")
_DIVIDER = re.compile(r":?-+:?")


def _cells(line: str) -> list[str]:
    """The cells of a row; its first and last bar are around it."""
    cells = [cell.strip(" \t") for cell in _CELLS.split(line.strip(" \t"))]
    if len(cells) > 1 and not cells[0]:
        cells.pop(0)
    if len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def _aligned(line: str) -> list[str] | None:
    """How the columns are aligned, if the line is the one below a table's head."""
    if not line or line.strip("|:- \t") or line[:2] in ("- ", "-\t"):
        return None
    dividers = _cells(line)
    if not all(map(_DIVIDER.fullmatch, dividers)):
        return None
    ends = {(True, True): "center", (True, False): "left", (False, True): "right"}
    return [ends.get((one[0] == ":", one[-1] == ":"), "") for one in dividers]


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table of GFM; rows are not filled up to the head's width, and may be wider."""
    if start + 2 > end or state.sCount[start + 1] < state.blkIndent:
        return False
    head = _line(state, start)
    if "|" not in head or state.is_code_block(start) or state.is_code_block(start + 1):
        return False
    aligned = _aligned(_line(state, start + 1))
    cells = _cells(head)
    if aligned is None or len(aligned) != len(cells):
        return False
    if silent:
        return True
    before, state.parentType = state.parentType, "table"
    endings = state.md.block.ruler.getRules("blockquote")
    state.push("table_open", "table", 1)
    state.push("thead_open", "thead", 1)
    _row(state, "th", cells, aligned)
    state.push("thead_close", "thead", -1)
    number = start + 2
    while number < end and state.sCount[number] >= state.blkIndent:
        line = _line(state, number)
        if not line or state.is_code_block(number):
            break
        if any(rule(state, number, end, True) for rule in endings):
            break
        if number == start + 2:
            state.push("tbody_open", "tbody", 1)
        _row(state, "td", _cells(line), aligned)
        number += 1
    if number > start + 2:
        state.push("tbody_close", "tbody", -1)
    state.push("table_close", "table", -1)
    state.parentType, state.line = before, number
    return True


def _row(state: StateBlock, tag: str, cells: list[str], aligned: list[str]) -> None:
    state.push("tr_open", "tr", 1)
    state.env["work"].step(4 + 2 * len(cells))
    for place, cell in enumerate(cells):
        opening = state.push("cell_open", tag, 1)
        opening.info = aligned[place] if place < len(aligned) else ""
        token = state.push("inline", "", 0)
        token.content, token.info = cell, "cell"
        state.push("cell_close", tag, -1)
    state.push("tr_close", "tr", -1)
