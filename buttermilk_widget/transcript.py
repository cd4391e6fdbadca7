"""The finished, frozen reading of a run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from pydantic import TypeAdapter

from . import as_html, as_markdown, excerpts, style
from .conversation import Frame
from .decisions import Decision, ledger
from .errors import BadTranscript
from .frames import DEEPEST, deeper_than
from .history import Entries
from .messages import Assessment
from .patches import Agent, Entry
from .provenance import Provenance, card_of
from .scores import Scores
from .tables import table

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import Self

    from .conversation import Conversation
    from .patches import Card

VERSION = 1

_AROUND = 10
"""Levels of a transcript's file around what came in a frame."""


class Transcript:
    """What was said in a run, with its frames, as it was when this was made.

    ``transcript[17]`` is the entry marked #17, and ``transcript[3:6]`` are the entries 3, 4 and 5.

    Attributes:
        entries: What was said, in order.
        agents: Who took part.
        frames: What went over the wire; ``entry.frame`` is the index of an entry's own.
        provenance: Where it comes from.
    """

    def __init__(
        self,
        entries: Entries,
        agents: tuple[Agent, ...] = (),
        frames: tuple[Frame, ...] = (),
        provenance: Provenance | None = None,
    ) -> None:
        self.entries = entries
        self.agents = agents
        self.frames = frames
        self.provenance = provenance or Provenance()

    @classmethod
    def of(cls, conversation: Conversation, *, cassette: str | None = None) -> Self:
        """The transcript of a conversation so far; ``cassette`` names where it is recorded."""
        return cls(
            conversation.entries,
            conversation.agents,
            tuple(conversation.frames),
            Provenance.of(conversation, cassette=cassette),
        )

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    @overload
    def __getitem__(self, number: int) -> Entry: ...
    @overload
    def __getitem__(self, number: slice) -> Entries: ...
    def __getitem__(self, number: int | slice) -> Entry | Entries:
        return self.entries[number]

    def __repr__(self) -> str:
        return f"Transcript({self.flow!r}, {len(self)} entries, {self.hash[:19]})"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    @property
    def flow(self) -> str | None:
        """The flow's name."""
        return self.provenance.flow

    @property
    def server(self) -> str | None:
        """The server's address, with no credentials."""
        return self.provenance.server

    @property
    def methods(self) -> str:
        """A paragraph for a methods section: what was run, with whom, and how it ended."""
        return self.card().paragraph

    def card(self, *, run: int = 1) -> Card:
        """The provenance card, as the widget and the exports show it."""
        return card_of(self.provenance, self.entries, self.agents, self.hash, run=run)

    @cached_property
    def hash(self) -> str:
        """``sha256:`` and the digest of all that is in it: a run and its replay have the same."""
        digest = hashlib.sha256()
        for line in self._lines():
            digest.update(line.encode() + b"\n")
        return f"sha256:{digest.hexdigest()}"

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decision ledger: each question, its answer, who gave it, and what it led to."""
        return ledger(self.entries)

    @property
    def scores(self) -> Scores:
        """The judgements at a glance."""
        return Scores.of(self.entries)

    def frame(self, number: int) -> Frame | None:
        """The raw frame of the entry with this number; what the manager said has none of its own."""
        index = self.entries[number].frame
        return None if index is None else self.frames[index]

    def cite(self, number: int) -> str:
        """A sentence that says who said the entry with this number, in which run, and when."""
        return as_markdown.citation(self.entries[number], self.flow, self.server)

    # --- as tables -------------------------------------------------------------------------------

    def to_pandas(self) -> Any:
        """One row an entry, indexed by its number; needs pandas.

        Raises:
            MissingExtra: pandas is not installed.
        """
        rows = (
            {
                "entry": entry.id,
                "at": entry.at,
                "server_time": entry.server_time,
                "agent": entry.speaker.name if entry.speaker else None,
                "role": entry.speaker.role if entry.speaker else None,
                "model": entry.speaker.model if entry.speaker else None,
                "kind": entry.body.kind,
                "content": as_markdown.said(entry.body),
                "about": entry.about,
                "message_id": entry.message_id,
                "frame": text.text if (text := self.frame(entry.id)) else None,
            }
            for entry in self
        )
        words = set(_COLUMNS) - {"entry", "at", "about"}
        return table(rows, _COLUMNS, "entry", {"about": "Int64", **dict.fromkeys(words, "string")})

    def judgements(self) -> Any:
        """One row a judgement, with its scores; see :meth:`.Scores.to_pandas`."""
        return self.scores.to_pandas()

    def assessments(self) -> Any:
        """One row a criterion of each assessment; needs pandas."""
        rows = (
            {
                "entry": entry.id,
                "judgement": entry.about,
                "scorer": entry.speaker.name if entry.speaker else None,
                "criterion": place,
                "correct": criterion.correct,
                "feedback": criterion.feedback,
                "correctness": entry.body.correctness,
            }
            for entry in self
            if isinstance(entry.body, Assessment)
            for place, criterion in enumerate(entry.body.assessments, 1)
        )
        types = {
            "judgement": "Int64",
            "correct": "boolean",
            "correctness": "float64",
            "scorer": "string",
            "feedback": "string",
        }
        return table(rows, _CRITERIA, "entry", types)

    def decided(self) -> Any:
        """The decision ledger as a table; needs pandas."""
        rows = (decision.model_dump() for decision in self.decisions)
        words = ("content", "form", "verdict", "words", "by", "outcome")
        types = {"answer": "Int64", "after": "float64", **dict.fromkeys(words, "string")}
        return table(rows, list(Decision.model_fields), "question", types)

    # --- as text ---------------------------------------------------------------------------------

    def to_markdown(self) -> str:
        """The whole as markdown, with the decisions after it, and where it comes from."""
        title = f"# {self.flow or 'A run'}\n\n{self.server or ''}".rstrip()
        parts = [title, *map(as_markdown.markdown, self)]
        if self.decisions:
            parts.append(_decisions(self.decisions))
        parts.append(_card(self.card()))
        return "\n\n".join(part.rstrip() for part in parts) + "\n"

    def to_html(self) -> str:
        """The whole as one HTML file: no network, no script, light and dark, printable."""
        return as_html.document(
            self._reading("h1", self.entries, self.agents),
            title=self.flow or "A run",
            style=style.sheet(),
        )

    def to_fragment(self) -> str:
        """The same to stand in a page of others, as in a notebook's output.

        Of entries far longer than anybody reads, and of more agents than anybody counts, it has
        the beginning, and says so.
        """
        entries = Entries(tuple(map(excerpts.entry_of, self.entries)))
        agents = excerpts.agents_of(self.agents)
        return as_html.fragment(self._reading("p", entries, agents), style=style.sheet())

    def _repr_html_(self) -> str:
        return self.to_fragment()

    def _reading(self, heading: str, entries: Entries, agents: tuple[Agent, ...]) -> str:
        return as_html.reading(
            entries,
            agents,
            Scores.of(entries),
            ledger(entries),
            self.card(),
            title=self.flow or "A run",
            server=self.server or "a server",
            heading=heading,
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it as JSON lines, to be read by :meth:`load`."""
        made = self.provenance.model_dump(mode="json", exclude_defaults=True)
        head = {"transcript": VERSION, "provenance": made, "hash": self.hash}
        lines = [json.dumps(head, ensure_ascii=False), *self._lines()]
        Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            BadTranscript: the file is no transcript, or was changed since it was written.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
            head, *rest = [json.loads(line) for line in text.removesuffix("\n").split("\n")]
            if deeper_than([head, *rest], DEEPEST + _AROUND):
                raise ValueError("nested too deep")  # noqa: TRY301 - one sentence for all
            if head["transcript"] != VERSION:
                raise BadTranscript(f"{str(path)!r} is a transcript of another version.")
            made = cls(
                Entries(tuple(Entry.model_validate(one["entry"]) for one in _of("entry", rest))),
                tuple(Agent.model_validate(one["agent"]) for one in _of("agent", rest)),
                tuple(_FRAME.validate_python(one["frame"]) for one in _of("frame", rest)),
                Provenance.model_validate(head["provenance"]),
            )
            _fit_together(made.entries, len(made.frames))
        except OSError as error:
            raise BadTranscript(f"{str(path)!r} cannot be read: {error.strerror}.") from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise BadTranscript(f"{str(path)!r} is no transcript.") from None
        if made.hash != head["hash"]:
            raise BadTranscript(f"{str(path)!r} was changed since it was saved: its hash differs.")
        return made

    @staticmethod
    def to_json_schema() -> dict[str, Any]:
        """The JSON schema of the entries that :meth:`save` writes."""
        return TypeAdapter(list[Entry]).json_schema(mode="serialization")

    def _lines(self) -> Iterator[str]:
        for entry in self.entries:
            yield f'{{"entry":{entry.model_dump_json()}}}'
        for agent in self.agents:
            yield f'{{"agent":{agent.model_dump_json()}}}'
        for frame in self.frames:
            yield json.dumps({"frame": asdict(frame)}, ensure_ascii=False)


_COLUMNS = [
    *("entry", "at", "server_time", "agent", "role", "model", "kind", "content", "about"),
    *("message_id", "frame"),
]
_CRITERIA = ["entry", "judgement", "scorer", "criterion", "correct", "feedback", "correctness"]


_FRAME = TypeAdapter(Frame)


def _fit_together(entries: Entries, frames: int) -> None:
    """See that entries have their numbers, and point at others and at frames that are there."""
    for number, entry in enumerate(entries, 1):
        others = (*entry.replies, *([] if entry.about is None else [entry.about]))
        if (
            entry.id != number
            or not all(0 < other <= len(entries) for other in others)
            or not (entry.frame is None or 0 <= entry.frame < frames)
        ):
            raise ValueError(number)


def _of(kind: str, values: list[Any]) -> list[Any]:
    return [value for value in values if kind in value]


def _decisions(decisions: tuple[Decision, ...]) -> str:
    rows = [
        f"| #{one.question} | {_cell(one.content)} | {one.verdict or ''} | {_cell(one.words or '')} "
        f"| {'' if one.confirm is None else str(one.confirm).lower()} | {_cell(one.selection or '')} "
        f"| {one.by} | {'' if one.after is None else f'{one.after:.1f} s'} | {one.outcome} |"
        for one in decisions
    ]
    heads = "| question | asked | answer | words | confirm | selection | by | after | outcome |"
    return "\n".join(["## Decisions", "", heads, "|" + " :-- |" * 9, *rows])


def _card(card: Card) -> str:
    facts = (f"- {fact.name}: {' '.join(fact.value.split())}" for fact in card.facts)
    return "\n".join(["## About this run", "", card.paragraph, "", *facts])


def _cell(text: str) -> str:
    """Words that fit into a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")
