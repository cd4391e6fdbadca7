"""Another tool's recording of a server, made into a cassette.

Such a recording is JSON lines, ``{"t": seconds since it began, "dir": ..., "frame": ...}``. With
``dir`` *in* and *out*, ``frame`` is what the server and its client said: an object, or the text as
it was, alone or as ``{"__raw__": text}``. With *event* it is what became of the socket,
``{"ws": "open"}``, ``{"ws": "closed"}`` or ``{"send_failed": why}``; with *http* it is left out.

A run begins at the socket over which a flow is asked for. A second flow that is asked for over the
same socket is no run of its own: its frames cannot be told from the first's (PROTOCOL section 5).
"""

from __future__ import annotations

import contextlib
import json
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from buttermilk_widget.cassette.cassette import request_of
from buttermilk_widget.cassette.files import replace
from buttermilk_widget.cassette.recorder import looks_like
from buttermilk_widget.cassette.secret_scan import kinds_in
from buttermilk_widget.cassette.tape import VERSION, dumped
from buttermilk_widget.conversation import answers
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.events import (
    Connecting,
    ConnectionGone,
    Disconnected,
    FrameNotSent,
    FrameReceived,
    FrameSent,
    FramesTaken,
    ManagerObserved,
    Reconnected,
    Started,
    line,
)
from buttermilk_widget.conversation.patches import Gap, Question, Readiness
from buttermilk_widget.errors import BadCassette, CassetteWarning
from buttermilk_widget.protocol.decode import DEEPEST, deeper_than, replace_surrogates
from buttermilk_widget.protocol.messages import ManagerResponse, RunFlow

from .transcript import Transcript

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    from buttermilk_widget.conversation.events import Event
    from buttermilk_widget.conversation.patches import AnswerKind

SERVER = "an unknown server"
"""What stands for the server's address: such a recording does not know it."""

ENDS = "The recording ends here, before the flow did."

_FORM = '{"t": seconds, "dir": "in", "out", "event" or "http", "frame": ...}'
_LONGEST = 1e9  # seconds, or 30 years: beyond, a time is soon no date any more


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a recording: ``text`` is its frame as it went, ``frame`` the object that it is."""

    t: float
    way: str
    text: str
    frame: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run in a recording: what was asked for, by which step, and all its steps."""

    wanted: RunFlow
    asking: Line
    steps: Sequence[Line]


def convert(
    source: str | os.PathLike[str], target: str | os.PathLike[str], *, began: float | None = None
) -> Path:
    """Make a cassette at ``target`` of the recording at ``source``; one that is there is replaced.

    Args:
        source: The recording.
        target: The cassette; folders on the way to it are made.
        began: When the recording began, in seconds since 1970. If not given, it is what the
            server's first frame with a time says, taken as UTC; with none, what the file's own
            time says. The hash of a transcript depends on it.

    Raises:
        BadCassette: the recording cannot be read, or is none, or holds no run; or the cassette
            cannot be written.
    """
    source, target = Path(source), Path(target)
    try:
        text = source.read_text(encoding="utf-8-sig")
        changed = source.stat().st_mtime
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise BadCassette(f"The recording {str(source)!r} cannot be read: {why}.") from None
    if target.exists() and target.samefile(source):
        raise BadCassette("The cassette needs a file of its own, beside the recording.")
    steps = read(text)
    if began is None:
        began = said_to_begin(steps)
    if began is None:
        began = changed - steps[-1].t
    # All of it is read before anything is written: a bad line leaves no half of a cassette.
    told = [(course.wanted, list(inputs(course, began))) for course in split_runs(steps)]
    if not told:
        raise BadCassette(
            f"The recording {str(source)!r} holds no run: no run_flow was sent in it, so there is "
            "nothing to replay."
        )
    lines = [{"cassette": VERSION}, *chain.from_iterable(_lines(*one) for one in told)]
    texts = [dumped(line) for line in lines]
    try:
        replace(target, (f"{text}\n".encode() for text in texts))
    except OSError as error:
        raise BadCassette(
            f"The cassette {str(target)!r} cannot be written: {error.strerror}."
        ) from None
    _look(target, texts)
    return target


def _lines(wanted: RunFlow, course: list[Event]) -> Iterator[dict[str, Any]]:
    """The lines of one run."""
    conversation = Conversation()
    yield {"run": request_of(wanted), "server": SERVER, "at": course[0].at}
    for one in course:
        conversation.apply(one)
        yield line(one)
    yield {"end": conversation.readiness.value, "hash": Transcript.of(conversation).hash}


def _look(target: Path, texts: list[str]) -> None:
    found: dict[str, int] = {}
    for number, text in enumerate(texts, 1):
        for kind in kinds_in(text):
            found.setdefault(kind, number)
    if found:
        said = f"The cassette {str(target)!r} {looks_like(found)}"
        warnings.warn(said, CassetteWarning, stacklevel=3)


# --- the lines -----------------------------------------------------------------------------------


def read(recording: str) -> list[Line]:
    """The steps that a recording holds. A last line that was half written is left out.

    Raises:
        BadCassette: it is no recording, or a line of it is bad; the sentence says which.
    """
    steps: list[Line] = []
    lines = recording.rstrip().split("\n")
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            step = _step(json.loads(text))
        except (ValueError, RecursionError):
            if steps and number == len(lines):
                break  # the writer was cut off
            raise _bad(number, steps, "it is not JSON") from None
        if step is None:
            raise _bad(number, steps, f"it is not of the form {_FORM}")
        steps.append(step)
    if not steps:
        raise BadCassette("The recording is empty.")
    return steps


def _step(value: Any) -> Line | None:
    match value:
        case {"t": int() | float() as t, "dir": "in" | "out" | "event" | "http", "frame": frame}:
            if not isinstance(t, bool) and abs(t) <= _LONGEST:
                text = _text(frame)
                return Line(float(t), value["dir"], text, _object(text))
        case {"cassette": _}:
            raise BadCassette("This is a cassette already, and replays as it is.")
        case {"transcript": _}:
            raise BadCassette("This is a transcript: Transcript.load reads it.")
    return None


def _bad(number: int, before: list[Line], why: str) -> BadCassette:
    if not before:
        return BadCassette(f"This is no recording of a server. Its line {number}: {why}.")
    return BadCassette(
        f"Line {number} of the recording is bad: {why}. Mend it or take it out, and convert again."
    )


def _text(frame: Any) -> str:
    """The frame as it went, as far as the recording has it so."""
    match frame:
        case str(text) | {"__raw__": str(text)}:
            return replace_surrogates(text)
    return replace_surrogates(json.dumps(frame, ensure_ascii=False))


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def said_to_begin(steps: Sequence[Line]) -> float | None:
    """When the server says that a recording began, if it says so."""
    for step in steps:
        said = step.frame.get("timestamp") if step.way == "in" else None
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            at = datetime.fromisoformat(said)  # type: ignore[arg-type]
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - step.t
    return None


# --- the runs ------------------------------------------------------------------------------------


def split_runs(steps: Sequence[Line]) -> list[RecordedRun]:
    """The runs in a recording, each with its own steps.

    Raises:
        BadCassette: what was asked for cannot be read.
    """
    asking: list[tuple[int, Line]] = []
    opened: int | None = None  # the socket that nothing went over yet
    for place, step in enumerate(steps):
        if step.way == "event" and step.frame.get("ws") == "open":
            opened = place
        elif step.way in ("in", "out"):
            if _asks(step) and (opened is not None or not asking):
                asking.append((opened or 0, step))
            opened = None
    begins = [0, *(place for place, _ in asking[1:]), len(steps)]
    return [
        RecordedRun(_wanted(step), step, steps[begins[number] : begins[number + 1]])
        for number, (_, step) in enumerate(asking)
    ]


def _asks(step: Line) -> bool:
    return step.way == "out" and step.frame.get("type") == "run_flow"


def _wanted(step: Line) -> RunFlow:
    try:
        if deeper_than(step.frame, DEEPEST):
            raise ValueError("nested too deep")  # noqa: TRY301 - one sentence for all
        return RunFlow.model_validate(step.frame)
    except ValueError:
        raise BadCassette(
            f"The recording asks for a flow in a way that cannot be replayed, at {step.t:g} s: the "
            "flow's name, prompt and record_id must be text, and nothing may be nested very deep."
        ) from None


def inputs(course: RecordedRun, began: float) -> Iterator[Event]:
    """What a conversation is to be told, for it to be as the recorded client's could have been."""
    so_far = Conversation()
    for told in _inputs(course, began, so_far):
        so_far.apply(told)
        yield told


def _inputs(course: RecordedRun, began: float, so_far: Conversation) -> Iterator[Event]:
    """As :func:`inputs`; ``so_far`` was told of each before the next one is asked for."""
    steps, session = course.steps, None
    last = max(place for place, step in enumerate(steps) if step.way in ("in", "out"))
    yield Connecting(at=began + steps[0].t, flow=course.wanted.flow, server=SERVER)
    for place, step in enumerate(steps):
        at, event = began + step.t, _event(step)
        if step.way == "in":
            yield FrameReceived(at=at, text=step.text)
        elif step is course.asking:
            yield Started(at=at, request=request_of(course.wanted), session=session)
            yield FramesTaken(at=at)
            yield _fate(steps, place)(at=at, text=step.text)
        elif step.way == "out":
            yield from _spoken(step, at, so_far, _fate(steps, place))
        elif event.get("ws") == "open":
            session = _words(event, "session") or None
            if any(isinstance(one.body, Gap) and one.body.until is None for one in so_far.gaps):
                yield Reconnected(at=at)
        elif event.get("ws") == "closed" and not so_far.readiness.settled:
            broke = "The connection broke; connecting again."
            yield (
                Disconnected(at=at, reason=broke)
                if place < last
                else ConnectionGone(at=at, reason=ENDS)
            )
    if not so_far.readiness.settled:
        yield ConnectionGone(at=began + steps[-1].t, reason=ENDS)


def _event(step: Line) -> dict[str, Any]:
    return step.frame if step.way == "event" else {}


def _fate(steps: Sequence[Line], place: int) -> type[FrameSent | FrameNotSent]:
    """Whether the frame at ``place`` went: the step after it says so if it did not."""
    after = steps[place + 1 : place + 2]
    return FrameNotSent if any("send_failed" in _event(step) for step in after) else FrameSent


def _spoken(
    step: Line, at: float, so_far: Conversation, fate: type[FrameSent | FrameNotSent]
) -> Iterator[Event]:
    """What the client sent: as an answer, if it is one, and in any case as a frame."""
    answer = None
    said = _said(step.frame, at, so_far)
    if said is not None:
        yield said
        answer = so_far.count
    yield fate(at=at, text=step.text, answer=answer)


def _said(frame: dict[str, Any], at: float, so_far: Conversation) -> ManagerObserved | None:
    """What a frame says for the manager, in its own fields; nothing, if the server heard no answer.

    Nothing is read into it: words are not taken for a yes by a server that does not take them so,
    and a frame that neither decides nor says anything (``halt``, ``interrupt``) answers nothing.
    """
    heard = _heard(frame, so_far)
    if heard is None:
        return None
    entry, words = so_far.question, _filled(heard.content)
    seen: dict[str, Any] = {"confirm": heard.confirm, "selection": heard.selection or None}
    if entry is None:
        verdict = _unasked(heard, so_far)
        if verdict is None or not words:
            return None
        return ManagerObserved(at=at, verdict=verdict, content=words, **seen)
    if so_far.readiness is not Readiness.ASKING or not isinstance(entry.body, Question):
        return None
    meant = _meant(entry.body, heard, documented=_documented(so_far))
    if meant is None:
        return None
    return ManagerObserved(at=at, verdict=meant[0], content=meant[1], question=entry.id, **seen)


def _heard(frame: dict[str, Any], so_far: Conversation) -> ManagerResponse | None:
    """The frame, if its server takes such a one for an answer (PROTOCOL section 3)."""
    kinds = ["manager_response"]
    if _documented(so_far):
        kinds.append("ui_message")
        known = {name: frame.get(name) for name in ("confirm", "content", "selection")}
        frame = {"type": frame.get("type"), **known}
    if frame.get("type") not in kinds:
        return None
    try:
        # The deployed server drops a frame with one wrong key or type.
        return ManagerResponse.model_validate({**frame, "type": kinds[0]}, strict=True)
    except ValueError:
        return None


def _documented(so_far: Conversation) -> bool:
    return so_far.dialect == "documented"


def _unasked(frame: ManagerResponse, so_far: Conversation) -> AnswerKind | None:
    """What words are that answer no question; nothing, if they meet nobody."""
    if so_far.readiness is Readiness.LISTENING:
        return "text"
    # The very frame of our own remarks; others meet no question, and the server drops them.
    alone = set(frame.model_dump(exclude_none=True)) == {"type", "content"}
    return "remark" if so_far.status.remarks and alone else None


def _meant(
    asked: Question, heard: ManagerResponse, *, documented: bool
) -> tuple[AnswerKind, str] | None:
    """What a frame says to the open question: what the manager did, and the words as they went."""
    words, selection, confirm = _filled(heard.content), _filled(heard.selection), heard.confirm
    decided: tuple[AnswerKind, str] | None = None
    if confirm is not None:
        decided = ("confirm" if confirm else "reject"), words
    if decided is not None and asked.form == "confirm":
        return decided
    chosen = selection or words
    if asked.form == "options" and chosen in asked.options:
        return "choice", chosen
    if words and documented:
        # Such a server reads words; what they mean to it, they mean here.
        return answers.interpret(asked, "text", words)[0], words
    if words:
        return "text", words
    return decided or (("text", selection) if selection else None)


def _filled(words: str | None) -> str:
    return words if words and words.strip() else ""


def _words(frame: dict[str, Any], name: str) -> str:
    value = frame.get(name)
    words = "" if value is None else str(value)
    return words if words.strip() else ""
