# ruff: noqa: FBT001, FBT002 - the signatures of rules are markdown-it's
"""The rules by which what is in a block is read, where they are not markdown-it's own.

What they are for is said in ``markdown.py``; ``js/src/text/inlineRules.ts`` has the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.rules_inline.state_inline import Delimiter

from .addresses import address_end, destination
from .budget import BEGINNING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

LIBRARY: dict[str, Any] = {}
"""Rules of markdown-it that ours call."""


def bounded(state: StateInline, _silent: bool) -> bool:
    """Count what is looked at."""
    state.env["work"].step()
    return False


def newline(state: StateInline, silent: bool) -> bool:
    """A line break is a line break."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.push("break", "br", 0)
    state.pos += 1
    return True


_SIGN = re.compile(r"[!-/:-@\[-`{-~]")


def backslash(state: StateInline, silent: bool) -> bool:
    """A backslash before a sign: the sign is no markup, and both are shown."""
    if state.src[state.pos] != "\\":
        return False
    end = state.pos + 2
    if end > state.posMax or _SIGN.match(state.src, state.pos + 1) is None:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


_TEX = 1000
"""Characters of a formula in a line, at most."""


def math(state: StateInline, silent: bool) -> bool:
    """TeX in a line, by the rules of pandoc, under which dollars may be prices."""
    end = _math_end(state.src, state.pos, min(state.posMax, state.pos + _TEX))
    if end < 0:
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content = state.src[state.pos : end]
    state.pos = end
    return True


def _math_end(text: str, start: int, limit: int) -> int:
    two = text[start : start + 2]
    closing = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}.get(two)
    if closing is not None:
        end = text.find(closing, start + 2, limit)
        return end + 2 if end > start + 2 else -1
    if text[start] != "$" or not two[1:] or two[1].isspace():
        return -1
    end = text.find("$", start + 1, limit)
    if end < 0 or text[end - 1] in " \t\n\\" or text.find("\n", start, end) >= 0:
        return -1
    after = text[end + 1 : end + 2]
    return -1 if "0" <= after <= "9" else end + 1


_TICKS = re.compile("`+")


def code(state: StateInline, silent: bool) -> bool:
    """Code in a line, with its line breaks."""
    text, start = state.src, state.pos
    opening = _TICKS.match(text, start)
    if opening is None:
        return False
    if not state.backticksScanned:
        # Where the last run of each length begins: before that place, there is one that closes.
        state.backticks = {len(run[0]): run.start() for run in _TICKS.finditer(text)}
        state.backticksScanned = True
    length = len(opening[0])
    state.pos = opening.end()
    if state.backticks[length] > start:
        runs = _TICKS.finditer(text, opening.end())
        closing = next(run for run in runs if len(run[0]) == length)
        state.pos = closing.end()
        if not silent:
            code = text[opening.end() : closing.start()]
            padded = code[0] == code[-1] == " " and code.strip(" ")
            state.push("code_inline", "code", 0).content = code[1:-1] if padded else code
    elif not silent:
        state.pending += opening[0]
    return True


_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f"
    "\ufe30-\ufe6f\uff01-\uffee\U0001b000-\U0001b2ff\U00020000-\U0003ffff]"
)


def _kind(sign: str) -> str:
    """A blank, punctuation, a sign of CJK (its punctuation, too), or a letter of another script."""
    if not sign or sign.isspace():
        return " "
    if _WIDE.match(sign):
        return "w"
    return "." if unicodedata.category(sign)[0] in "PS" else "a"


def _delimiters(state: StateInline, *, inside: bool) -> tuple[bool, bool, int]:
    """Whether a run of marks can open and close, and how long it is.

    By CommonMark's rule, with its amendment for CJK: such a letter or sign counts as a letter
    next to the marks, and as a blank on the other side of punctuation.
    """
    text, start = state.src, state.pos
    end = start
    while end < state.posMax and text[end] == text[start]:
        end += 1
    before = _kind(text[start - 1]) if start > 0 else " "
    after = _kind(text[end]) if end < state.posMax else " "
    opens = after != " " and (after != "." or before != "a")
    closes = before != " " and (before != "." or after != "a")
    if not inside:
        opens, closes = (
            (opens and (not closes or before == ".")),
            (closes and (not opens or after == ".")),
        )
    return opens, closes, end - start


def emphasis(state: StateInline, silent: bool) -> bool:
    """``*`` and ``_``, whose runs are matched by markdown-it."""
    mark = state.src[state.pos]
    if silent or mark not in "*_":
        return False
    opens, closes, length = _delimiters(state, inside=mark == "*")
    state.env["work"].step(length)
    for _ in range(length):
        _delimiter(state, mark, length, opens=opens, closes=closes)
    state.pos += length
    return True


def strike(state: StateInline, silent: bool) -> bool:
    """Two tildes strike; one, or more than two, are tildes."""
    mark = state.src[state.pos]
    if silent or mark != "~":
        return False
    opens, closes, length = _delimiters(state, inside=True)
    if length == 2:
        _delimiter(state, "~~", 0, opens=opens, closes=closes)
    else:
        state.pending += mark * length
    state.pos += length
    return True


def _delimiter(state: StateInline, mark: str, length: int, *, opens: bool, closes: bool) -> None:
    state.push("text", "", 0).content = mark
    place = len(state.tokens) - 1
    state.delimiters.append(Delimiter(ord(mark[0]), length, place, -1, opens, closes))


def line_break(state: StateInline, silent: bool) -> bool:
    """``<br>`` in the cell of a table, which has no other way to break a line."""
    found = _BR.match(state.src, state.pos) if state.env["work"].cell else None
    if found is None:
        return False
    if not silent:
        state.push("break", "br", 0)
    state.pos = found.end()
    return True


_BR = re.compile(r"<br[ \t]*/?>", re.IGNORECASE | re.ASCII)


def address(state: StateInline, silent: bool) -> bool:
    """An address on the web that stands in the text as it is."""
    text, at = state.src, state.pos
    if silent or state.linkLevel or text[at : at + 3] != "://":
        return False
    scheme = _SCHEME.search(text, max(0, at - 6), at)
    if scheme is None or not state.pending.endswith(scheme[1]):
        return False
    end = address_end(text, at + 3)
    written = text[at - len(scheme[1]) : min(end, state.posMax)]
    if end <= at + 3 or destination(written) is None:
        return False
    state.pending = state.pending[: -len(scheme[1])]
    state.push("link_open", "a", 1).attrs = {"href": written}
    state.tokens[-1].info = "auto"
    state.push("text", "", 0).content = written
    state.push("link_close", "a", -1)
    state.pos = at - len(scheme[1]) + len(written)
    return True


def link(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule, for what costs most of all."""
    if state.src[state.pos] != "[":
        return False
    state.env["work"].step(BEGINNING)
    return bool(LIBRARY["link"](state, silent))


_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9])(https?)\Z", re.IGNORECASE | re.ASCII)


def image(state: StateInline, silent: bool) -> bool:
    """``![name](address "title")``, which is named and never fetched."""
    if state.src[state.pos : state.pos + 2] != "![":
        return False
    state.env["work"].step(BEGINNING)
    closing = label_end(state, state.pos + 1)
    inner = _target(state.src, closing + 1, state.posMax) if closing >= 0 else None
    if inner is None:
        return False
    if not silent:
        address, title, _ = inner
        token = state.push("image", "", 0)
        token.content = state.src[state.pos + 2 : closing]
        token.attrs = {"src": address, "title": title}
    state.pos = inner[2]
    return True


def _past_blanks(text: str, start: int, limit: int) -> int:
    while start < limit and text[start] in " \t\n":
        start += 1
    return start


def _target(text: str, start: int, limit: int) -> tuple[str, str, int] | None:
    """What stands in the brackets behind a name: address and title, and where they end."""
    if text[start : start + 1] != "(":
        return None
    begin = _past_blanks(text, start + 1, limit)
    address = destination_as_written(text, begin, limit)
    place = address.pos if address.ok else begin
    pos = _past_blanks(text, place, limit)
    title = title_as_written(text, pos, limit)
    words = ""
    if title.ok and pos > place:
        words = title.str
        pos = _past_blanks(text, title.pos, limit)
    if pos >= limit or text[pos] != ")":
        return None
    return (address.str if address.ok else ""), words, pos + 1


def label_end(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N803 - its own name
    """Where the words of a link or of an image end that begin at ``start``; -1, if they do not."""
    before, depth, end = state.pos, 1, -1
    state.pos = start + 1
    while state.pos < state.posMax:
        state.env["work"].step()
        sign, at = state.src[state.pos], state.pos
        if sign == "]":
            depth -= 1
            if depth == 0:
                end = at
                break
        state.md.inline.skipToken(state)
        if sign == "[":
            if state.pos == at + 1:
                depth += 1
            elif disableNested:
                break
    state.pos = before
    return end


def destination_as_written(text: str, start: int, limit: int) -> Any:
    """As markdown-it's, with the address as it is written."""
    found = parseLinkDestination(text, start, limit)
    if found.ok:
        pointed = text[start] == "<"
        found.str = text[start + pointed : found.pos - pointed]
    return found


def title_as_written(text: str, start: int, limit: int, before: Any = None) -> Any:
    """As markdown-it's, with the title as it is written."""
    found = parseLinkTitle(text, start, limit, before)
    if found.ok:
        found.str = text[start + 1 : found.pos - 1]
    return found
