"""How far the manager's answers are on their way to the server.

A frame that was written may still be on the way when a line dies, and then nobody can know whether
it came. A pong that answers a ping sent after it shows that it did (RFC 6455, section 5.5.2); where
no ping was sent, that the server still speaks has to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frame to send; ``answer`` is the entry that shows it, if it is the manager's."""

    text: str
    answer: int | None = None


Stage = Literal["handed over", "written", "pinged"]


class Delivery:
    """The answers, by the numbers of their entries, of which it is not known yet if they came."""

    def __init__(self) -> None:
        self._stages: dict[int, Stage] = {}

    def __bool__(self) -> bool:
        return bool(self._stages)

    def hand_over(self, answer: int) -> None:
        """It is about to be written."""
        self._stages[answer] = "handed over"

    def write(self, answer: int, *, pinged: bool) -> None:
        """It was written; one that is not on its way any more went to a line that had died."""
        if answer in self._stages:
            self._stages[answer] = "pinged" if pinged else "written"

    def hear(self) -> None:
        """The server spoke. Nothing better will be known of what no ping followed."""
        for answer in [a for a, stage in self._stages.items() if stage == "written"]:
            del self._stages[answer]

    def arrive(self, answer: int) -> None:
        """A pong came for this one, and so for all before it."""
        for earlier in [a for a in self._stages if a <= answer]:
            del self._stages[earlier]

    def drop(self, answer: int) -> None:
        """It could not be written."""
        self._stages.pop(answer, None)

    def give_up(self) -> list[int]:
        """The line is gone: those that are in doubt, and on their way no more."""
        doubtful = [*self._stages]
        self._stages.clear()
        return doubtful
