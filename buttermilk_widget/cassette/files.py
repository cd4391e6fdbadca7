"""Files that are whole or as they were: written beside their place, moved to it, held by one at a time."""

from __future__ import annotations

import importlib
import os
import stat
import uuid
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from io import FileIO
    from pathlib import Path

# Windows has none; there, only recorders of one process know of each other.
fcntl: Any = importlib.import_module("fcntl") if os.name == "posix" else None

_held: WeakValueDictionary[tuple[int, int], Held] = WeakValueDictionary()
"""The files that are held in this process, by device and number."""


def opened(path: Path, mode: str) -> FileIO:
    """The file, with no buffer: what was written is in it, and what was not raises at once."""
    return path.open(mode, buffering=0)  # type: ignore[return-value]


def write(file: FileIO, content: bytes) -> None:
    """Write all of it: the system may take a part, and say why only at the next one.

    Raises:
        OSError: it cannot be written.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def beside(path: Path, ending: str) -> Path:
    """A name for a new file beside this one."""
    return path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{ending}")


def replace(path: Path, content: Iterable[bytes]) -> None:
    """Put this in the place of the file, if all of it can be written; folders on the way are made.

    Raises:
        OSError: it cannot be written; what was there is as it was.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    before = _status(target)
    if before is not None and not stat.S_ISREG(before.st_mode):
        # A pipe, or a terminal, is written to; to move a file to its place would take it away.
        with opened(target, "wb") as file:
            for part in content:
                write(file, part)
        return
    new = beside(target, ".tmp")
    try:
        with opened(new, "xb") as file:
            for part in content:
                write(file, part)
            os.fsync(file.fileno())
        if before is not None:
            new.chmod(stat.S_IMODE(before.st_mode))
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


class Held:
    """A file that one at a time may add to, in this process and, where files can be locked, in all.

    Its lock goes when it is closed, or with its process, however that ends.

    Args:
        path: The file; made, if it is not there.

    Raises:
        BlockingIOError: somebody else holds it.
        OSError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        while True:
            self.file = opened(path, "a+b")
            mine = os.fstat(self.file.fileno())
            self._key = (mine.st_dev, mine.st_ino)
            if self._key in _held or not _locked(self.file):
                self.file.close()
                raise BlockingIOError(f"{path} is held")
            _held[self._key] = self
            if self.there:
                return
            self.close()  # another file was moved to its place meanwhile

    @property
    def there(self) -> bool:
        """Whether it is still the file at its path, and was not removed or replaced."""
        now = _status(self.path)
        return now is not None and (now.st_dev, now.st_ino) == self._key

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return os.fstat(self.file.fileno()).st_size

    def close(self) -> None:
        """Let go of it.

        Raises:
            OSError: the system says only now that it could not be written.
        """
        if _held.get(self._key) is self:
            del _held[self._key]
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_held(path: Path) -> bool:
    """Whether somebody is adding to the file now."""
    try:
        with opened(path, "rb") as file:
            status = os.fstat(file.fileno())
            return (status.st_dev, status.st_ino) in _held or not _locked(file, shared=True)
    except OSError:
        return False


def _locked(file: FileIO, *, shared: bool = False) -> bool:
    """Whether the lock could be had; it can, where files have none."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
