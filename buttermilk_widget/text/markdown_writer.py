r"""Tokens of agents' Markdown as Markdown that no renderer can take for more than it is.

An export is read by programs that we do not know. So what is written here uses the least of the
language, in the form on which all of them agree, and every character of the text that could mean
anything is escaped. Backslashes and dollars stand as code, which is the one place where no renderer
takes them for an escape or for TeX. Emphasis is written where every renderer ends it at the same
place, and else as the marks that were typed. An image is its name and its address, HTML is letters, a
definition of a link is text, and a heading is a bold line: headings are the document's own.

``js/src/text/markdownWriter.ts`` does the same for the clipboard; ``tests/data/written`` holds both to it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .addresses import destination
from .budget import BudgetExceeded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

DEEPEST = 12
"""Levels of quotes (one) and lists (two): markdown-it leaves out what is deeper than 20."""

WIDEST = 4
"""Cells that renderers make of a table's row for each that is written: they fill rows up."""

_SPECIAL = re.compile(
    r"[$\\]+|[`*\[\]<|~@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#A-Za-z])|:(?=/)|(?<=[wW]{3})\."
)
_BEGINS = re.compile(r"[-+=#>:]|[0-9]{1,9}(?=[.)])")
_TICKS = re.compile("`+")
_SAFE = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20\x7f<>\"\\^`{|}\[\]$]+", re.IGNORECASE)
_AS_IT_IS = re.compile(r"https?://(?!.*xn--)[A-Za-z0-9._~:/?#!*+,;=-]+", re.IGNORECASE)
"""Addresses whose words no renderer changes: some decode what is encoded in them."""
_ENTITY = re.compile(r"&#?[A-Za-z0-9]+;")
_TASK = re.compile(r"\[([ xX])\](?=[ \t])")
_MARKS = {
    f"{kind}_{side}": mark
    for kind, mark in (("em", "*"), ("strong", "**"), ("s", "~~"))
    for side in ("open", "close")
}
_CLOSING_SIGNS = frozenset(".,;:!?)")
_ALIGNED = {"left": ":--", "center": ":-:", "right": "--:"}


def quoted(text: str) -> str:
    """The blocks in a quote: whatever is open in it ends with it."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def fenced(text: str, language: str = "") -> str:
    """A code block with a fence longer than any in the text, so that it ends where it should."""
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=2)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def plain(text: str) -> str:
    """One line of words of which nothing is markup."""
    line = _Line()
    line.text(text)
    return line.written()


def words(text: str) -> str:
    """A paragraph of such a line: it begins no block either."""
    return _begun(plain(text))


def address(text: str) -> str:
    """An address, as a link if it leads to the web or to mail, and every renderer reads it alike."""
    if not _leads(text):
        return plain(text)
    return f"<{text}>" if _AS_IT_IS.fullmatch(text) else f"[{plain(text)}](<{text}>)"


def listed(items: Sequence[str], marker: str = "-") -> str:
    """Items of a list, each one block or several; ``marker`` may be ``1.``, which counts."""
    counts = marker == "1."
    made = [_item(f"{n}." if counts else marker, one) for n, one in enumerate(items, 1)]
    return ("\n\n" if any("\n" in one for one in made) else "\n").join(made)


def _item(marker: str, text: str) -> str:
    first, *others = text.split("\n")
    indent = " " * (len(marker) + 1)
    lines = [
        f"{marker} {first}" if first else marker,
        *(f"{indent}{line}" if line else "" for line in others),
    ]
    return "\n".join(lines)


def _leads(text: str) -> bool:
    plain = _SAFE.fullmatch(text) is not None and _ENTITY.search(text) is None
    return plain and destination(text) is not None


def _begun(line: str) -> str:
    """A line that begins no block."""
    line = line.strip(" \t")
    begins = _BEGINS.match(line)
    if begins is None:
        return line
    if begins[0].isdigit():
        return f"{begins[0]}\\{line[begins.end() :]}"
    return f"\\{line}"


# --- what is in a block --------------------------------------------------------------------------


def code(text: str) -> str:
    """A line as code, between more backticks than any in it."""
    longest = max((len(ticks) for ticks in _TICKS.findall(text)), default=0)
    ticks = "`" * (longest + 1)
    padded = text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and text.strip(" "))
    return f"{ticks} {text} {ticks}" if padded else f"{ticks}{text}{ticks}"


class _Line:
    """A line as it is written. Code beside code is one, as their backticks would be.

    In the ``cell`` of a table bars are escaped in code, too: renderers part the cells first.
    """

    __slots__ = ("_cell", "_code", "_parts")

    def __init__(self, *, cell: bool = False) -> None:
        self._parts: list[str] = []
        self._cell = cell
        self._code = ""

    @property
    def last(self) -> str:
        """The sign that it ends with so far."""
        return "`" if self._code else self._parts[-1][-1] if self._parts else ""

    def mark(self, signs: str) -> None:
        """Markup, as it is."""
        if self._code:
            made = code(self._code)
            self._parts.append(made.replace("|", "\\|") if self._cell else made)
            self._code = ""
        if signs:
            self._parts.append(signs)

    def code(self, text: str) -> None:
        """What stands as code."""
        self._code += text

    def text(self, text: str) -> None:
        """What is only text."""
        if _SPECIAL.search(text) is None:
            self._plain(text)
            return
        done = 0
        for found in _SPECIAL.finditer(text):
            self._plain(text[done : found.start()])
            done = found.end()
            if found[0][0] in "$\\":
                self.code(found[0])
            else:
                self.mark("&#96;" if found[0] == "`" else f"\\{found[0]}")
        self._plain(text[done:])

    def _plain(self, text: str) -> None:
        if text:
            self.mark(text)

    def written(self) -> str:
        """The line."""
        self.mark("")
        return "".join(self._parts)


class _Inline:
    """Writes what is in a block, line by line."""

    def __init__(self, tokens: Sequence[Token], *, cell: bool = False) -> None:
        # Beside the marks of emphasis, the parser leaves empty texts.
        self._tokens = [one for one in tokens if one.type != "text" or one.content]
        self._cell = cell
        self._lines = [_Line(cell=cell)]
        self._links: list[str] = []
        self._auto = False  # whether what comes is an address, and a link
        self._closers = set[int]()
        self._closed = -1

    def lines(self) -> list[str]:
        """The lines."""
        opened = _matched(self._tokens)
        for place, token in enumerate(self._tokens):
            if token.type in _MARKS:
                self._emphasis(place, token, opened.get(place, -1))
            else:
                self._one(token)
        return [line.written() for line in self._lines]

    @property
    def _line(self) -> _Line:
        return self._lines[-1]

    def task(self) -> None:
        """Draw the box of a task that the text begins with."""
        first = self._tokens[0] if self._tokens else None
        box = _TASK.match(first.content) if first is not None and first.type == "text" else None
        if first is not None and box is not None:
            self._line.mark("☐" if box[1] == " " else "☑")
            self._tokens[0] = first.copy(content=first.content[3:])

    def _one(self, token: Token) -> None:
        match token.type:
            case "text" if self._auto:
                self._line.mark(address(token.content))
                self._auto = False
            case "text":
                self._line.text(token.content)
            case "break":
                self._lines.append(_Line(cell=self._cell))
            case "code_inline" | "math":
                self._codes(token.content)
            case "image":
                self._line.text(f"image: {token.content}" if token.content else "image")
                self._beside(f"not fetched: {token.attrGet('src')}", str(token.attrGet("title")))
            case "link_open":
                self._link(
                    str(token.attrGet("href")), str(token.attrGet("title") or ""), token.info
                )
            case _:  # link_close
                self._close(self._links.pop())

    def _codes(self, text: str) -> None:
        for place, line in enumerate(text.split("\n")):
            if place:
                self._lines.append(_Line(cell=self._cell))
            if line:
                self._line.code(line)

    def _beside(self, text: str, title: str) -> None:
        named = f'{text} "{title}"' if title else text
        for place, line in enumerate(f" ({named})".split("\n")):
            if place:
                self._lines.append(_Line(cell=self._cell))
            self._line.text(line)

    def _link(self, to: str, title: str, info: str) -> None:
        host = destination(to)
        if info == "auto":
            self._auto = _leads(to) and to[:4].lower() == "http"
            self._line.text("<" if host is None else "")
            self._links.append("\n>" if host is None else "")
        elif host is None or not _leads(to):
            what = "not a link" if host is None else "link"
            self._links.append(f" {what}: {to}\n{title}")
        else:
            self._line.mark("[")
            self._links.append(f"]{to}\n{title}")

    def _close(self, made: str) -> None:
        """End a link: what it was begun with says how."""
        kind, (to, _, title) = made[:1], made[1:].partition("\n")
        if kind == "]":
            self._line.mark(f"](<{to}>)")
            self._beside(str(destination(to)), title)
        elif kind == " ":
            self._beside(to, title)
        elif kind:
            self._line.text(">")

    def _emphasis(self, place: int, token: Token, partner: int) -> None:
        mark = _MARKS[token.type]
        if token.nesting > 0 and self._opens(place) and self._closes(partner):
            self._closers.add(partner)
            self._line.mark(mark)
        elif place in self._closers:
            self._line.mark(mark)
            self._closed = place
        else:
            self._line.text(token.markup)

    def _opens(self, place: int) -> bool:
        """Whether every renderer takes a mark at this place for a beginning."""
        before, after = self._line.last, self._sign(place, 1)
        if before == "" or before.isspace():
            return after != "" and not after.isspace()
        return _is_letter(after) and not _is_letter(before) and self._closed != place - 1

    def _closes(self, place: int) -> bool:
        """Whether every renderer takes a mark at this place for an end."""
        before, after = self._sign(place, -1), self._sign(place, 1)
        ends = after == "" or after.isspace() or after in _CLOSING_SIGNS
        return _is_letter(before) or (before != "" and not before.isspace() and ends)

    def _sign(self, place: int, step: int) -> str:
        """The sign before or after a mark, beyond the marks beside it; none at a line's end."""
        place += step
        while 0 <= place < len(self._tokens):
            token = self._tokens[place]
            if token.type == "text":
                return token.content[0] if step > 0 else token.content[-1]
            if token.type == "break":
                return ""
            if token.type not in _MARKS:
                return "`"  # code, a link or an image: a sign that is no letter
            place += step
        return ""


def _matched(tokens: Sequence[Token]) -> dict[int, int]:
    """Where the emphasis ends that begins at a place."""
    ends: dict[int, int] = {}
    waiting: list[int] = []
    for place, token in enumerate(tokens):
        if token.type not in _MARKS:
            continue
        if token.nesting > 0:
            waiting.append(place)
        else:
            ends[waiting.pop()] = place
    return ends


def _is_letter(sign: str) -> bool:
    return sign != "" and unicodedata.category(sign)[0] in "LN"


# --- blocks --------------------------------------------------------------------------------------


@dataclass
class _Container:
    """A quote, a list, an item or a table that is not at its end yet."""

    token: Token | None = None
    blocks: list[str] = field(default_factory=list)
    items: list[tuple[Token, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    aligned: list[str] = field(default_factory=list)

    def put(self, block: str) -> None:
        if block:
            self.blocks.append(block)

    def written(self) -> str:
        return "\n\n".join(self.blocks)


class MarkdownWriter:
    """Writes blocks of tokens."""

    def __init__(self) -> None:
        self._open = [_Container()]
        self._task = False  # whether the next words begin an item

    def blocks(self, tokens: Iterable[Token]) -> str:
        """All of them, with an empty line between two.

        Raises:
            TooMuch: they are nested deeper than renderers follow.
        """
        for token in tokens:
            if token.nesting > 0:
                self._begin(token)
            elif token.nesting < 0:
                self._end(token)
            else:
                self._block(token)
        return self._open[0].written()

    def _begin(self, token: Token) -> None:
        match token.type:
            case "blockquote_open" | "bullet_list_open" | "ordered_list_open" | "list_item_open":
                self._open.append(_Container(token))
                if len(self._open) > DEEPEST + 1:
                    raise BudgetExceeded
                self._task = token.type == "list_item_open"
            case "table_open":
                self._open.append(_Container(token))
            case "tr_open":
                self._open[-1].rows.append([])
            case "cell_open" if token.tag == "th":
                self._open[-1].aligned.append(token.info)
            case "heading_open":
                self._open.append(_Container(token))
            case _:  # a paragraph, a cell, or a part of a table
                pass

    def _end(self, token: Token) -> None:
        if token.type not in (
            *("blockquote_close", "bullet_list_close", "ordered_list_close", "list_item_close"),
            *("table_close", "heading_close"),
        ):
            return
        done = self._open.pop()
        around = self._open[-1]
        self._task = False
        match token.type:
            case "blockquote_close":
                around.put(quoted(done.written()))
            case "list_item_close" if done.token is not None:
                around.items.append((done.token, done.written()))
            case "table_close":
                around.put(_table(done.rows, done.aligned))
            case "heading_close":
                around.put(f"**{done.written()}**" if done.blocks else "")
            case _:
                around.put(_list(done.items))

    def _block(self, token: Token) -> None:
        around = self._open[-1]
        match token.type:
            case "inline":
                made = _Inline(token.children or [], cell=token.info == "cell")
                if self._task:
                    made.task()
                lines = made.lines()
                if token.info == "cell":
                    around.rows[-1].append("<br>".join(line.strip(" \t") for line in lines))
                else:
                    around.put(paragraph(lines))
            case "hr":
                around.put("___")
            case "fence" | "code_block":
                around.put(words(token.info))
                around.put(fenced(token.content.removesuffix("\n")))
            case _:  # a display of TeX
                around.put(fenced(token.content))
        self._task = False


def paragraph(lines: Iterable[str]) -> str:
    """Lines of markup as a paragraph in which each is a line."""
    return "\\\n".join(line for line in map(_begun, lines) if line)


def _list(items: Sequence[tuple[Token, str]]) -> str:
    """A list. Renderers count for themselves: numbers that they would change are words."""
    first = items[0][0]
    if not first.info:
        return _joined([_item(token.markup, text) for token, text in items])
    numbers = [token.info for token, _ in items]
    start = int(numbers[0])
    if numbers == [str(start + place) for place in range(len(numbers))]:
        return _joined([_item(f"{token.info}{token.markup}", text) for token, text in items])
    marked = ((f"{token.info}\\{token.markup}", text) for token, text in items)
    return _joined([_item("-", f"{one}\n\n{text}" if text else one) for one, text in marked])


def _joined(items: Sequence[str]) -> str:
    return ("\n\n" if any("\n" in one for one in items) else "\n").join(items)


def _table(rows: Sequence[Sequence[str]], aligned: Sequence[str]) -> str:
    """A table whose rows have as many cells as its head, or its rows as lines.

    Renderers leave out cells beyond the head, and fill the others up: both is changed here.
    """
    width = max(map(len, rows))
    if width * len(rows) > WIDEST * sum(map(len, rows)) + 100:
        return paragraph(" \\| ".join(row) for row in rows)
    head = [*rows[0], *[""] * (width - len(rows[0]))]
    aligns = [_ALIGNED.get(one, "---") for one in aligned]
    lines = [head, [*aligns, *["---"] * (width - len(aligns))], *rows[1:]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
