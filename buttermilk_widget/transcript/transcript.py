"""The finished, frozen reading of a run."""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from pydantic import TypeAdapter

from buttermilk_widget.cassette import files
from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import Agent, Entry
from buttermilk_widget.errors import BadTranscript, did_you_mean, join_names
from buttermilk_widget.transcript import places

from . import captions as as_markdown
from . import hashing, run_markdown, style
from . import html as as_html
from . import load as loading
from . import spreadsheets as sheets
from . import tables as run_tables
from . import truncate as excerpts
from .dataframe import table
from .decisions import Decision, ledger
from .file_format import SavedTranscript
from .provenance import Provenance, card_of
from .scores import Scores

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from typing import Self

    from buttermilk_widget.conversation.conversation import Conversation, Frame
    from buttermilk_widget.conversation.patches import Card, Labels


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
        self._hash: str | None = None  # of an older version, as a file has it

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
        note = f" ({hashing.OF_THE_FIRST})" if self.hash_version == 1 else ""
        digest = f"{self.hash}{note}"
        return card_of(self.provenance, self.entries, self.agents, digest, run=run)

    @cached_property
    def hash(self) -> str:
        """The digest of all that a reader is shown, and of where it comes from; ``hashing.py``.

        A run and its replay have the same. It begins with its version, as ``sha256-2:``. A
        transcript that was saved by an older version of this package keeps the one that it had.
        """
        return self._hash or hashing.hash_of(*self._parts)

    @property
    def hash_version(self) -> int:
        """The version of :attr:`hash`: 1 is of entries, agents and frames only."""
        return hashing.version_of(self.hash) or 0

    @property
    def _parts(self) -> tuple[Provenance, Entries, tuple[Agent, ...], tuple[Frame, ...]]:
        return self.provenance, self.entries, self.agents, self.frames

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The manager's decisions: each question, its answer, who gave it, and what it led to."""
        return ledger(self.entries)

    @property
    def labels(self) -> Labels | None:
        """The study's words for predictions."""
        return self.provenance.labels

    @property
    def scores(self) -> Scores:
        """The judgements at a glance."""
        return Scores.of(self.entries, self.agents, self.labels)

    @cached_property
    def _read(self) -> Entries:
        """The entries as readers get them, with each agent under its label."""
        return self.entries.labelled(self.agents)

    def frame(self, number: int) -> Frame | None:
        """The raw frame of the entry with this number; what the manager said has none of its own."""
        index = self.entries[number].frame
        return None if index is None else self.frames[index]

    def _text_of(self, number: int) -> str | None:
        frame = self.frame(number)
        return frame.text if frame else None

    def cite(self, number: int) -> str:
        """Who said the entry with this number, in which run, on which record, and when.

        It names the software that recorded it, and the beginning of the transcript's hash.
        """
        record = run_tables.record_before(self.entries, number)
        return as_markdown.citation(
            self._read[number],
            as_markdown.Cited(
                flow=self.flow,
                server=self.server,
                record=as_markdown.titled(record) if record else "",
                software=self.provenance.client
                or f"buttermilk_widget {version('buttermilk_widget')}",
                digest=self.hash,
            ),
        )

    # --- as tables -------------------------------------------------------------------------------

    def to_pandas(self) -> Any:
        """One row an entry, indexed by its number; needs pandas.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return run_tables.of_entries(self._read, self._text_of, self.labels)

    def judgements(self) -> Any:
        """One row a judgement: its scores, what it concludes and why, and the record; needs pandas.

        The record is the last one before the judgement.
        """
        return run_tables.of_judgements(self.scores, self._read)

    def assessments(self) -> Any:
        """One row a criterion of each assessment, with its name and the judge; needs pandas.

        The name is the one that the scorer, or else the judge, was given, if they were given as
        many as there are; or else the criterion's number.
        """
        return run_tables.of_criteria(self._read)

    def decided(self) -> Any:
        """The decisions as a table; needs pandas."""
        rows = (decision.model_dump() for decision in self.decisions)
        words = ("content", "form", "verdict", "words", "by", "outcome")
        types = {"answer": "Int64", "after": "float64", **dict.fromkeys(words, "string")}
        return table(rows, list(Decision.model_fields), "question", types)

    # --- as text ---------------------------------------------------------------------------------

    def to_jsonl(self) -> str:
        """The whole as :meth:`load` reads it, with a hash of the present version."""
        old = self.hash_version != hashing.VERSION
        digest = hashing.hash_of(*self._parts) if old else self.hash
        provenance, entries, agents, frames = self._parts
        made = SavedTranscript(entries, agents, frames, provenance, digest)
        return "".join(f"{line}\n" for line in made.lines())

    def to_markdown(self) -> str:
        """The whole as markdown, with the decisions after it, and where it comes from."""
        return run_markdown.document(
            self._read,
            self.agents,
            self.scores,
            self.decisions,
            self.card(),
            title=self.flow or "A run",
            server=self.server or "a server",
        )

    def to_html(self) -> str:
        """The whole as one HTML file: no network, no script, light and dark, printable."""
        return as_html.document(
            self._reading("h1", self._read, self.agents),
            title=self.flow or "A run",
            style=style.sheet(),
        )

    def to_fragment(self, *, ids: str = "") -> str:
        """The same to stand in a page of others, as in a notebook's output.

        Of entries far longer than anybody reads, and of more agents than anybody counts, it has
        the beginning, and says so.

        Args:
            ids: What the ids of its entries begin with, after the run's own: another one for each
                copy of the run on one page, or a link of one leads into another.
        """
        entries = Entries(tuple(map(excerpts.truncate_entry, self._read)))
        agents = excerpts.truncate_agents(self.agents)
        return as_html.fragment(self._reading("p", entries, agents, ids), style=style.sheet())

    def _repr_html_(self) -> str:
        return self.to_fragment(ids=places.HERE.take())

    def _reading(
        self, heading: str, entries: Entries, agents: tuple[Agent, ...], ids: str = ""
    ) -> str:
        return as_html.reading(
            entries,
            agents,
            Scores.of(entries, self.agents, self.labels),
            ledger(entries),
            self.card(),
            title=self.flow or "A run",
            server=self.server or "a server",
            heading=heading,
            run=f"r{self.hash.rpartition(':')[2][:8]}-{ids}",
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it in the form that the file's name ends in; folders on the way to it are made.

        ``.jsonl`` has all of it, and is read by :meth:`load`. ``.md`` and ``.html`` are to be read
        by people; ``.csv`` is the table of :meth:`to_pandas`, and ``.xlsx`` has all tables. What is
        there is replaced when the new file is whole.

        Raises:
            BadTranscript: the name ends in something else, or the file cannot be written.
            MissingExtra: a table needs pandas, or openpyxl, which is not installed.
        """
        path = Path(path)
        # What cannot be made is not begun to be written.
        made = form_of(path)(self)
        try:
            files.replace(path, made)
        except OSError as error:
            raise BadTranscript(f"{str(path)!r} cannot be written: {error.strerror}.") from None

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, run: int | None = None) -> Self:
        """Read a run back from a file: a transcript, a cassette, or a notebook that shows it.

        A notebook has its runs with the copies under their widgets; one that keeps the widgets'
        state only has the entries without the frames, and is warned of.

        Args:
            path: The file: what :meth:`save` wrote as ``.jsonl``, a cassette, or an ``.ipynb``.
            run: Which run, from 1, where there are several.

        Raises:
            BadTranscript: there is no such run, the file is none of these, or was changed.
            BadCassette: it is a cassette that cannot be read.
        """
        name = str(path)
        found = loading.runs_in(Path(path))
        if run is None and len(found) == 1:
            run = 1
        if run is None or not 1 <= run <= len(found):
            known = "\n".join(f"  {number}  {one.title}" for number, one in enumerate(found, 1))
            which = f"has no run {run}" if run is not None else f"has {len(found)} runs"
            raise BadTranscript(f"{name!r} {which}. Say which with run=; these are there:\n{known}")
        return cls._made(found[run - 1].read())

    @classmethod
    def _made(cls, saved: SavedTranscript) -> Self:
        made = cls(saved.entries, saved.agents, saved.frames, saved.provenance)
        if hashing.version_of(saved.hash) == 1:
            made._hash = saved.hash
        return made

    @staticmethod
    def to_json_schema() -> dict[str, Any]:
        """The JSON schema of the entries that :meth:`save` writes."""
        return TypeAdapter(list[Entry]).json_schema(mode="serialization")


def _text(text: str) -> Iterable[bytes]:
    return [text.encode()]


_FORMS: dict[str, Callable[[Transcript], Iterable[bytes]]] = {
    ".jsonl": lambda made: _text(made.to_jsonl()),
    ".md": lambda made: _text(made.to_markdown()),
    ".html": lambda made: _text(made.to_html()),
    ".csv": lambda made: [sheets.csv(made.to_pandas())],
    ".xlsx": lambda made: [
        sheets.workbook(
            {
                "entries": made.to_pandas(),
                "judgements": made.judgements(),
                "assessments": made.assessments(),
                "decisions": made.decided(),
            },
            [(fact.name, fact.value) for fact in made.card().facts],
        )
    ],
}


def form_of(path: Path) -> Callable[[Transcript], Iterable[bytes]]:
    """What makes the bytes of a file of this name.

    Raises:
        BadTranscript: the name does not say what to write.
    """
    ending = path.suffix.lower()
    if ending not in _FORMS:
        raise BadTranscript(
            f"{path.name!r} does not say what to write: the endings are {join_names(_FORMS)}."
            f"{did_you_mean(ending, list(_FORMS))}"
        )
    return _FORMS[ending]
