"""The file that a run is recorded in, and replayed from.

JSON lines. The first says that it is a cassette and of which version; then, for each run, one line
with what was asked for, the inputs of its conversation as they happened (``inputs.py``: frames of
both directions verbatim, what the manager did, what became of the connection, each with its time),
and one with how it ended. Each line is written through at once, so that a crash keeps what was
seen. Headers, tokens and the user of an address are never in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, NotRequired, get_args

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from .errors import BadCassette, CassetteMismatch, CassetteWarning, hint, listing
from .frames import DEEPEST, deeper_than
from .inputs import INPUTS, Received, line
from .messages import Moment, RunFlow
from .secret_scan import kinds_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from .inputs import AnyInput, Input

VERSION = 1

Mode = Literal["once", "record", "replay", "live"]
"""What to do with a cassette.

*once*: replay it, if the file is there, else record it. *record*: record it anew. *replay*: replay
it, and never use the network. *live*: leave it alone.
"""

_AROUND = 10
"""Levels of a cassette's lines around what a person asked for."""

HEARD = Received.model_fields["do"].default

MODE = "BUTTERMILK_CASSETTE_MODE"
"""The environment variable that overrides the mode."""


class _Begun(TypedDict):
    """The first line of a run, beside what was asked for."""

    server: str
    at: Moment


class _Ended(TypedDict):
    """Its last line."""

    end: str
    hash: NotRequired[str | None]


_BEGUN = TypeAdapter(_Begun)
_ENDED = TypeAdapter(_Ended)


@dataclass
class Recording:
    """One run in a cassette.

    Attributes:
        request: What was asked for: the flow and its parameters.
        server: The server's address, with no credentials.
        at: When, in seconds since 1970.
        inputs: What the conversation was told, in order.
        ended: Its readiness at the end; ``None`` if the recording breaks off.
        hash: Of its transcript.
        digest: ``sha256:`` and the digest of its own lines in the file, without the last.
    """

    request: dict[str, Any]
    server: str
    at: float
    inputs: list[AnyInput] = field(default_factory=list)
    ended: str | None = None
    hash: str | None = None
    digest: str = ""


class Cassette:
    """A cassette on disk, as one widget or session uses it.

    Args:
        path: The file; folders on the way to it are made.
        mode: What to do with it.
        overridden: Whether the environment may say otherwise; what makes sense in one mode only
            says no.

    Raises:
        BadCassette: the file is no cassette, or is not there and must be.
        ValueError: there is no such mode.
    """

    def __init__(
        self, path: str | os.PathLike[str], mode: str = "once", *, overridden: bool = True
    ) -> None:
        self.path = Path(path)
        mode = (os.environ.get(MODE) if overridden else None) or mode
        modes = get_args(Mode)
        if mode not in modes:
            raise BadCassette(
                f"There is no cassette mode {mode!r}: use {listing(modes)}.{hint(mode, modes)}"
            )
        there = self.path.exists()
        if mode == "replay" and not there:
            raise BadCassette(
                f"There is no cassette at {str(self.path)!r} to replay. Record it first, with "
                "mode='once' and a server."
            )
        self.mode = mode
        self.replays = mode == "replay" or (mode == "once" and there)
        self.records = mode == "record" or (mode == "once" and not there)
        self.broken = False
        """Whether the last line was half written; what stands before it is used."""
        self.recordings = self._read() if self.replays else []
        self._played: set[int] = set()
        self._fresh = True

    def __repr__(self) -> str:
        return f"Cassette({str(self.path)!r}, {self.mode!r})"

    @property
    def flows(self) -> tuple[str, ...]:
        """The flows of the runs that it holds."""
        return tuple(dict.fromkeys(str(made.request.get("flow")) for made in self.recordings))

    # --- replaying -------------------------------------------------------------------------------

    def find(self, wanted: RunFlow) -> Recording:
        """The recording of this request: the first that was not played yet.

        Raises:
            CassetteMismatch: there is none; the sentence shows the nearest, and the difference.
        """
        asked = request_of(wanted)
        matching = [n for n, made in enumerate(self.recordings) if made.request == asked]
        if not matching:
            raise CassetteMismatch(self._difference(asked))
        if all(n in self._played for n in matching):
            self._played -= set(matching)
        number = next(n for n in matching if n not in self._played)
        self._played.add(number)
        return self.recordings[number]

    def _difference(self, asked: dict[str, Any]) -> str:
        again = f"To record it, delete {str(self.path)!r} or use mode='record', with a server to record."
        if not self.recordings:
            return f"The cassette {str(self.path)!r} holds no run. {again}"
        nearest = max(self.recordings, key=lambda made: _likeness(made.request, asked)).request
        parts = [
            f"{name} is {_shown(asked, name)}, and was {_shown(nearest, name)}"
            for name in sorted(asked.keys() | nearest.keys())
            if asked.get(name) != nearest.get(name)
        ]
        return (
            f"The cassette {str(self.path)!r} does not hold this run. The nearest one that it holds "
            f"differs: {'; '.join(parts)}. {again}"
        )

    def _read(self) -> list[Recording]:
        try:
            lines = self.path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise BadCassette(f"The cassette {str(self.path)!r} cannot be read: {error}") from None
        values = [self._value(number, text, len(lines)) for number, text in enumerate(lines, 1)]
        if self.broken:
            values.pop()
            lines.pop()
        first = values[0]
        if not isinstance(first, dict) or "cassette" not in first:
            raise BadCassette(f"{str(self.path)!r} is no cassette: its first line does not say so.")
        if first["cassette"] != VERSION:
            raise BadCassette(
                f"The cassette {str(self.path)!r} is of version {first['cassette']!r}; this "
                f"buttermilk_widget reads version {VERSION}."
            )
        recordings: list[Recording] = []
        digest = hashlib.sha256()
        for number, (value, text) in enumerate(zip(values[1:], lines[1:], strict=True), 2):
            self._take_in(recordings, value, number)
            if "run" in value:
                digest = hashlib.sha256()
            if "end" not in value:
                digest.update(text.encode() + b"\n")
                recordings[-1].digest = f"sha256:{digest.hexdigest()}"
        return recordings

    def _value(self, number: int, text: str, count: int) -> Any:
        try:
            value = json.loads(text)
            if deeper_than(value, DEEPEST + _AROUND):
                raise RecursionError  # noqa: TRY301 - as json says it of what is deeper yet
        except RecursionError:
            raise self._bad(number, "it is nested too deep to read") from None
        except ValueError:
            if number == count > 1:
                # The writer was cut off; the rest is whole, since lines are written one at a time.
                self.broken = True
                return None
            if number == 1:
                return None
            raise self._bad(number, "it is not JSON") from None
        return value

    def _take_in(self, recordings: list[Recording], value: Any, number: int) -> None:
        try:
            if "run" in value:
                asked = RunFlow.model_validate(value["run"])
                begun = _BEGUN.validate_python(value)
                recordings.append(Recording(request_of(asked), begun["server"], begun["at"]))
            elif "end" in value:
                ended = _ENDED.validate_python(value)
                recordings[-1].ended, recordings[-1].hash = ended["end"], ended.get("hash")
            else:
                recordings[-1].inputs.append(INPUTS.validate_python(value))
        except (TypeError, KeyError, IndexError, ValidationError):
            raise self._bad(number, "it is none of a cassette's") from None

    def _bad(self, number: int, why: str) -> BadCassette:
        return BadCassette(f"Line {number} of the cassette {str(self.path)!r} is bad: {why}.")

    # --- recording -------------------------------------------------------------------------------

    def recorder(
        self,
        wanted: RunFlow,
        server: str,
        at: float,
        *,
        secret: Callable[[str], bool] = lambda _: False,
    ) -> Recorder:
        """Begin to record a run; ``secret`` knows a text that holds a credential of the person.

        Raises:
            BadCassette: the file cannot be written.
        """
        there = self.path.exists()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.open("a").close()
            if not there:
                self.path.unlink()
        except OSError as error:
            raise BadCassette(
                f"The cassette {str(self.path)!r} cannot be written: {error.strerror}."
            ) from None
        recorder = Recorder(self.path, self._open, secret)
        recorder.put({"run": request_of(wanted), "server": server, "at": at})
        return recorder

    def _open(self) -> IO[str]:
        """The file, for one more run; the first one takes the place of what was there."""
        fresh = self._fresh or not self.path.exists()
        file = self.path.open("w" if fresh else "a", encoding="utf-8")
        if fresh:
            file.write(json.dumps({"cassette": VERSION}) + "\n")
        self._fresh = False
        return file


class Recorder:
    """Writes a run into a cassette as it happens, from the first frame that is heard on.

    A run in which nothing is heard leaves no trace, and takes the place of nothing: a server that
    was not reached is to be tried again.

    Args:
        path: The cassette's file.
        begin: Opens it.
        secret: Knows a text that holds a credential of the person: a server may say one back.
    """

    def __init__(
        self,
        path: Path,
        begin: Callable[[], IO[str]],
        secret: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._path = path
        self._begin = begin
        self._secret = secret
        self._file: IO[str] | None = None
        self._over = False
        self._early: list[str] = []
        self._secrets: dict[str, int] = {}
        self._lines = 0
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """As :attr:`Recording.digest`, of what is written so far."""
        return f"sha256:{self._digest.hexdigest()}"

    def put(self, value: dict[str, Any]) -> None:
        """Write a line through; before anything was heard, keep it for then."""
        if self._over:
            return
        text = json.dumps(value, ensure_ascii=False)
        if "end" not in value:
            self._digest.update(text.encode() + b"\n")
        self._early.append(text)
        if self._file is not None or value.get("do") == HEARD:
            self.write_through()

    def write_through(self) -> None:
        """Write what there is, and from now on each line as it comes."""
        try:
            if self._file is None:
                self._file = self._begin()
                self._file.flush()
                self._lines = self._path.read_bytes().count(b"\n")
            for text in self._early:
                self._file.write(text + "\n")
            self._file.flush()
        except OSError as error:
            self._stop()
            self._warn(f"could not be written to the end of the run: {error.strerror}.")
            return
        for text in self._early:
            self._lines += 1
            for kind in kinds_in(text):
                self._secrets.setdefault(kind, self._lines)
            if self._secret(text):
                self._secrets.setdefault("a credential that you gave", self._lines)
        self._early.clear()

    def _stop(self) -> None:
        self._over = True
        if self._file is not None:
            self._file.close()

    def write(self, told: Input) -> None:
        """Write an input."""
        self.put(line(told))

    def close(self, ended: str, digest: str) -> None:
        """Write how it ended, and warn of what looks like a secret; safe more than once."""
        if self._over or self._file is None:
            return
        self.put({"end": ended, "hash": digest})
        self._stop()
        if self._secrets:
            found = listing(f"{kind} (line {number})" for kind, number in self._secrets.items())
            self._warn(f"holds what looks like {found}. Look at it before you share it.")

    def _warn(self, what: str) -> None:
        said = f"The cassette {str(self._path)!r} {what}"
        warnings.warn(said, CassetteWarning, stacklevel=2)


def request_of(wanted: RunFlow) -> dict[str, Any]:
    """What a run was asked for, as a cassette keeps and matches it."""
    fields = json.loads(wanted.model_dump_json(exclude={"type"}, exclude_none=True))
    return dict(sorted(fields.items()))


def _likeness(one: dict[str, Any], other: dict[str, Any]) -> tuple[bool, int]:
    same = sum(one.get(name) == value for name, value in other.items())
    return one.get("flow") == other.get("flow"), same - len(one.keys() ^ other.keys())


def _shown(request: dict[str, Any], name: str) -> str:
    text = repr(request[name]) if name in request else "not given"
    return text if len(text) <= 80 else f"{text[:77]}..."
