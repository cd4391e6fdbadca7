"""How much of what the manager says a run keeps at once."""

from __future__ import annotations

from buttermilk_widget.errors import ServerError
from buttermilk_widget.protocol.messages import ManagerResponse, Remark

MIB = 2**20


class NoRoom(ServerError):
    """The run keeps as much as it may; the message was not taken."""


class Room:
    """Bounds what is kept, in number and in bytes.

    Args:
        what: The name of one message, and of several, for the sentence.
        most: How many may be kept.
        most_bytes: How large they may be together.
        until: When there is room again.
    """

    def __init__(self, what: tuple[str, str], most: int, most_bytes: int, until: str) -> None:
        self._one, self._several = what
        self._most = most
        self._most_bytes = most_bytes
        self._until = until
        self._count = 0
        self._bytes = 0

    def __len__(self) -> int:
        return self._count

    def take(self, message: ManagerResponse | Remark) -> None:
        """Count the message in.

        Raises:
            NoRoom: there would be too many, or too large ones.
        """
        size = size_of(message)
        if self._count >= self._most:
            kept = f"{self._count} {self._several} are kept, and no more are taken"
        elif self._bytes + size > self._most_bytes:
            kept = (
                f"the {self._several} that are kept would take more than "
                f"{self._most_bytes / MIB:g} MiB"
            )
        else:
            self._count += 1
            self._bytes += size
            return
        raise NoRoom(f"This {self._one} was not taken: {kept}. {self._until}")

    def leave(self, message: ManagerResponse | Remark) -> None:
        """Count the message out: it is kept no longer."""
        self._count -= 1
        self._bytes -= size_of(message)


def size_of(message: ManagerResponse | Remark) -> int:
    """The bytes of the message's words in UTF-8."""
    words = message.content or ""
    if isinstance(message, ManagerResponse):
        words += message.selection or ""
    return len(words.encode("utf-8", "surrogatepass"))
