"""An entry as Markdown that holds all of it, and that no word in it can forge.

The fields come in the order of ``presentation.py``, each in its form: prose is written anew from its
tokens (``markdown_writer.py``), plain words and JSON stand in code blocks. What was said is in a quote or in
a code block, so that what is open in it ends with it; headings, titles and lists outside are ours.

``js/src/entries/entryMarkdown.ts`` writes the same for the clipboard, and ``tests/data/written`` holds both to it.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from buttermilk_widget.protocol.lossless import written
from buttermilk_widget.text import markdown as prose
from buttermilk_widget.text.budget import Budget, BudgetExceeded
from buttermilk_widget.text.letters import label, visible
from buttermilk_widget.text.markdown_writer import (
    MarkdownWriter,
    address,
    fenced,
    listed,
    plain,
    quoted,
    words,
)
from buttermilk_widget.text.thoughts import thoughts

from . import wording
from .captions import about, iso, who
from .field_html import NOTE, NOTHING, THINKING, are_blocks, inner_of, parsed, words_of
from .presentation import PRESENTATION, Form, of_mime
from .wording import AS_IT_CAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from buttermilk_widget.conversation.patches import Body, Entry, Labels

GROWTH = 8
"""How many times as long as the text its Markdown may be."""

_UNTITLED = frozenset(
    (
        "content",
        "conclusion",
        "response",
        "value",
        "raw",
        "feedback",
        "summary",
        "topic",
        "position",
    )
)
"""What an entry, or a part of it, is there to say."""

_BLANK = frozenset(("answer.selection", "question.options"))
"""Choices, of which a blank one is one too."""

_TIMES = frozenset(("gap.began", "gap.until"))


def markdown(entry: Entry, labels: Labels | None = None) -> str:
    """The entry under a heading that says whose it is and when it came.

    Args:
        entry: The entry, with its agent under its label.
        labels: The study's words for predictions.
    """
    heading = f"### {name(who(entry))} ({entry.body.kind}, entry #{entry.id}, {iso(entry.at)})"
    parts = [heading, " · ".join(_known(entry)), said(entry, labels)]
    return "\n\n".join(part for part in parts if part) + "\n"


def said(entry: Entry, labels: Labels | None = None) -> str:
    """What the entry says, and what the server told beside it, with no heading."""
    return "\n\n".join([*_blocks(entry.body, labels), *_beside(entry)])


def name(text: str) -> str:
    """A name of anybody's, on one line."""
    return words(label(text))


def _known(entry: Entry) -> Iterator[str]:
    """How who says it works, and what it has to do with other entries."""
    if known := about(entry.speaker):
        yield plain(known)
    if entry.server_time:
        yield f"server time {plain(label(entry.server_time))}"
    if entry.about is not None:
        yield f"about #{entry.about}"
    if entry.replies:
        yield f"replies {', '.join(f'#{number}' for number in entry.replies)}"


def _beside(entry: Entry) -> Iterator[str]:
    """What the server told beside the words: only what there is."""
    lines = []
    if entry.source:
        lines.append(f"source: {plain(label(entry.source))}")
    if entry.tracing_link:
        lines.append(f"trace: {address(label(entry.tracing_link))}")
    if lines:
        yield listed(lines)
    if entry.metadata:
        yield from _titled("metadata", [_json(entry.metadata)])


# --- the fields of a body ------------------------------------------------------------------------


def _blocks(body: Body, labels: Labels | None) -> Iterator[str]:
    """Its fields, in their order; those of a line each make a list."""
    lines: list[str] = []
    for line, blocks in _fields(body.kind, body, labels):
        if line:
            lines.append(line)
            continue
        if lines:
            yield listed(lines)
            lines = []
        yield from blocks
    if lines:
        yield listed(lines)


def _fields(way: str, model: Any, labels: Labels | None) -> Iterator[tuple[str, list[str]]]:
    """Each field that there is, as a line or as blocks."""
    for field in _names(way):
        value, path = getattr(model, field), f"{way}.{field}"
        form = PRESENTATION.get(path)
        if line := _result(path, model, labels):
            yield line, []
        elif form is None:
            parts = [_part(path, one) for one in value]
            yield "", _titled(field, [listed(parts, "1.")]) if parts else []
        elif form in (Form.OURS, Form.LABEL, Form.ADDRESS):
            yield from _short(path, field, form, value)
        elif value is not None and value not in ("", {}, ()):
            form = of_mime(model.mime) if form is Form.RECORD else form
            if isinstance(value, tuple):
                made = [listed([_theirs(form, one) for one in value], "1.")]
            else:
                made = [_theirs(form, value)]
            yield "", made if field in _UNTITLED else _titled(field, made)


def _result(path: str, model: Any, labels: Labels | None) -> str:
    """A result in words, with what came in its place; nothing, if the field is none."""
    match path:
        case "judgement.prediction":
            return plain(wording.prediction(model, labels))
        case "assessment.correctness":
            return f"mean score: {plain(wording.mean_score(model)) or 'none'}"
        case "assessment.assessments.correct":
            return plain(wording.correct(model))
        case _:
            return ""


@cache
def _names(way: str) -> tuple[str, ...]:
    """The fields below a way, each once."""
    begin = f"{way}."
    below = (path[len(begin) :] for path in PRESENTATION if path.startswith(begin))
    return tuple(dict.fromkeys(path.partition(".")[0] for path in below))


def _part(way: str, part: Any) -> str:
    """A part of a body as an item of a list: its lines are one."""
    lines, blocks = [], []
    for line, some in _fields(way, part, None):
        if line:
            lines.append(line)
        blocks += some
    return "\n\n".join([*([" · ".join(lines)] if lines else []), *blocks])


def _titled(field: str, blocks: list[str]) -> list[str]:
    return [f"**{_title(field)}**", *blocks]


def _title(field: str) -> str:
    return AS_IT_CAME if field == "unread" else field.replace("_", " ")


def _short(path: str, field: str, form: Form, value: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, tuple) and form is Form.LABEL:
        if value:
            yield "", _titled(field, [listed([_line(path, form, one) for one in value], "1.")])
        return
    line = (
        ", ".join(_line(path, form, one) for one in value)
        if isinstance(value, tuple)
        else _line(path, form, value)
    )
    if line:
        yield f"{_title(field)}: {line}", []


def _line(path: str, form: Form, value: Any) -> str:
    """A value on one line; nothing, if there is none."""
    if value is None:
        return "none" if path == "question.confirms" else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return iso(value) if path in _TIMES else number(value)
    text = label(str(value))
    if form is Form.ADDRESS:
        return address(text)
    return plain(text) or ("(blank option)" if path in _BLANK else "")


def number(value: float) -> str:
    """A number with all of its digits, as JavaScript writes it."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if 1e-4 <= abs(value) < 1e15:
        return repr(float(value))
    return format(Decimal(value), ".6e")


# --- forms ---------------------------------------------------------------------------------------


def _theirs(form: Form, value: Any) -> str:
    """What was said, apart from what we say: in a code block, or else in a quote."""
    made = written_in(form, value)
    return made[0] if len(made) == 1 and made[0].startswith("```") else quoted("\n\n".join(made))


def written_in(form: Form, value: Any) -> list[str]:
    """The value in a form, as blocks of Markdown. Never raises."""
    if form is Form.JSON:
        return [_json(inner_of(value))]
    text = str(value)
    match form:
        case Form.MARKDOWN:
            return _content(text, markdown=True)
        case Form.OUTPUT:
            return _content(text, markdown=False)
        case Form.LINES if _is_line(text):
            return [words(visible(text))]
        case _:
            return [fenced(visible(text))]


def _is_line(text: str) -> bool:
    """Whether nothing in a text is lost in a paragraph, in which blanks are one."""
    seen = visible(text)
    return seen == " ".join(seen.split())


def _json(value: Any) -> str:
    """JSON in a block of code; indented, unless it is so deep that the blanks would be most of it."""
    text, flat = written(value, 2), written(value)
    return fenced(visible(text if len(text) <= GROWTH * len(flat) else flat), "json")


def _content(text: str, *, markdown: bool) -> list[str]:
    """The text; of a list of content blocks their texts, and in prose, other JSON as JSON."""
    value = parsed(text)
    if value is NOTHING:
        return _prose(text) if markdown else [fenced(visible(text))]
    if are_blocks(value):
        return [made for one in value for made in _block(one, markdown=markdown)]
    return [_json(value)] if markdown else [fenced(visible(text))]


def _block(block: dict[str, Any], *, markdown: bool) -> list[str]:
    name = words_of(block)
    if name is None:
        return [_json(block)]
    made = _prose(block[name]) if markdown else [fenced(visible(block[name]))]
    if block["type"] in THINKING:
        made = _titled("Thought", [quoted("\n\n".join(made))])
    more = {key: one for key, one in block.items() if key not in ("type", name) and one}
    return [*made, _json(more)] if more else made


def _prose(text: str) -> list[str]:
    """Markdown as Markdown, with the thoughts in it; as it came, if that is too much."""
    seen = visible(text)
    try:
        work = Budget(len(seen))
        parts = list(_parts(thoughts(seen, work), work))
    except BudgetExceeded:
        return [f"*{NOTE}*", fenced(seen)]
    if sum(map(len, parts)) > GROWTH * len(seen) + 1_000:
        return [f"*{NOTE}*", fenced(seen)]
    return [part for part in parts if part]


def _parts(parts: Iterable[tuple[str, str]], work: Budget) -> Iterator[str]:
    for title, text in parts:
        if title in ("", "Thought"):
            made = MarkdownWriter().blocks(prose.read(text, work))
            if title:
                yield "**Thought**"
                made = quoted(made)
            yield made
            continue
        yield f"**{plain(title)}**"
        value = parsed(text)
        yield fenced(text.strip("\n")) if value is NOTHING else _json(value)
