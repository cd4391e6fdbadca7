"""The file that a run is recorded in, and replayed from.

JSON lines. The first says that it is a cassette and of which version; then, for each run, one line
with what was asked for, the inputs of its conversation as they happened (``events.py``: frames of
both directions verbatim, what the manager did, what became of the connection, each with its time),
and one with how it ended. Each line is written through at once, so that a crash keeps what was
seen (``recorder.py``; ``tape.py`` has what becomes of the file). Headers, tokens and the user of an
address are never in it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NotRequired, get_args

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from buttermilk_widget.conversation.events import EVENTS, ConnectionGone
from buttermilk_widget.errors import (
    AnswerError,
    BadCassette,
    CassetteMismatch,
    did_you_mean,
    join_names,
)
from buttermilk_widget.protocol.decode import without_surrogates
from buttermilk_widget.protocol.messages import Moment, RunFlow

from . import files, tape
from .recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from buttermilk_widget.conversation.conversation import Conversation
    from buttermilk_widget.conversation.events import Event

Mode = Literal["once", "record", "replay", "live"]
"""What to do with a cassette.

*once*: replay it, if the file is there, else record it. *record*: record runs into it, each in the
place of the one that it holds of the same request; the others stay. *replay*: replay it, and never
use the network. *live*: leave it alone.
"""

BREAKS_OFF = "The recording breaks off here, before the run ended."

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
    inputs: list[Event] = field(default_factory=list)
    ended: str | None = None
    hash: str | None = None
    digest: str = ""

    def tell(self, conversation: Conversation) -> None:
        """Tell a conversation all of it, at once.

        Raises:
            BadCassette: the recording does not fit together.
        """
        for told in self.inputs:
            tell_fitting(told, conversation.apply)
        if not conversation.readiness.settled:
            at = self.inputs[-1].at if self.inputs else self.at
            conversation.apply(ConnectionGone(at=at, reason=BREAKS_OFF))


def tell_fitting(told: Event, tell: Callable[[Event], None]) -> None:
    """Tell what was recorded.

    Raises:
        BadCassette: it does not fit to what was told before.
    """
    try:
        tell(told)
    except (AnswerError, KeyError, IndexError, ValueError, AssertionError) as error:
        raise BadCassette(
            "The recording does not fit together: it was changed by hand, or made by another "
            f"version. ({type(error).__name__}: {error})"
        ) from None


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
                f"There is no cassette mode {mode!r}: use {join_names(modes)}.{did_you_mean(mode, modes)}"
            )
        there = mode in ("once", "replay") and tape.is_there(self.path)
        if mode == "replay" and not there:
            raise BadCassette(
                f"There is no cassette at {str(self.path)!r} to replay. Record it first, with "
                "mode='once' and a server."
            )
        self.mode = mode
        self.broken = False
        """Whether the last line was half written; what stands before it is used."""
        self.recordings = self._read() if there else []
        # One that another run is being recorded into, and that holds no other yet, is to be.
        begun = there and not self.recordings and files.is_held(self.path)
        if mode == "replay" and begun:
            raise BadCassette(
                f"The cassette {str(self.path)!r} holds no run yet: its first is being recorded."
            )
        self.replays = there and not begun
        self.records = mode in ("once", "record") and not self.replays
        self._played: set[int] = set()
        self._recorders: list[Recorder] = []

    def __repr__(self) -> str:
        return f"Cassette({str(self.path)!r}, {self.mode!r})"

    @property
    def flows(self) -> tuple[str, ...]:
        """The flows of the runs that it holds."""
        return tuple(dict.fromkeys(str(made.request.get("flow")) for made in self.recordings))

    # --- replaying -------------------------------------------------------------------------------

    def find(self, wanted: RunFlow) -> Recording:
        """The recording of this request: the first that was not played yet, whole ones before others.

        Raises:
            CassetteMismatch: there is none; the sentence shows the nearest, and the difference.
        """
        asked = request_of(wanted)
        matching = [n for n, made in enumerate(self.recordings) if made.request == asked]
        if not matching:
            raise CassetteMismatch(self._difference(asked))
        if all(n in self._played for n in matching):
            self._played -= set(matching)
        left = [n for n in matching if n not in self._played]
        number = min(left, key=lambda n: self.recordings[n].ended is None)
        self._played.add(number)
        return self.recordings[number]

    def _difference(self, asked: dict[str, Any]) -> str:
        again = "To record it too, use mode='record', with a server: what the cassette holds stays."
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
        contents = tape.contents_of(self.path)
        self.broken = contents.broken
        return [self._recording(run) for run in contents.runs]

    def _recording(self, run: tape.Run) -> Recording:
        number = run.first
        try:
            asked = RunFlow.model_validate(run.begun["run"])
            begun = _BEGUN.validate_python(without_surrogates(run.begun))
            made = Recording(request_of(asked), begun["server"], begun["at"], digest=run.digest)
            for number, text in enumerate(run.lines[1:], run.first + 1):
                value = tape.value_of(text, number, self.path)
                made.inputs.append(EVENTS.validate_python(value))
            if run.end is not None:
                number += 1
                ended = _ENDED.validate_python(tape.value_of(run.end, number, self.path))
                made.ended, made.hash = ended["end"], ended.get("hash")
        except (TypeError, KeyError, ValueError):
            raise tape.bad(number, self.path, tape.FOREIGN) from None
        return made

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
            BadCassette: the file cannot be written, or is no cassette.
        """
        request = request_of(wanted)
        own = [made.digest for made in self._recorders]
        track = tape.Track(self.path, request, anew=self.mode == "record", own=own)
        try:
            track.check()
        except OSError as error:
            raise BadCassette(
                f"The cassette {str(self.path)!r} cannot be written: {error.strerror}."
            ) from None
        recorder = Recorder(self.path, track, secret)
        self._recorders.append(recorder)
        recorder.put({"run": request, "server": server, "at": at})
        return recorder


def request_of(wanted: RunFlow) -> dict[str, Any]:
    """What a run was asked for, as a cassette keeps and matches it."""
    fields = without_surrogates(wanted.model_dump(exclude={"type"}, exclude_none=True))
    return dict(sorted(json.loads(json.dumps(fields)).items()))


def _likeness(one: dict[str, Any], other: dict[str, Any]) -> tuple[bool, int]:
    same = sum(one.get(name) == value for name, value in other.items())
    return one.get("flow") == other.get("flow"), same - len(one.keys() ^ other.keys())


def _shown(request: dict[str, Any], name: str) -> str:
    text = repr(request[name]) if name in request else "not given"
    return text if len(text) <= 80 else f"{text[:77]}..."
