"""Whose an entry is, what it says in words, and how to cite it; ``entry_markdown.py`` has all of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from buttermilk_widget.conversation.labels import SEPARATOR, criteria_text
from buttermilk_widget.conversation.patches import Answer, Question, UnknownBody
from buttermilk_widget.protocol.lossless import written
from buttermilk_widget.protocol.messages import (
    Assessment,
    Differences,
    Divergence,
    Json,
    Judgement,
    Made,
    Record,
    Reference,
    Research,
    Text,
    ToolOutput,
)
from buttermilk_widget.text.letters import label, option_names
from buttermilk_widget.text.markdown_writer import fenced

from . import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import JsonValue

    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Agent, Body, Entry, Labels, Speaker
    from buttermilk_widget.protocol.messages import Expert

SHORT = 16
"""Digits of a hash in a citation."""

_SERVER_SIDE = {
    "gap": "Connection",
    "trouble": "Server",
    "unknown": "Server",
    "question": "Question",
    "answer": "You",
    "event": "Event",
}


def who(entry: Entry) -> str:
    """Who an entry is from, as a reader calls them."""
    if entry.speaker:
        return entry.speaker.called
    if isinstance(entry.body, Answer) and entry.body.by == "script":
        return "Script"
    return _SERVER_SIDE.get(entry.body.kind, "An agent")


def iso(at: float) -> str:
    """A time in seconds since 1970 as ISO 8601, in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation says of the run.

    Attributes:
        flow: The flow's name.
        server: The server's address.
        record: What the entry is about, by its title and its id.
        software: What recorded it, and its version.
        digest: The hash of the transcript.
    """

    flow: str | None = None
    server: str | None = None
    record: str = ""
    software: str = ""
    digest: str = ""


def other_source(entry: Entry) -> str | None:
    """Who the server says that it is from, if this is not the speaker's own name or key."""
    speaker = entry.speaker
    known = (speaker.key, speaker.name) if speaker else ()
    return None if entry.source in known else entry.source


def titled(record: Record) -> str:
    """A record by its title and its id, as far as it has them."""
    title = f"“{label(record.title)}”" if record.title else ""
    known = label(record.record_id or record.uri or "")
    return f"{title} ({known})" if title and known else title or known


def about(who: Speaker | Agent | None, by: str = SEPARATOR) -> str:
    """What is known of how an agent works, beyond what its label says already."""
    if who is None:
        return ""
    told = who.called.lower().split(SEPARATOR)
    known = (
        ("", who.role),
        ("model ", who.model),
        ("template ", who.template),
        ("criteria ", criteria_text(who.criteria)),
    )
    facts = (f"{what}{value}" for what, value in known if value and value.lower() not in told)
    return label(by.join(facts))


def citation(entry: Entry, cited: Cited) -> str:
    """A sentence that says who said it, in which run, and when; and what the run is known by."""
    known = about(entry.speaker, ", ")
    name = f"{label(who(entry))} ({known})" if known else label(who(entry))
    run = (
        f"a run of the flow {label(cited.flow or '') or '(unnamed)'} "
        f"at {label(cited.server or '') or 'a server'}"
    )
    record = f" on {cited.record}" if cited.record else ""
    sources = [label(cited.software), f"transcript {short(cited.digest)}" if cited.digest else ""]
    source = "; ".join(part for part in sources if part)
    sentence = f"{name}, {entry.body.kind}, entry {entry.id} of {run}{record}, {iso(entry.at)}."
    return f"{sentence} {source}." if source else sentence


def short(digest: str) -> str:
    """A hash by its beginning, which tells one run from any other."""
    kind, _, digits = digest.rpartition(":")
    return f"{kind}:{digits[:SHORT]}"


def body_to_markdown(
    body: Body, labels: Labels | None = None, entries: Entries | None = None
) -> str:
    """What an entry says, as markdown, and what came with it and could not be read.

    Args:
        body: The entry's body.
        labels: The study's words for predictions.
        entries: The labelled entries around it, for the names of those who hold a position.
    """
    words = _said(body, labels, entries)
    beside = as_it_came(body.unread) if isinstance(body, Made) else ""
    return "\n\n".join(part for part in (words, beside) if part)


def as_it_came(unread: dict[str, JsonValue]) -> str:
    """What could not be read, by the name that it came under."""
    known = (f"{label(name)}: {code(written(value))}" for name, value in unread.items())
    return f"As it came: {'; '.join(known)}" if unread else ""


def _in_line(made: Made) -> str:
    """The same, of a part of a payload: after it, on its line."""
    return f" ({as_it_came(made.unread)})" if made.unread else ""


def _said(  # noqa: C901 - one case a kind
    body: Body, labels: Labels | None, entries: Entries | None
) -> str:
    match body:
        case Json():
            return _json(body.value)
        case Text():
            return _paragraphs(body.thought or "", body.content)
        case ToolOutput():
            asked = "" if body.args is None else f"Arguments:\n\n{_json(body.args)}"
            gave = "" if body.results is None else f"Results:\n\n{_json(body.results)}"
            output = f"Output of the tool {label(body.name)}:\n\n{body.content}"
            return _paragraphs(asked, output, gave)
        case Record():
            title = f"**{body.title}**" if body.title else ""
            truth = "" if body.ground_truth is None else _json(body.ground_truth)
            parts = (title, body.uri, body.content, body.alt_text, truth)
            return _paragraphs(*(part or "" for part in parts))
        case Judgement():
            sure = f" · uncertainty: {body.uncertainty}" if body.uncertainty else ""
            marks = f"{wording.prediction(body, labels)}{sure}"
            return _paragraphs(body.conclusion, marks, _numbered(body.reasons))
        case Assessment():
            return "\n".join(_assessment(body))
        case Differences():
            tables = (_divergence(one, entries) for one in body.divergences)
            return _paragraphs(body.conclusion, *tables)
        case Research():
            return _paragraphs(body.response, _numbered(map(_reference, body.literature)))
        case Question():
            names = ", ".join(option_names(body.options))
            options = f"\n\nOptions ({len(body.options)}): {names}" if body.options else ""
            return body.content + options
        case Answer():
            return f"{body.verdict}: {body.content}"
        case UnknownBody():
            return fenced(body.raw, "")
        case _:
            return body.content


def _assessment(body: Assessment) -> Iterator[str]:
    yield f"Mean score: {wording.mean_score(body) or 'none'}"
    if body.assessments:
        yield f"Criteria: {wording.right(body.assessments)}"
    for one in body.assessments:
        yield item("- ", f"{wording.correct(one)}: {one.feedback}{_in_line(one)}")


def _reference(one: Reference) -> str:
    doi = f"(doi {one.doi})" if one.doi else ""
    source = " ".join(part for part in (one.source, doi) if part)
    return f"{f'{source}: ' if source else ''}{one.summary}{_in_line(one)}"


def _divergence(divergence: Divergence, entries: Entries | None) -> str:
    rows = [
        f"| {cell(one.position + _in_line(one))} | {cell(_experts(one.experts, entries))} |"
        for one in divergence.positions
    ]
    topic = cell(f"{divergence.topic}{_in_line(divergence)}")
    return "\n".join([f"| {topic} | held by |", "| :-- | :-- |", *rows])


def _experts(experts: Iterable[Expert], entries: Entries | None) -> str:
    return ", ".join(f"{_holder(expert, entries)}{_in_line(expert)}" for expert in experts)


def _holder(expert: Expert, entries: Entries | None) -> str:
    """Who holds a position, with the label of the agent that took it if the name is another."""
    taken = entries.of_message(expert.answer_id) if entries is not None else None
    name, known = wording.held_by(expert.name, taken.speaker if taken else None)
    return f"{name} ({known})" if name and known else name or known


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _numbered(items: Iterable[str]) -> str:
    return "\n".join(item(f"{place}. ", one) for place, one in enumerate(items, 1))


def item(mark: str, text: str) -> str:
    """An item of a list, with all of its lines and paragraphs inside it."""
    first, *others = text.split("\n")
    indent = " " * len(mark)
    return "\n".join([f"{mark}{first}", *(f"{indent}{line}" if line else "" for line in others)])


def cell(text: str) -> str:
    """Words that stay in one cell of a table, with their lines."""
    return text.replace("|", "\\|").replace("\n", "<br>")


def code(text: str) -> str:
    """A text on one line as code, between more backticks than any in it."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    ticks = "`" * (longest + 1)
    return f"{ticks} {text} {ticks}" if longest else f"{ticks}{text}{ticks}"


def _json(value: object) -> str:
    return fenced(json.dumps(value, ensure_ascii=False, indent=2), "json")
