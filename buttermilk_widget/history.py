"""The entries of a conversation, and the sequence numbers by which a page catches up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .patches import Entry

if TYPE_CHECKING:
    from .messages import Message
    from .patches import Body, Speaker


class History:
    """Entries by their number, and the order in which they last changed.

    What changed after a sequence number is found from the latest change backwards, so that it
    costs as much as there is to tell, however long the conversation is.
    """

    def __init__(self) -> None:
        self.seq = 1
        self._entries: dict[int, Entry] = {}
        self._changed: dict[int, int] = {}  # number -> seq, the latest change last

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, number: int) -> Entry:
        return self._entries[number]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them, in order."""
        return tuple(self._entries.values())

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
            seq=0,
            at=at,
            speaker=speaker,
            server_time=message.timestamp if message else None,
            message_id=message.message_id if message else None,
            frame=frame,
            body=body,
        )
        entry = self.change(entry)
        return entry if about is None else self.link(entry, about)

    def link(self, entry: Entry, about: int) -> Entry:
        """Note that an entry answers or scores another."""
        other = self._entries[about]
        self.change(other, replies=(*other.replies, entry.id))
        return self.change(entry, about=about)

    def change(self, entry: Entry, **fields: Any) -> Entry:
        """Change fields of an entry, under a new sequence number."""
        changed = entry.model_copy(update={**fields, "seq": self.tick()})
        self._entries[entry.id] = changed
        self._changed.pop(entry.id, None)
        self._changed[entry.id] = self.seq
        return changed

    def since(self, seq: int) -> tuple[Entry, ...]:
        """The entries that changed after ``seq``, in order."""
        changed = []
        for number in reversed(self._changed):
            if self._changed[number] <= seq:
                break
            changed.append(number)
        return tuple(self._entries[number] for number in sorted(changed))
