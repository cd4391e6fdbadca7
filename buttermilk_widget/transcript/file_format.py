"""A transcript as JSON lines: how it is written, and what is seen to when it is read.

The first line has the version of the form, the transcript's hash, where it comes from, and a *seal*:
the digest of the whole file, which also covers what the hash leaves out. The other lines have an
entry, an agent or a frame each. A value that came as JSON stands in them as its text, as it does for
the page, so that no digit is lost.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from buttermilk_widget.conversation.conversation import Frame
from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import Agent, Entry
from buttermilk_widget.errors import BadTranscript, truncate
from buttermilk_widget.protocol.decode import DEEPEST, deeper_than, without_surrogates
from buttermilk_widget.protocol.messages import TO_PAGE, values_of

from .hashing import hash_of
from .provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = 2

_AROUND = 10
"""Levels of a transcript's file around what came in a frame."""

M = TypeVar("M", Entry, Agent)

_FRAME = TypeAdapter(Frame)
_HEAD = {1: {"transcript", "provenance", "hash"}, 2: {"transcript", "provenance", "hash", "seal"}}
_KINDS = {"entry", "agent", "frame"}
_CHANGED = "was changed since it was saved: its hash differs."
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}


@dataclass(frozen=True)
class SavedTranscript:
    """What is in a file. ``hash`` is what it says, of whichever version."""

    entries: Entries
    agents: tuple[Agent, ...]
    frames: tuple[Frame, ...]
    provenance: Provenance
    hash: str

    def lines(self) -> Iterator[str]:
        """The lines of the file."""
        rest = list(self._rest())
        head = {
            "transcript": VERSION,
            "provenance": self.provenance.model_dump(mode="json", exclude_defaults=True),
            "hash": self.hash,
        }
        yield json.dumps({**head, "seal": _seal(head, rest)}, ensure_ascii=False)
        yield from rest

    def _rest(self) -> Iterator[str]:
        for entry in self.entries:
            yield f'{{"entry":{entry.model_dump_json(context=TO_PAGE)}}}'
        for agent in self.agents:
            yield f'{{"agent":{agent.model_dump_json(context=TO_PAGE)}}}'
        for frame in self.frames:
            yield json.dumps({"frame": asdict(frame)}, ensure_ascii=False)


def read(text: str, name: str) -> SavedTranscript:
    """What a file of this name says.

    Raises:
        BadTranscript: it is no transcript, or was changed since it was written.
    """
    lines = text.removesuffix("\n").split("\n")
    try:
        head, *rest = map(_value, lines)
        if deeper_than([head, *rest], DEEPEST + _AROUND):
            raise ValueError("nested too deep")  # noqa: TRY301 - one sentence for all
        version = head["transcript"]
        if version not in _HEAD:
            raise BadTranscript(f"{name!r} is a transcript of another version.")
        made = SavedTranscript(
            Entries(tuple(_made(Entry, one, version) for one in _of("entry", rest))),
            tuple(_made(Agent, one, version) for one in _of("agent", rest)),
            tuple(_FRAME.validate_python(one, extra="forbid") for one in _of("frame", rest)),
            Provenance.model_validate(head["provenance"], extra="forbid"),
            head["hash"],
        )
        _fit_together(made.entries, len(made.frames))
        _see_to_keys(head, rest, version)
        right = _is_right(made, head, lines[1:])
    except ValidationError as error:
        unknown = [str(one["loc"][-1]) for one in error.errors() if one["type"] in _UNKNOWN]
        raise _foreign(name, unknown) if unknown else _none(name) from None
    except _Unknown as error:
        raise _foreign(name, list(error.args)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _none(name) from None
    if not right:
        raise BadTranscript(f"{name!r} {_CHANGED}")
    return made


class _Unknown(Exception):
    """Keys that are none of a transcript's."""


def _none(name: str) -> BadTranscript:
    return BadTranscript(f"{name!r} is no transcript.")


def _foreign(name: str, keys: list[str]) -> BadTranscript:
    return BadTranscript(
        f"{name!r} has {truncate(keys[0])!r}, which no transcript of this version of buttermilk_widget "
        "has: it was added by hand, or saved by a newer version."
    )


def _made(model: type[M], value: Any, version: int) -> M:
    if version == 1:
        # The digest of its lines covers their keys, whatever these were then.
        return model.model_validate(value, extra="ignore")
    made = model.model_validate(value, extra="forbid", context=TO_PAGE)
    if deeper_than(list(values_of(made)), DEEPEST + _AROUND):
        raise ValueError("nested too deep")
    return made


def _value(line: str) -> Any:
    value = json.loads(line)
    return without_surrogates(value) if "\\ud" in line or "\\uD" in line else value


def _see_to_keys(head: dict[str, Any], rest: list[dict[str, Any]], version: int) -> None:
    unknown = [key for key in head if key not in _HEAD[version]]
    unknown += [key for line in rest for key in line.keys() - _KINDS]
    if unknown:
        raise _Unknown(*unknown)
    if any(len(line) != 1 for line in rest):
        raise ValueError(rest)


def _is_right(made: SavedTranscript, head: dict[str, Any], rest: list[str]) -> bool:
    if head["transcript"] == 1:
        # Its lines are what was hashed; to make them anew would add the fields that came since.
        return bool(made.hash == _digest(rest))
    if head.pop("seal", None) != _seal(head, rest):
        return False
    return made.hash == hash_of(made.provenance, made.entries, made.agents, made.frames)


def _seal(head: dict[str, Any], rest: Iterable[str]) -> str:
    return _digest([json.dumps(head, ensure_ascii=False), *rest])


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return f"sha256:{digest.hexdigest()}"


def _of(kind: str, values: list[Any]) -> list[Any]:
    return [value[kind] for value in values if kind in value]


def _fit_together(entries: Entries, frames: int) -> None:
    """See that entries have their numbers, and point at others and at frames that are there."""
    for number, entry in enumerate(entries, 1):
        others = (*entry.replies, *([] if entry.about is None else [entry.about]))
        if (
            entry.id != number
            or not all(0 < other <= len(entries) for other in others)
            or not (entry.frame is None or 0 <= entry.frame < frames)
        ):
            raise ValueError(number)
