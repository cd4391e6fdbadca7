"""Any field of an entry as HTML, in the form that ``presentation.py`` gives it.

``js/src/text/fieldHtml.ts`` draws the same for the page, and ``tests/data/parity`` holds both to it.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from buttermilk_widget.protocol.decode import deeper_than
from buttermilk_widget.protocol.lossless import is_beyond, read, written
from buttermilk_widget.text import markdown as prose
from buttermilk_widget.text.budget import Budget, BudgetExceeded
from buttermilk_widget.text.html_writer import text_of
from buttermilk_widget.text.letters import visible
from buttermilk_widget.text.thoughts import thoughts

from .presentation import PRESENTATION, Form, of_mime

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = 8
"""Items of an object or a list that is open from the start, at the top."""

DEEPEST = 100
"""Levels of JSON that are drawn."""

NOTE = "Shown as it came: it would cost too much to draw."


def shown(field: str, value: Any, *, mime: str | None = None, name: str = "") -> str:
    """The value of a field, by the way to it (``"tool.args"``), as blocks of HTML. Never raises.

    ``mime`` is that of a record, and ``name`` stands before a value that is JSON.
    """
    if value is None:
        return ""
    form = PRESENTATION[field]
    if form is not Form.RECORD:
        return in_form(form, value, name)
    form = of_mime(mime)
    if form is not Form.JSON:
        return in_form(form, value)
    inner = parsed(value)
    return _output(value) if inner is NOTHING else _json(inner, "")


def in_form(form: Form, value: Any, name: str = "") -> str:
    """The value in a form, as blocks of HTML. Never raises."""
    if form is Form.JSON:
        return _json(inner_of(value), name)
    text = str(value)
    match form:
        case Form.MARKDOWN:
            return _content(text, _markdown)
        case Form.OUTPUT:
            return _content(text, _output)
        case Form.CODE:
            return f'<pre class="code" dir="ltr">{_first(text)}</pre>'
        case _:
            return lines(text)


def lines(text: str) -> str:
    """Words letter by letter, each paragraph in its own direction."""
    return f'<pre class="lines" dir="auto">{_first(text)}</pre>'


def _output(text: str) -> str:
    return f'<pre class="code" dir="auto">{_first(text)}</pre>'


def _first(text: str) -> str:
    """Text that is the first in its element: a parser of HTML would drop a line feed there."""
    made = text_of(visible(text))
    return f"\n{made}" if made.startswith("\n") else made


def fold(label: str, inner: str) -> str:
    """What is there for whoever wants it, under its name."""
    return f"<details><summary>{text_of(label)}</summary>{inner}</details>"


# --- Markdown, and the thoughts in it ------------------------------------------------------------


def _markdown(text: str) -> str:
    seen = visible(text)
    try:
        work = Budget(len(seen))
        parts = [_part(label, part, work) for label, part in thoughts(seen, work)]
    except BudgetExceeded:
        return f'<p class="quiet">{NOTE}</p>{lines(text)}'
    return f'<div class="markdown">{"".join(parts)}</div>'


def _part(label: str, text: str, work: Budget) -> str:
    if label not in ("", "Thought"):
        value = parsed(text)
        inner = _output(text.strip("\n")) if value is NOTHING else _json(value, "")
        return fold(label, inner)
    inner = prose.markdown(text, work)
    return fold(label, inner) if label else inner


# --- JSON ----------------------------------------------------------------------------------------

NOTHING = object()
"""In place of a value, where a text is no JSON."""


def inner_of(value: Any) -> Any:
    """The value; of a text that is an object or a list of JSON, that one."""
    found = parsed(value) if isinstance(value, str) else NOTHING
    return value if found is NOTHING else found


def parsed(text: str) -> Any:
    """The object or the list that a text is from end to end."""
    inner = text.strip(" \t\n\r")
    if inner[:1] + inner[-1:] not in ("{}", "[]"):
        return NOTHING
    try:
        value = read(inner)
    except (ValueError, RecursionError):
        return NOTHING
    return NOTHING if deeper_than(value, DEEPEST) else value


def _json(value: Any, name: str) -> str:
    text = written(value)
    try:
        return "".join(_tree(value, name, Budget(len(text)), 0))
    except BudgetExceeded:
        label = f'<p class="key">{text_of(name)}</p>' if name else ""
        return f'{label}<p class="quiet">{NOTE}</p>{in_form(Form.CODE, text)}'


def _tree(value: Any, name: str | None, work: Budget, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise BudgetExceeded
    work.element()
    key = ""
    if name:
        work.element()
        key = f'<span class="key" dir="auto">{text_of(visible(name))}: </span>'
    items: Any = None
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list | tuple):
        items = ((str(place), one) for place, one in enumerate(value))
    if items is None:
        work.element()
        yield f'<div class="leaf">{key}<span dir="auto">{text_of(_leaf(value))}</span></div>'
        return
    work.element()
    opened = " open" if depth == 0 and len(value) <= SMALL else ""
    kind = "object" if isinstance(value, dict) else "list"
    yield f"<details{opened}><summary>{key}{kind} of {len(value)}</summary>"
    for label, item in items:
        yield from _tree(inner_of(item), label, work, depth + 1)
    yield "</details>"


_LOOKS_ELSE = re.compile(
    r"true|false|null|-?[0-9.]+(?:[eE][+-]?[0-9]+)?|[ \t\n\r].*|.*[ \t\n\r]|", re.DOTALL
)


def _leaf(value: Any) -> str:
    """A text as it is, in quotes where it would look like a number, or like nothing."""
    if not isinstance(value, str):
        return written(value)
    short = len(value) < 100
    quoted = short and _LOOKS_ELSE.fullmatch(value) is not None and not is_beyond(value)
    return visible(written(value) if quoted else value)


# --- content in blocks ---------------------------------------------------------------------------

_WORDS = {"text": "text", "output_text": "text", "input_text": "text"}
THINKING = {"thinking": "thinking", "reasoning": "reasoning", "thought": "thought"}


def _content(text: str, plain: Any) -> str:
    """The text; of a list of content blocks their texts, and in prose, other JSON as JSON."""
    value = parsed(text)
    if value is NOTHING:
        return str(plain(text))
    if are_blocks(value):
        return "".join(_block(one, plain) for one in value)
    return _json(value, "") if plain is _markdown else str(plain(text))


def are_blocks(value: Any) -> bool:
    """Whether a value is a list of content blocks, with words in one of them at least."""
    return (
        isinstance(value, list)
        and all(isinstance(one, dict) and isinstance(one.get("type"), str) for one in value)
        and any(words_of(one) is not None for one in value)
    )


def words_of(block: dict[str, Any]) -> str | None:
    """Under which name a block has its words, if it is one of words."""
    kind = block["type"]
    name = _WORDS.get(kind) or THINKING.get(kind)
    return name if name and isinstance(block.get(name), str) else None


def _block(block: dict[str, Any], plain: Any) -> str:
    name = words_of(block)
    if name is None:
        return _json(block, "")
    words = str(plain(block[name]))
    more = {key: one for key, one in block.items() if key not in ("type", name) and one}
    drawn = fold("Thought", words) if block["type"] in THINKING else words
    return drawn + (_json(more, "") if more else "")


def attribute(text: str) -> str:
    """Text as it stands in an attribute."""
    return escape(visible(text))
