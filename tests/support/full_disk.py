"""A disk that fails on command: it takes so many bytes, and not one more until there is room."""

from __future__ import annotations

import errno
import os
from unittest.mock import patch

from buttermilk_widget.cassette import files

REAL = files.opened

ROOM = 10**9
"""Bytes that no test fills."""


class Disk:
    """Has room for so many bytes of what the package writes: ``with Disk(5): ...``."""

    def __init__(self, room, error=errno.ENOSPC):
        self.room = room
        self.written = 0
        self.error = error

    def __enter__(self):
        self._patch = patch.object(files, "opened", self.opened)
        self._patch.start()
        return self

    def __exit__(self, *_):
        self._patch.stop()

    def opened(self, path, mode):
        return File(REAL(path, mode), self)

    def fails(self):
        raise OSError(self.error, os.strerror(self.error))


class Dead(Disk):
    """Nothing on it can even be opened to be written."""

    def opened(self, path, mode):
        return REAL(path, mode) if mode == "rb" else self.fails()


class File:
    """One file on it; a write may take a part, as the system does."""

    def __init__(self, file, disk):
        self._file = file
        self._disk = disk

    def write(self, content):
        if content and not self._disk.room:
            self._disk.fails()
        taken = self._file.write(content[: self._disk.room])
        self._disk.room -= taken
        self._disk.written += taken
        return taken

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
