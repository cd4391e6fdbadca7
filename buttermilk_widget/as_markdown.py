"""Entries as markdown and as citations: the same words as the widget's own copies."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .messages import (
    Assessment,
    Differences,
    Divergence,
    Json,
    Judgement,
    Record,
    Research,
    ToolOutput,
)
from .patches import Answer, Question, RawFrame

if TYPE_CHECKING:
    from .patches import Body, Entry

_SERVER_SIDE = {
    "gap": "Connection",
    "trouble": "Server",
    "unknown": "Server",
    "question": "Question",
    "answer": "You",
    "event": "Event",
}
_MET = {True: "met", False: "not met", None: "open"}
_PREDICTION = {True: "in breach", False: "not in breach", None: "none"}


def who(entry: Entry) -> str:
    """Who an entry is from, as a reader calls them."""
    return entry.speaker.name if entry.speaker else _SERVER_SIDE.get(entry.body.kind, "An agent")


def iso(at: float) -> str:
    """A time in seconds since 1970 as ISO 8601, in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def markdown(entry: Entry) -> str:
    """The entry under a heading that says whose it is and when it came."""
    told = beside(entry)
    details = f"\nDetails:\n\n{_json(told)}\n" if told else ""
    return f"### {who(entry)} (entry {entry.id}, {iso(entry.at)})\n\n{said(entry.body)}\n{details}"


def beside(entry: Entry) -> dict[str, object]:
    """What the server told beside the words: only what there is."""
    told = {name: getattr(entry, name) for name in ("metadata", "tracing_link", "source")}
    return {name: value for name, value in told.items() if value}


def citation(entry: Entry, flow: str | None, server: str | None) -> str:
    """A sentence that says who said it, in which run, and when."""
    speaker = entry.speaker
    parts = [
        f"model {speaker.model}" if speaker and speaker.model else "",
        f"template {speaker.template}" if speaker and speaker.template else "",
    ]
    known = ", ".join(part for part in parts if part)
    name = f"{who(entry)} ({known})" if known else who(entry)
    run = f"a run of the flow {flow or '(unnamed)'} at {server or 'a server'}"
    return f"{name}, {entry.body.kind}, entry {entry.id} of {run}, {iso(entry.at)}."


def said(body: Body) -> str:  # noqa: C901 - one case a kind
    """What an entry says, as markdown."""
    match body:
        case Json():
            return _json(body.value)
        case ToolOutput():
            return f"Output of the tool {body.name}:\n\n{body.content}"
        case Record():
            title = f"**{body.title}**" if body.title else None
            return "\n\n".join(part for part in (title, body.uri, body.content) if part)
        case Judgement():
            return "\n".join(
                [
                    body.conclusion,
                    f"- prediction: {_PREDICTION[body.prediction]}",
                    f"- uncertainty: {body.uncertainty or 'not said'}",
                    *(f"{place}. {reason}" for place, reason in enumerate(body.reasons, 1)),
                ]
            )
        case Assessment():
            mean = "none" if body.correctness is None else f"{body.correctness:.3g}"
            criteria = (f"- {_MET[one.correct]}: {one.feedback}" for one in body.assessments)
            return "\n".join([f"Mean score: {mean}", *criteria])
        case Differences():
            return "\n\n".join([body.conclusion, *map(_divergence, body.divergences)])
        case Research():
            items = (
                f"{place}. {one.source}{f' (doi {one.doi})' if one.doi else ''}: {one.summary}"
                for place, one in enumerate(body.literature, 1)
            )
            return "\n".join([f"{body.response}\n", *items])
        case Question():
            options = f"\n\nOptions: {', '.join(body.options)}" if body.options else ""
            return body.content + options
        case Answer():
            return f"{body.verdict}: {body.content}"
        case RawFrame():
            return fenced(body.raw, "")
        case _:
            return body.content


def _divergence(divergence: Divergence) -> str:
    rows = [
        f"| {one.position} | {', '.join(expert.name for expert in one.experts)} |"
        for one in divergence.positions
    ]
    return "\n".join([f"| {divergence.topic} | held by |", "| :-- | :-- |", *rows])


def _json(value: object) -> str:
    return fenced(json.dumps(value, ensure_ascii=False, indent=2), "json")


def fenced(text: str, language: str) -> str:
    """A code block with a fence longer than any in the text, so that it ends where it should."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=2)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{text}\n{fence}"
