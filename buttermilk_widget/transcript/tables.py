"""The tables of a run: what each entry says, what was judged, and by which criteria it was scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from buttermilk_widget.protocol.lossless import written
from buttermilk_widget.protocol.messages import Assessment, Criterion, Judgement, Record, as_text

from .dataframe import table
from .entry_markdown import said
from .scores import COLUMNS
from .wording import share_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import JsonValue

    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Body, Entry, Labels

    from .scores import Scores

_ENTRY = [
    *("entry", "at", "server_time", "agent", "role", "model", "template", "criteria", "kind"),
    *("content", "text", "thought", "args", "results", "alt_text", "ground_truth", "metadata"),
    *("source", "tracing_link", "about", "message_id", "frame"),
]
_JUDGEMENT = [
    *COLUMNS,
    *("conclusion", "reasons", "record_id", "record_title"),
]
_CRITERION = [
    *("entry", "judgement", "judge", "scorer", "criterion", "name", "correct", "feedback"),
    *("correctness", "unread", "record_id", "record_title"),
]
_MAIN = ("content", "conclusion", "response", "raw")


def of_entries(
    entries: Entries, frame: Callable[[int], str | None], labels: Labels | None = None
) -> Any:
    """One row an entry: ``content`` is all of it as Markdown, the other columns are as it came.

    Raises:
        MissingExtra: pandas is not installed.
    """
    rows = (_entry(entry, frame(entry.id), labels) for entry in entries)
    words = set(_ENTRY) - {"entry", "at", "about"}
    return table(rows, _ENTRY, "entry", {"about": "Int64", **dict.fromkeys(words, "string")})


def _entry(entry: Entry, frame: str | None, labels: Labels | None) -> dict[str, Any]:
    speaker, body = entry.speaker, entry.body
    parts = {name: getattr(body, name, None) for name in ("thought", "alt_text")}
    values = {
        name: _json(getattr(body, name, None)) for name in ("args", "results", "ground_truth")
    }
    return {
        "entry": entry.id,
        "at": entry.at,
        "server_time": entry.server_time,
        "agent": speaker.called if speaker else None,
        "role": speaker.role if speaker else None,
        "model": speaker.model if speaker else None,
        "template": speaker.template if speaker else None,
        "criteria": _json(speaker.criteria) if speaker else None,
        "kind": body.kind,
        "content": said(entry, labels),
        "text": _words(body),
        **parts,
        **values,
        "metadata": _json({**getattr(body, "metadata", {}), **entry.metadata} or None),
        "source": entry.source,
        "tracing_link": entry.tracing_link,
        "about": entry.about,
        "message_id": entry.message_id,
        "frame": frame,
    }


def _words(body: Body) -> str | None:
    """What a body is there to say, as it came."""
    return next((getattr(body, name) for name in _MAIN if hasattr(body, name)), None)


def _json(value: JsonValue) -> str | None:
    return None if value is None else written(value)


def of_judgements(scores: Scores, entries: Entries) -> Any:
    """One row a judgement: its scores, what it concludes and why, and the record it is of.

    Raises:
        MissingExtra: pandas is not installed.
    """
    records = _records(entries)
    judged = {entry.id: entry.body for entry in entries if isinstance(entry.body, Judgement)}
    rows = (
        {
            **{name: getattr(row, name) for name in COLUMNS},
            "conclusion": judged[row.entry].conclusion,
            "reasons": judged[row.entry].reasons,
            **records[row.entry],
        }
        for row in scores
    )
    words = (
        *("judge", "model", "template", "criteria", "uncertainty", "left_out", "conclusion"),
        *("record_id", "record_title"),
    )
    types = {"prediction": "boolean", "mean": "float64", **dict.fromkeys(words, "string")}
    return table(rows, _JUDGEMENT, "entry", types)


def of_criteria(entries: Entries) -> Any:
    """One row a criterion of each assessment, or one if it has none; by its name or its number.

    The column ``unread`` has what could not be read, as JSON: a ``correct`` that is neither right
    nor wrong, a ``correctness`` that is no score from 0 to 1.

    Raises:
        MissingExtra: pandas is not installed.
    """
    types = {
        "judgement": "Int64",
        "criterion": "Int64",
        "correct": "boolean",
        "correctness": "float64",
        **dict.fromkeys(
            ("judge", "scorer", "name", "feedback", "unread", "record_id", "record_title"), "string"
        ),
    }
    return table(_criteria(entries), _CRITERION, "entry", types)


def _criteria(entries: Entries) -> Iterator[dict[str, Any]]:
    records = _records(entries)
    for entry in entries:
        body = entry.body
        if not isinstance(body, Assessment):
            continue
        judged = entries[entry.about] if entry.about else None
        names = _names(len(body.assessments), entry, judged)
        numbered: list[tuple[int | None, str | None, Criterion]] = [
            (place, name, one)
            for place, (name, one) in enumerate(zip(names, body.assessments, strict=True), 1)
        ]
        for place, name, one in numbered or [(None, None, Criterion())]:
            unread = body.unread | one.unread
            yield {
                "entry": entry.id,
                "judgement": entry.about,
                "judge": judged.speaker.called if judged and judged.speaker else None,
                "scorer": entry.speaker.called if entry.speaker else None,
                "criterion": place,
                "name": name,
                "correct": one.correct,
                "feedback": one.feedback,
                "correctness": share_of(body),
                "unread": written(unread) if unread else None,
                **records[judged.id if judged else entry.id],
            }


def _names(count: int, *entries: Entry | None) -> list[str]:
    """The names that the scorer, or else the judge, was given, if they are as many; or numbers."""
    for entry in entries:
        given = entry.speaker.criteria if entry and entry.speaker else None
        if isinstance(given, list) and len(given) == count:
            return [_name(one) for one in given]
    return [str(place) for place in range(1, count + 1)]


def _name(criterion: JsonValue) -> str:
    named = criterion.get("name") if isinstance(criterion, dict) else None
    return as_text(named or criterion)


def record_before(entries: Entries, number: int) -> Record | None:
    """The record that an entry is about: itself, or the last one before it."""
    for place in range(number, 0, -1):
        if isinstance(body := entries[place].body, Record):
            return body
    return None


def _records(entries: Entries) -> dict[int, dict[str, str | None]]:
    """For each entry, the id and the title of the record that it is about."""
    found: dict[int, dict[str, str | None]] = {}
    last: dict[str, str | None] = {"record_id": None, "record_title": None}
    for entry in entries:
        if isinstance(body := entry.body, Record):
            last = {"record_id": body.record_id, "record_title": body.title}
        found[entry.id] = last
    return found
