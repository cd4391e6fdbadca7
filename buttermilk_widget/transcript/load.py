"""The runs that a file holds: a saved transcript, a cassette, or a notebook that showed them."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from buttermilk_widget.cassette.cassette import Cassette
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import Checkpoint
from buttermilk_widget.errors import (
    BadTranscript,
    CassetteWarning,
    PartialTranscriptWarning,
    truncate,
)
from buttermilk_widget.protocol.decode import DEEPEST, deeper_than
from buttermilk_widget.protocol.messages import as_text

from . import file_format as saved
from .captions import iso
from .compress import KEPT, decompress, decompress_text
from .file_format import SavedTranscript
from .hashing import differ, hash_of
from .provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from buttermilk_widget.cassette.cassette import Recording

_STATE = "application/vnd.jupyter.widget-state+json"
_COPY = "buttermilk-copy"
_AROUND = 20
"""Levels of a notebook around what is read of it."""


@dataclass(frozen=True)
class Found:
    """A run in a file: a line on it, and what reads it."""

    title: str
    read: Callable[[], SavedTranscript]


def runs_in(path: Path) -> list[Found]:
    """The runs that the file holds, in order.

    Raises:
        BadTranscript: the file cannot be read, or holds none.
        BadCassette: it is a cassette that cannot be read, or holds none.
    """
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadTranscript(f"{name!r} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadTranscript(f"{name!r} is no transcript: it is no text in UTF-8.") from None
    first = _object(text.partition("\n")[0])
    if "cassette" in first:
        return _in_cassette(path)
    if "transcript" not in first:
        notebook = first if "cells" in first else _object(text) if "\n" in text.strip() else {}
        if isinstance(notebook.get("cells"), list):
            return _in_notebook(notebook, name)
        if text.lstrip()[:1] == "<":
            raise BadTranscript(
                f"{name!r} is a page to be read: what can be loaded is the run's .jsonl, its cassette "
                "or the notebook that showed it."
            )
    return [Found(name, partial(saved.read, text, name))]


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _title(flow: object, asked: Any, began: float | None, outcome: object) -> str:
    """A line on a run: its flow, what else it was asked for with, when, and how it ended."""
    given = asked.items() if isinstance(asked, dict) else ()
    known = [f"{name}={as_text(value)!r}" for name, value in given if name != "flow"]
    when = [iso(began)] if began is not None else []
    parts = ["a run" if flow is None else str(flow), *known[:5], *when, str(outcome)]
    return ", ".join(truncate(" ".join(part.split()), 60) for part in parts)


# --- cassettes -----------------------------------------------------------------------------------


def _in_cassette(path: Path) -> list[Found]:
    cassette = Cassette(path, "replay", overridden=False)
    if not cassette.recordings:
        raise BadTranscript(f"The cassette {str(path)!r} holds no run.")
    return [
        Found(
            _title(made.request.get("flow"), made.request, made.at, made.ended or "breaks off"),
            partial(_replayed, made, path),
        )
        for made in cassette.recordings
    ]


def _replayed(recording: Recording, path: Path) -> SavedTranscript:
    conversation = Conversation(server=recording.server)
    recording.tell(conversation)
    label = f"{path.name} ({recording.digest})"
    parts = (
        Provenance.of(conversation, cassette=label),
        conversation.entries,
        conversation.agents,
        tuple(conversation.frames),
    )
    made = hash_of(*parts)
    if differ(recording.hash, made):
        warnings.warn(NOT_AS_RECORDED, CassetteWarning, stacklevel=4)
    provenance, entries, agents, frames = parts
    return SavedTranscript(entries, agents, frames, provenance, made)


NOT_AS_RECORDED = (
    "This is not the transcript that was recorded, for its hash differs: the cassette was changed by "
    "hand, or made by another version."
)


# --- notebooks -----------------------------------------------------------------------------------


def _in_notebook(notebook: dict[str, Any], name: str) -> list[Found]:
    """The runs whose copies stand in the outputs, then those of which there is but a checkpoint."""
    if deeper_than(notebook, DEEPEST + _AROUND):
        raise BadTranscript(f"{name!r} is nested too deep to read.")
    found: dict[str, Found] = {}
    only_read = 0
    for output in _outputs(notebook):
        kept = _get(output, "metadata", KEPT, "run")
        if isinstance(kept, str):
            text = decompress_text(kept)
            head = _object((text or "").partition("\n")[0])
            made = _get(head, "provenance") or {}
            found[str(head.get("hash"))] = Found(
                _title(
                    _get(made, "flow"),
                    _get(made, "parameters"),
                    _number(_get(made, "began")),
                    _get(made, "outcome"),
                ),
                partial(_kept, text, name),
            )
        else:
            only_read += _COPY in str(_get(output, "data", "text/html"))
    for state in _checkpoints(notebook):
        facts = {fact.name: fact.value for fact in state.card.facts}
        digest = facts.get("Transcript", "").partition(" ")[0]
        if digest not in found:
            made = _provenance(state)
            title = _title(made.flow, made.parameters, made.began, made.outcome.value)
            found[digest] = Found(title, partial(_from_checkpoint, state, name))
    if not found:
        raise BadTranscript(f"{name!r} is a notebook, and {_NO_RUN[only_read > 0]}")
    return list(found.values())


_NO_RUN = {
    True: "the conversations in it are copies of an older version, which can only be read.",
    False: "keeps no run: it was saved before there was one, or its widgets keep none (copy=False).",
}


def _kept(text: str | None, name: str) -> SavedTranscript:
    if text is None:
        raise BadTranscript(f"The run in {name!r} cannot be unpacked: it was changed.")
    return saved.read(text, name)


def _outputs(notebook: dict[str, Any]) -> Iterator[Any]:
    for cell in notebook["cells"]:
        outputs = _get(cell, "outputs")
        yield from outputs if isinstance(outputs, list) else ()


def _checkpoints(notebook: dict[str, Any]) -> Iterator[Checkpoint]:
    states = _get(notebook, "metadata", "widgets", _STATE, "state")
    for model in states.values() if isinstance(states, dict) else ():
        buffers = _get(model, "buffers")
        for buffer in buffers if isinstance(buffers, list) else ():
            data = _get(buffer, "data")
            if _get(buffer, "path") == ["checkpoint"] and isinstance(data, str):
                made = decompress(data, Checkpoint)
                if made is not None:
                    yield made


def _from_checkpoint(checkpoint: Checkpoint, name: str) -> SavedTranscript:
    """What a checkpoint has: it was made for a page to show, and has no frames."""
    warnings.warn(
        f"{name!r} keeps this run without its frames, and very long entries are cut: it was kept "
        "for a page to show. So its hash is another than the run's. FlowWidget(copy=True) keeps all.",
        PartialTranscriptWarning,
        stacklevel=4,
    )
    entries = Entries(tuple(e.model_copy(update={"frame": None}) for e in checkpoint.patch.entries))
    provenance = _provenance(checkpoint)
    agents = checkpoint.patch.agents or ()
    return SavedTranscript(
        entries, agents, (), provenance, hash_of(provenance, entries, agents, ())
    )


def _provenance(checkpoint: Checkpoint) -> Provenance:
    """What the card of a checkpoint says, which is for people to read."""
    facts = {fact.name: fact.value for fact in checkpoint.card.facts}
    parameter = "Parameter "
    status = checkpoint.patch.status
    return Provenance(
        flow=facts.get("Flow"),
        parameters={
            fact.name.removeprefix(parameter): fact.value
            for fact in checkpoint.card.facts
            if fact.name.startswith(parameter)
        },
        server=facts.get("Server"),
        session=facts.get("Session"),
        client=facts.get("Client"),
        began=_time(facts.get("Began")),
        ended=_time(facts.get("Ended", "").partition(",")[0]),
        cassette=facts.get("Cassette"),
        **({"outcome": status.readiness} if status else {}),
    )


def _time(text: str | None) -> float | None:
    try:
        return datetime.fromisoformat(text or "").timestamp()
    except ValueError:
        return None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e11 else None


def _get(value: Any, *path: str) -> Any:
    """What stands at a path of keys in JSON, or nothing."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
