"""A cassette's file: the runs in it as lines, and how one more comes into it.

One recorder at a time adds to the file itself, line by line as it happens. Another one that comes
meanwhile, and one whose run is to take the place of another, writes a *part* beside it instead,
``osb.jsonl.1f2e3d4c.part``, which is a cassette of one run. When nobody adds to the file any more,
its parts are put into it: the whole is written anew beside it and moved to its place. So two runs
are never mixed, what was there is never gone before what replaces it is whole, and what a process
leaves that is killed is read, and put in later.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from buttermilk_widget.errors import BadCassette
from buttermilk_widget.protocol.decode import DEEPEST, deeper_than, replace_surrogates

from . import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO
    from pathlib import Path

VERSION = 1

AROUND = 10
"""Levels of a cassette's lines around what a person asked for."""

_INPUT = '{"do": "'
"""How the lines begin that are most of a file: only the others are read to see where runs begin."""


def dumped(value: object) -> str:
    """A line of a cassette. Half an emoji, which UTF-8 has no form for, is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return text if replace_surrogates(text) == text else json.dumps(value)


# --- reading -------------------------------------------------------------------------------------


@dataclass
class Run:
    """One run as it stands in a file.

    Attributes:
        first: The number of its first line, from 1.
        begun: What the first line says.
        lines: Its lines without the last.
        end: The last line, which says how it ended; ``None`` if the recording breaks off.
    """

    first: int
    begun: dict[str, Any]
    lines: list[str]
    end: str | None = None

    @cached_property
    def digest(self) -> str:
        """``sha256:`` and the digest of its lines without the last, which says how it ended."""
        digest = hashlib.sha256()
        for line in self.lines:
            digest.update(line.encode() + b"\n")
        return f"sha256:{digest.hexdigest()}"

    @property
    def text(self) -> str:
        """All its lines."""
        return "".join(f"{line}\n" for line in (*self.lines, *([self.end] if self.end else [])))


@dataclass
class Contents:
    """What a file holds.

    Attributes:
        runs: The runs.
        broken: Whether its last line was half written, and is left out.
        replaces: Of a part: the digests of the runs whose place its run takes.
    """

    runs: list[Run] = field(default_factory=list)
    broken: bool = False
    replaces: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Contents:
        """What the file at this path holds.

        Raises:
            BadCassette: it cannot be read, or is no cassette.
        """
        try:
            if path.exists() and not path.is_file():
                raise BadCassette(f"The cassette {str(path)!r} cannot be read: it is no file.")
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise BadCassette(f"The cassette {str(path)!r} cannot be read: {error}") from None
        return _contents(text, path)

    def leave_out_what_goes_on(self) -> None:
        """Leave out the last run, if it has no end: somebody is adding to it."""
        if self.runs and self.runs[-1].end is None:
            self.runs.pop()
            self.broken = False


def value_of(text: str, number: int, path: Path) -> Any:
    """What a line says.

    Raises:
        BadCassette: it is no JSON, or nested too deep; the sentence has its number.
    """
    try:
        value = json.loads(text)
        if deeper_than(value, DEEPEST + AROUND):
            raise RecursionError  # noqa: TRY301 - as json says it of what is deeper yet
    except RecursionError:
        raise bad(number, path, "it is nested too deep to read") from None
    except ValueError:
        raise bad(number, path, "it is not JSON") from None
    return value


def bad(number: int, path: Path, why: str) -> BadCassette:
    """A sentence on one line of a file."""
    return BadCassette(f"Line {number} of the cassette {str(path)!r} is bad: {why}.")


FOREIGN = "it is none of a cassette's"


def _contents(text: str, path: Path) -> Contents:
    lines = text.removesuffix("\n").split("\n")
    broken = len(lines) > 1 and not _is_json(lines[-1])
    if broken:
        # The writer was cut off; the rest is whole, since lines are written one at a time.
        lines.pop()
    made = Contents(broken=broken, replaces=_replaces(lines[0], path))
    for number, line in enumerate(lines[1:], 2):
        value = None if line.startswith(_INPUT) else value_of(line, number, path)
        begins = isinstance(value, dict) and "run" in value
        if isinstance(value, dict) and begins:
            made.runs.append(Run(number, value, [line]))
        elif not made.runs or made.runs[-1].end is not None or not isinstance(value, dict | None):
            raise bad(number, path, FOREIGN)
        elif value is not None and "end" in value:
            made.runs[-1].end = line
        else:
            made.runs[-1].lines.append(line)
    return made


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except RecursionError:
        return True  # which its reader says
    except ValueError:
        return False
    return True


def _replaces(line: str, path: Path) -> tuple[str, ...]:
    """What the first line says; it must say that this is a cassette."""
    head = value_of(line, 1, path) if _is_json(line) else None
    if not isinstance(head, dict) or "cassette" not in head:
        raise BadCassette(f"{str(path)!r} is no cassette: its first line does not say so.")
    if head["cassette"] != VERSION:
        raise BadCassette(
            f"The cassette {str(path)!r} is of version {head['cassette']!r}; this "
            f"buttermilk_widget reads version {VERSION}."
        )
    replaces = head.get("replaces")
    return tuple(map(str, replaces)) if isinstance(replaces, list) else ()


# --- parts ---------------------------------------------------------------------------------------


def contents_of(path: Path) -> Contents:
    """What a cassette holds, with what stands in parts beside it; a run that goes on is left out.

    Raises:
        BadCassette: it cannot be read, or is no cassette.
    """
    parts = _parts(path)
    nothing = path.stat().st_size == 0 if path.is_file() else parts and not path.exists()
    made = Contents() if nothing else Contents.read(path)
    if files.is_held(path):
        made.leave_out_what_goes_on()
    runs = _merged(made.runs, parts)
    return Contents(runs, broken=made.broken or any(part.broken for part in parts))


def is_there(path: Path) -> bool:
    """Whether there is a cassette at this path, or a part of one: an empty file is none."""
    try:
        return path.stat().st_size > 0 or not path.is_file() or bool(parts_of(path))
    except FileNotFoundError:
        return bool(parts_of(path))
    except OSError:
        return True  # which its reader says


def parts_of(path: Path) -> list[Path]:
    """The parts beside a cassette whose recorders are gone, or done with them."""
    path = path.resolve()
    name = re.compile(rf"{re.escape(path.name)}\.[0-9a-f]{{8}}\.part")
    try:
        found = sorted(one for one in path.parent.iterdir() if name.fullmatch(one.name))
    except OSError:
        return []
    return [one for one in found if not files.is_held(one)]


def gather(path: Path, rescued: Contents | None = None) -> None:
    """Put the parts that stand beside a cassette into it, and ``rescued``, of a file that is gone.

    Raises:
        BlockingIOError: somebody adds to the cassette, and puts them in when that is done.
        OSError: it cannot be written; all is as it was.
        BadCassette: what is at its place is none.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    seen: set[Path] = set()
    # Whoever is done while this goes on finds the cassette held: so look again, once it is not.
    while rescued or not seen.issuperset(parts_of(path)):
        with contextlib.ExitStack() as held:
            there = held.enter_context(files.Held(path))
            old = Contents.read(path).runs if there.size else []
            parts = [part for part in parts_of(path) if part not in seen]
            seen.update(parts)
            taken = {part: made for part in parts if (made := _taken(part, held)) is not None}
            added = [*taken.values(), *([rescued] if rescued else [])]
            if not old and len(taken) == len(added) == 1:
                next(iter(taken)).replace(path)  # which needs no room
            elif added:
                files.replace(path, _text(_merged(old, added)))
            elif not there.size:
                path.unlink()  # it was made to be held
            rescued = None
            for part in taken:
                part.unlink(missing_ok=True)


def _parts(path: Path) -> list[Contents]:
    return [made for part in parts_of(path) if (made := _readable(part)) is not None]


def _readable(part: Path) -> Contents | None:
    """What a part holds; one that cannot be read stays where it is."""
    try:
        return Contents.read(part)
    except BadCassette:
        return None


def _taken(part: Path, held: contextlib.ExitStack) -> Contents | None:
    try:
        held.enter_context(files.Held(part))
    except OSError:
        return None  # somebody else takes it
    return _readable(part)


def _merged(old: list[Run], added: list[Contents]) -> list[Run]:
    """The runs with those that are added, each at the end or in the place of what it replaces."""
    runs = [*old]
    for contents in added:
        for new in contents.runs:
            # What breaks off takes the place of nothing.
            gone = {*contents.replaces, new.digest} if new.end else set()
            if any(run.digest == new.digest and (run.end or not new.end) for run in runs):
                continue
            places = (place for place, run in enumerate(runs) if run.digest in gone)
            place = next(places, len(runs))
            runs = [run for run in runs if run.digest not in gone]
            runs.insert(place, new)
    return runs


def _text(runs: list[Run], head: dict[str, Any] | None = None) -> Iterator[bytes]:
    yield _line(head or {"cassette": VERSION})
    for run in runs:
        yield run.text.encode()


def _line(value: object) -> bytes:
    return f"{dumped(value)}\n".encode()


# --- writing -------------------------------------------------------------------------------------


class Track:
    """Where one recorder writes its run: at the end of the cassette, or in a part beside it.

    Args:
        path: The cassette.
        request: What the run was asked for.
        anew: Whether the run takes the place of those of the same request that are there when it
            begins, but for ``own``.
        own: The digests of runs that are not to be replaced.
    """

    def __init__(
        self, path: Path, request: dict[str, Any], *, anew: bool, own: Iterable[str] = ()
    ) -> None:
        self._path = path.resolve()
        self._request = request
        self._anew = anew
        self._own = frozenset(own)
        self._held: files.Held | None = None
        self._file: FileIO | None = None
        self._head: dict[str, Any] = {"cassette": VERSION}
        self._start = self._size = 0
        self._alone = False  # whether its run is the only one in the file

    @property
    def begun(self) -> bool:
        """Whether it has a file."""
        return self._file is not None

    @property
    def part(self) -> str:
        """The name of the part that it writes, if it writes one."""
        return self._held.path.name if self._held and self._held.path != self._path else ""

    def check(self) -> None:
        """See that a run can be added.

        Raises:
            OSError: it cannot be written.
            BadCassette: what is there is no cassette.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists():
            files.opened(self._path, "ab").close()
            if self._path.is_file() and self._path.stat().st_size:
                Contents.read(self._path)
        else:
            probe = files.beside(self._path, ".tmp")
            files.opened(probe, "xb").close()
            probe.unlink()

    def begin(self) -> None:
        """Open it.

        Raises:
            OSError: it cannot be written.
            BadCassette: what is there is no cassette.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and not self._path.is_file():
            self._file = files.opened(self._path, "ab")  # a pipe or a terminal: it has no place
            self.add(_line(self._head))
            return
        held: files.Held | None = None
        with contextlib.ExitStack() as holding:
            with contextlib.suppress(BlockingIOError):
                held = holding.enter_context(files.Held(self._path))
            there = Contents.read(self._path) if self._path.stat().st_size else Contents()
            if held is None:
                there.leave_out_what_goes_on()
            known = _merged(there.runs, _parts(self._path)) if self._anew else []
            replaces = [run.digest for run in known if self._takes_the_place_of(run)]
            if held is None or replaces:
                holding.close()
                self._head |= {"replaces": replaces} if replaces else {}
                held = holding.enter_context(files.Held(files.beside(self._path, ".part")))
            elif there.broken:
                _cut(held)
            self._open(held)
            holding.pop_all()

    def _takes_the_place_of(self, run: Run) -> bool:
        return run.begun.get("run") == self._request and run.digest not in self._own

    def _open(self, held: files.Held) -> None:
        self._held, self._file, self._size = held, held.file, held.size
        self._alone = self._size == 0
        try:
            if not self._size:
                self.add(_line(self._head))
            elif not _ends_in_a_line(held):
                self.add(b"\n")
            self._start = self._size
        except OSError:
            self._held = self._file = None
            if not held.size:
                held.path.unlink(missing_ok=True)
            raise

    def add(self, line: bytes) -> None:
        """Write a line, all of it or none.

        Raises:
            OSError: it cannot be written.
        """
        assert self._file is not None  # noqa: S101 - begin() comes first
        try:
            files.write(self._file, line)
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(self._size)
            raise
        self._size += len(line)

    def finish(self) -> bool:
        """Close it, and put it into the cassette, if it stands in a part.

        Returns:
            Whether the file was still there; if not, the run is put into a new one.

        Raises:
            OSError: it cannot be written; a part stays where it is.
            BadCassette: what is at the cassette's place now is none; the same.
        """
        held, file = self._held, self._file
        assert file is not None  # noqa: S101 - begin() comes first
        self._held = self._file = None
        if held is None:
            file.close()
            return True
        if self._size == self._start:
            # Not one line could be written: a file that was made for them is none that holds a run.
            if self._alone:
                held.path.unlink(missing_ok=True)
            held.close()
            return True
        rescued = None if held.there else self._written(held)
        held.close()
        try:
            gather(self._path, rescued)
        except BlockingIOError:
            # Somebody adds to the cassette, and will put it in.
            if rescued is not None:
                files.replace(files.beside(self._path, ".part"), _text(rescued.runs, self._head))
        return rescued is None

    def _written(self, held: files.Held) -> Contents:
        """The run in a file that is no more at its place."""
        held.file.seek(self._start)
        lines = held.file.readall().decode().removesuffix("\n").split("\n")
        end = lines.pop() if lines[-1].startswith('{"end"') else None
        replaces = tuple(self._head.get("replaces", ()))
        return Contents([Run(2, json.loads(lines[0]), lines, end)], replaces=replaces)


def _cut(held: files.Held) -> None:
    """Take off a last line that was half written: what comes next begins one of its own."""
    held.file.seek(0)
    held.file.truncate(held.file.readall().rstrip(b"\n").rfind(b"\n") + 1)


def _ends_in_a_line(held: files.Held) -> bool:
    held.file.seek(-1, os.SEEK_END)
    return held.file.read(1) == b"\n"
