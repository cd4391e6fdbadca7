"""What the page was told of its commands, so that one that comes again is not done again.

The comm loses messages: a page that hears no reply sends its command once more, and cannot know
whether the command or the reply was lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from buttermilk_widget.conversation.patches import Reply

KEPT = 1000
"""Commands that are remembered: a page has a few on their way at once, and asks within a minute."""


class CommandReplies:
    """The replies to the latest commands, by the command's id."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._by_id: dict[str, Reply | None] = {}

    def new(self, number: str) -> bool:
        """Whether this command was not heard before; from now on it was."""
        if number in self._by_id:
            return False
        self._by_id[number] = None
        if len(self._by_id) > self._kept:
            del self._by_id[next(iter(self._by_id))]
        return True

    def note(self, reply: Reply) -> None:
        """The command was answered."""
        if reply.id in self._by_id:
            self._by_id[reply.id] = reply

    def get(self, number: str) -> Reply | None:
        """What was said to it; nothing, while it is being done."""
        return self._by_id.get(number)
