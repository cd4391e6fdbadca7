"""The entries of a conversation, and the sequence numbers by which a page catches up."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Reversible
from typing import TYPE_CHECKING, Any, overload

from buttermilk_widget.protocol.messages import Result

from .patches import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from buttermilk_widget.protocol.messages import Message

    from .patches import Agent, Body, Speaker


class Entries(Collection[Entry], Reversible[Entry]):
    """Entries by the numbers that they are shown with: ``entries[17]`` is the one marked #17.

    Numbers run from 1; negative ones count from the end, and a slice is of numbers too:
    ``entries[3:6]`` are 3, 4 and 5.
    """

    def __init__(self, entries: tuple[Entry, ...] = ()) -> None:
        self._entries = entries
        self._by_message: dict[str, Entry] | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __reversed__(self) -> Iterator[Entry]:
        return reversed(self._entries)

    def __contains__(self, entry: object) -> bool:
        return entry in self._entries

    def of_message(self, message_id: str | None) -> Entry | None:
        """The first entry with the server's id of a message, or nothing."""
        if self._by_message is None:
            entries = reversed(self._entries)
            self._by_message = {e.message_id: e for e in entries if e.message_id}
        return self._by_message.get(message_id or "")

    def labelled(self, agents: Iterable[Agent]) -> Entries:
        """The same entries for a reader: each speaker has its label in the roster.

        An early entry was made when no namesake was known yet; so it gets the label of late ones.
        """
        labels = labels_of(agents)
        given: dict[int, Speaker | None] = {}  # by the speaker's own id: entries share them

        def of(entry: Entry) -> Entry:
            speaker = entry.speaker
            if id(speaker) not in given:
                given[id(speaker)] = under_label(speaker, labels)
            label = given[id(speaker)]
            return entry if label is speaker else entry.model_copy(update={"speaker": label})

        return Entries(tuple(map(of, self._entries)))

    @overload
    def __getitem__(self, number: int) -> Entry: ...
    @overload
    def __getitem__(self, number: slice) -> Entries: ...
    def __getitem__(self, number: int | slice) -> Entry | Entries:
        if isinstance(number, slice):
            numbers = range(len(self) + 1)[number]
            return Entries(tuple(self._entries[n - 1] for n in numbers if n))
        place = number + len(self) if number < 0 else number - 1
        if not 0 <= place < len(self):
            known = f"from 1 to {len(self)}" if self._entries else "from 1, and there are none yet"
            raise IndexError(f"There is no entry {number}: they are numbered {known}.")
        return self._entries[place]

    def __eq__(self, other: object) -> bool:
        return self._entries == tuple(other) if isinstance(other, Entries | tuple) else False

    def __hash__(self) -> int:
        return hash(self._entries)

    def __repr__(self) -> str:
        return f"Entries({len(self)})"


def labels_of(agents: Iterable[Agent]) -> dict[str, str]:
    """The agents' labels, by the keys that speakers have too."""
    return {agent.key: agent.label for agent in agents if agent.label}


def under_label(speaker: Speaker | None, labels: Mapping[str, str]) -> Speaker | None:
    """The speaker with its label."""
    if speaker is None or labels.get(speaker.key, speaker.called) == speaker.called:
        return speaker
    return speaker.model_copy(update={"label": labels[speaker.key]})


class History:
    """Entries by their number, and the order in which they changed.

    What changed after a sequence number costs as much as there is to tell, however long the
    conversation is.
    """

    def __init__(self) -> None:
        self.seq = 1
        self._entries: list[Entry] = []
        # Each change: the sequence number, and of which entry.
        self._seqs = array("Q")
        self._numbers = array("Q")

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, number: int) -> Entry:
        if not 0 < number <= len(self._entries):
            raise KeyError(number)
        return self._entries[number - 1]

    @property
    def entries(self) -> Entries:
        """All of them, in order."""
        return Entries(tuple(self._entries))

    def tick(self) -> int:
        """The next sequence number, for a change of something else than an entry."""
        self.seq += 1
        return self.seq

    def add(
        self,
        body: Body,
        at: float,
        message: Message | None = None,
        speaker: Speaker | None = None,
        *,
        about: int | None = None,
        frame: int | None = None,
    ) -> Entry:
        """Put an entry at the end; one that is about another is among its replies."""
        entry = Entry(
            id=len(self._entries) + 1,
            seq=self.tick(),
            at=at,
            speaker=speaker,
            server_time=message.timestamp if message else None,
            message_id=message.message_id if message else None,
            frame=frame,
            metadata=message.metadata if message else {},
            tracing_link=message.tracing_link if message else None,
            source=message.source if isinstance(message, Result) else None,
            body=body,
        )
        self._entries.append(entry)
        self._note(entry)
        return entry if about is None else self.link(entry, about)

    def link(self, entry: Entry, about: int) -> Entry:
        """Note that an entry answers or scores another."""
        other = self[about]
        self.change(other, replies=(*other.replies, entry.id))
        return self.change(entry, about=about)

    def change(self, entry: Entry, **fields: Any) -> Entry:
        """Change fields of an entry, under a new sequence number."""
        changed = entry.model_copy(update={**fields, "seq": self.tick()})
        self._entries[entry.id - 1] = changed
        self._note(changed)
        return changed

    def since(self, seq: int) -> tuple[Entry, ...]:
        """The entries that changed after ``seq``, in order."""
        changed = self._numbers[bisect_right(self._seqs, seq) :]
        return tuple(self._entries[number - 1] for number in sorted(set(changed)))

    def _note(self, entry: Entry) -> None:
        self._seqs.append(entry.seq)
        self._numbers.append(entry.id)
        if len(self._seqs) > 2 * len(self._entries) + 100:
            # Of an entry that changes again and again, only the latest change is of use.
            latest = sorted(self._entries, key=lambda one: one.seq)
            self._seqs = array("Q", (one.seq for one in latest))
            self._numbers = array("Q", (one.id for one in latest))
