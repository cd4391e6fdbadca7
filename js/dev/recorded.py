"""A recording of a server as scenes: folded by the very same core as a live run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.transcript.convert import inputs, read, split_runs

if TYPE_CHECKING:
    from pathlib import Path

BEGAN = 1_764_000_000.0
"""When recordings begin, for the page: they know only the seconds since."""


def fold(path: Path) -> dict[str, Conversation]:
    """The conversations that a recording holds; the second is named ``name-2``, and so on."""
    folded = {}
    for number, course in enumerate(split_runs(read(path.read_text(encoding="utf-8"))), 1):
        conversation = Conversation()
        for told in inputs(course, BEGAN):
            conversation.apply(told)
        folded[path.stem if number == 1 else f"{path.stem}-{number}"] = conversation
    return folded
