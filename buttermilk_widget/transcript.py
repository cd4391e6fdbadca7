"""The finished, frozen reading of a run."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from .conversation import Conversation, Frame
    from .history import Entries
    from .patches import Agent, Entry


class Transcript:
    """What was said in a run, with its frames, as it was when this was made.

    ``transcript[17]`` is the entry marked #17.
    """

    def __init__(
        self, entries: Entries, agents: tuple[Agent, ...] = (), frames: tuple[Frame, ...] = ()
    ) -> None:
        self.entries = entries
        self.agents = agents
        self.frames = frames

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """The transcript of a conversation so far."""
        return cls(conversation.entries, conversation.agents, tuple(conversation.frames))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __getitem__(self, number: int) -> Entry:
        return self.entries[number]

    def __repr__(self) -> str:
        return f"Transcript({len(self)} entries, {self.hash[:19]})"

    @property
    def hash(self) -> str:
        """``sha256:`` and the digest of all that is in it: a run and its replay have the same."""
        digest = hashlib.sha256()
        for part in (*self.entries, *self.agents):
            digest.update(part.model_dump_json().encode() + b"\n")
        for frame in self.frames:
            digest.update(f"{frame.direction} {frame.at!r} {frame.text}\n".encode())
        return f"sha256:{digest.hexdigest()}"
