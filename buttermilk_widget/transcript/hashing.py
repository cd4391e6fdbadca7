"""The hash of a transcript: what it is of, and in which version.

Version 1, ``sha256:...``, was of entries, agents and frames, with each field of theirs. Version 2,
``sha256-2:...``, is of all that a reader is shown, and of where it comes from too. Its canonical
form is one line each, in UTF-8, with a line break after it:

- ``transcript 2``;
- ``provenance``, and the provenance without the cassette, whose name differs from copy to copy;
- ``entry``, its kind, and the entry without ``seq``, which only counts changes;
- ``agent``, and the agent;
- ``frame``, and a list of its direction, time and text.

All are JSON as pydantic writes it, with the fields as they are declared and **those left out that
have their default**: a field that is added later changes the hash of no earlier run. A value that
came as JSON stands in it as its text, with each digit and its keys in their order, since that is how
it is shown.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from buttermilk_widget.protocol.messages import TO_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from buttermilk_widget.conversation.conversation import Frame
    from buttermilk_widget.conversation.patches import Agent, Entry

    from .provenance import Provenance

VERSION = 2

_FIRST = "sha256:"
_PREFIX = f"sha256-{VERSION}:"

OF_THE_FIRST = "version 1, which does not cover the flow, its parameters, the server and the times"
"""What is to be said with a hash of version 1."""


def hash_of(
    provenance: Provenance,
    entries: Iterable[Entry],
    agents: Iterable[Agent],
    frames: Iterable[Frame],
) -> str:
    """The hash, of this version."""
    digest = hashlib.sha256()
    for line in _lines(provenance, entries, agents, frames):
        digest.update(line.encode() + b"\n")
    return _PREFIX + digest.hexdigest()


def version_of(text: str | None) -> int | None:
    """The version of a hash; ``None``, if it is none that is known here."""
    known = {_FIRST: 1, _PREFIX: VERSION}
    return next(
        (number for prefix, number in known.items() if (text or "").startswith(prefix)), None
    )


def differ(one: str | None, other: str) -> bool:
    """Whether two hashes are known to be of different transcripts; of two versions it is not."""
    return one is not None and version_of(one) == version_of(other) and one != other


def _lines(
    provenance: Provenance,
    entries: Iterable[Entry],
    agents: Iterable[Agent],
    frames: Iterable[Frame],
) -> Iterator[str]:
    yield f"transcript {VERSION}"
    yield f"provenance {provenance.model_dump_json(exclude={'cassette'}, exclude_defaults=True, context=TO_PAGE)}"
    for entry in entries:
        made = entry.model_dump_json(exclude={"seq"}, exclude_defaults=True, context=TO_PAGE)
        yield f"entry {entry.body.kind} {made}"
    for agent in agents:
        yield f"agent {agent.model_dump_json(exclude_defaults=True, context=TO_PAGE)}"
    for frame in frames:
        told = [frame.direction, frame.at, frame.text]
        yield f"frame {json.dumps(told, ensure_ascii=False)}"
