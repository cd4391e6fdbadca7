"""Writes a run into a cassette as it happens; whatever goes wrong with that, the run goes on."""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from collections import deque
from typing import TYPE_CHECKING, Any

from buttermilk_widget._tracebacks import describe_chain, log
from buttermilk_widget.conversation.events import FrameReceived, line
from buttermilk_widget.errors import BadCassette, CassetteError, CassetteWarning, join_names

from .secret_scan import kinds_in
from .tape import Contents, dumped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from buttermilk_widget.conversation.events import Event

    from .tape import Track

HEARD = FrameReceived.model_fields["do"].default

_THERE = "It is read from there, and put into the cassette with the next recording."


class Recorder:
    """Writes a run into a cassette as it happens, from the first frame that is heard on.

    A run in which nothing is heard leaves no trace, and takes the place of nothing: a server that
    was not reached is to be tried again.

    **Nothing here raises.** What cannot be written is said once, in a :class:`.CassetteWarning`, and
    written later if it can be: a disk that was full for a while leaves no gap. The run goes on,
    whatever the disk does.

    Args:
        path: The cassette's file, as the person names it.
        track: Where the lines go.
        secret: Knows a text that holds a credential of the person: a server may say one back.
    """

    def __init__(
        self, path: Path, track: Track, secret: Callable[[str], bool] = lambda _: False
    ) -> None:
        self.problem = ""
        """Why what happened so far is not all in the file, or nothing."""
        self._path = path
        self._track = track
        self._secret = secret
        self._heard = False
        self._over = False
        self._failing = ""  # the sentence of the problem
        self._warned: list[str] = []  # of everything else
        self._said = False
        self._waiting: deque[bytes] = deque()
        self._try_at = 1  # how many lines are to wait before it is tried again
        self._digest = hashlib.sha256()
        self._lines = 0
        self._secrets: dict[str, int] = {}

    @property
    def digest(self) -> str:
        """As :attr:`.Recording.digest`, of the run so far."""
        return f"sha256:{self._digest.hexdigest()}"

    @property
    def notice(self) -> str:
        """Sentences on what is wrong with the recording now, for whoever looks on; or nothing."""
        return " ".join(filter(None, (self._failing, *self._warned)))

    @property
    def label(self) -> str:
        """What a transcript says of the recording: its digest, or that it is not whole."""
        return f"not whole: {self.problem}" if self.problem else self.digest

    def put(self, value: dict[str, Any]) -> None:
        """Write a line through; before anything was heard, keep it for then."""
        if not self._over:
            self._safely(lambda: self._put(value))

    def write(self, told: Event) -> None:
        """Write an input."""
        if not self._over:
            self._safely(lambda: self._put(line(told)))

    def close(self, ended: str, digest: str | Callable[[], str]) -> None:
        """Write how it ended, and warn of what looks like a secret; safe more than once.

        Args:
            ended: The readiness at the end.
            digest: The transcript's hash, or what gives it.
        """
        if self._heard and not self._over:
            self._try_at = 0
            self._safely(lambda: self._put(_end(ended, digest)))
        self._over = True
        if self._track.begun:
            self._safely(self._finish)

    def _finish(self) -> None:
        part = self._track.part
        try:
            there = self._track.finish()
        except (OSError, BadCassette) as error:
            where = f" The run is in {part!r} beside it. {_THERE}" if part else ""
            self._fail(f"{_why(error)}.{where}")
        else:
            if not there:
                self._warn(
                    "was taken away while a run was recorded into it. The run is in a new one."
                )
        if self._secrets:
            self._warn(looks_like(self._places(part)))

    def _places(self, part: str) -> dict[str, int]:
        """The lines of the file in which there may be secrets."""
        first = 2
        if not part or not self.problem:
            with contextlib.suppress(BadCassette):
                runs = Contents.read(self._path).runs
                first = next((run.first for run in runs if run.digest == self.digest), first)
        return {kind: first + place for kind, place in self._secrets.items()}

    def _safely(self, work: Callable[[], None]) -> None:
        """Do it; whatever goes wrong, nobody hears of it but the person and the log."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a run does not fail by its recording
            self._over = True
            wrong = CassetteError()
            wrong.__context__ = error
            log.error("%s", describe_chain(wrong))
            self._fail(f"{type(error).__name__}, of which the log says more.")

    def _put(self, value: dict[str, Any]) -> None:
        text = dumped(value)
        encoded = text.encode() + b"\n"
        if "end" not in value:
            self._digest.update(encoded)
        self._waiting.append(encoded)
        for kind in kinds_in(text):
            self._secrets.setdefault(kind, self._lines)
        if self._secret(text):
            self._secrets.setdefault("a credential that you gave", self._lines)
        self._lines += 1
        self._heard = self._heard or value.get("do") == HEARD
        if self._heard and len(self._waiting) >= self._try_at:
            self._catch_up()

    def _catch_up(self) -> None:
        """Write what waits."""
        try:
            if not self._track.begun:
                self._track.begin()
            while self._waiting:
                self._track.add(self._waiting[0])
                self._waiting.popleft()
        except (OSError, BadCassette) as error:
            # Soon, and then less and less often: each try may read the whole file.
            self._try_at = 2 * len(self._waiting)
            self._fail(f"{_why(error)}. The run goes on, and is written once it can be.")
        else:
            self._try_at, self.problem, self._failing = 1, "", ""

    def _fail(self, why: str) -> None:
        """Note what stands against it; the person hears of it once a run."""
        self.problem = why.partition(". ")[0].rstrip(".")
        self._failing = self._sentence(f"could not be written: {why}")
        if not self._said:
            self._said = True
            _spoken(self._failing)

    def _warn(self, what: str) -> None:
        said = self._sentence(what)
        self._warned.append(said)
        _spoken(said)

    def _sentence(self, what: str) -> str:
        return f"The cassette {str(self._path)!r} {what}"


def looks_like(found: Mapping[str, int]) -> str:
    """What is to be said of a cassette that seems to hold secrets, by their kinds and lines."""
    kinds = join_names(f"{kind} (line {number})" for kind, number in found.items())
    return f"holds what looks like {kinds}. Look at it before you share it."


def _spoken(said: str) -> None:
    """Warn of it; whoever makes warnings errors finds it in the log."""
    try:
        warnings.warn(said, CassetteWarning, stacklevel=2)
    except Exception:  # noqa: BLE001 - a run does not fail by its recording
        log.error("%s", said)


def _end(ended: str, digest: str | Callable[[], str]) -> dict[str, str]:
    return {"end": ended, "hash": digest if isinstance(digest, str) else digest()}


def _why(error: OSError | BadCassette) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error).rstrip(".")
