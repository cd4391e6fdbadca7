"""What stays in a notebook when its kernel is gone: a checkpoint for the page, and a static copy.

The checkpoint is state of the widget, which a notebook keeps only where it is told to; the copy is
an ordinary output of the cell, which stands in every notebook and shows anywhere.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from html import escape
from typing import TYPE_CHECKING

from IPython.display import publish_display_data

from .packing import pack
from .patches import Checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from .session import Session
    from .transcript import Transcript

NOT_YET = "A copy of this conversation comes here when its run is over."
ELSEWHERE = (
    "The conversation was live when this notebook was saved. If its run was over, a copy is below."
)

LARGEST = 16 * 2**20
"""Characters of a run's frames; of more, a copy would be slow to make, to save and to open."""

# One folded line under a live widget; where there is none, the copy is what there is to read.
_UNFOLDED = (
    ".buttermilk-copy:not(.jp-OutputArea:has(.buttermilk-host) *)::details-content"
    "{content-visibility:visible}"
    ".buttermilk-copy>summary{cursor:pointer;opacity:.75;font-size:90%}"
)


def copy_of(transcript: Transcript) -> dict[str, str]:
    """The transcript by media type; its HTML is folded, and needs neither network nor script."""
    line = (
        f"A copy of this conversation, for when there is no kernel: {transcript.flow or 'a run'}, "
        f"{len(transcript)} entries"
    )
    html = (
        f"<details class='buttermilk-copy'><summary>{escape(line)}</summary>"
        f"<style>{_UNFOLDED}</style>{transcript.to_fragment()}</details>"
    )
    return {"text/html": html, "text/plain": repr(transcript)}


def too_long(transcript: Transcript) -> dict[str, str]:
    """What stands in place of a copy, by media type, of a run that is too long to be kept."""
    said = (
        f"This conversation has {len(transcript):,} entries, too much to keep in a notebook: "
        "run.transcript.save('run.jsonl') keeps it in a file."
    )
    return {"text/html": f"<small style='opacity:.75'>{said}</small>", "text/plain": said}


class Keeper:
    """Keeps one run in the notebook, once it is over; on the loop's thread, but for :meth:`publish`.

    Args:
        session: The run.
        store: Takes the checkpoint; ``None`` keeps none.
        copy: The output that takes the copy; ``None`` keeps none.
        resend: Sends the widget's state once more.
    """

    def __init__(
        self,
        session: Session,
        *,
        store: Callable[[bytes], None] | None,
        copy: StaticCopy | None,
        resend: Callable[[], None],
    ) -> None:
        self._session = session
        self._store = store
        self._copy = copy
        self._resend = resend
        self._keeping: asyncio.Task[None] | None = None

    def publish(self) -> None:
        """Say what is kept again, from the thread of the running cell: nbclient hears only that."""
        if self._copy is not None:
            self._copy.refresh()
        self._resend()

    def notice(self) -> None:
        """The run has changed: if it is over now, keep it."""
        if self._keeping is None and self._session.over:
            self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def kept(self) -> None:
        """Wait until a settled run is kept; one that goes on is not waited for."""
        if self._session.readiness.settled:
            await self._session.closed()
            self.notice()
            if self._keeping is not None:
                await asyncio.shield(self._keeping)

    async def _keep(self) -> None:
        conversation, transcript = self._session.conversation, self._session.transcript
        patch, replay = conversation.since(0, time.time()), self._session.replay

        def checkpoint() -> bytes:
            card = transcript.card(run=conversation.run)
            return pack(Checkpoint(patch=patch, card=card, replay=replay))

        if sum(len(frame.text) for frame in transcript.frames) > LARGEST:
            if self._copy is not None:
                self._copy.put(too_long(transcript))
            return
        # Long conversations take their time, and others on this loop are live.
        if self._store is not None:
            self._store(await asyncio.to_thread(checkpoint))
        if self._copy is not None:
            self._copy.put(await asyncio.to_thread(copy_of, transcript))


class StaticCopy:
    """An output of the cell that shows the widget, which takes the copy when there is one."""

    def __init__(self) -> None:
        self._name = f"buttermilk-{uuid.uuid4().hex}"
        self._bundle = {
            "text/html": f"<small style='opacity:.75'>{NOT_YET}</small>",
            "text/plain": NOT_YET,
        }
        self._shown = False

    def show(self) -> None:
        """Put it under what the cell has shown so far."""
        self._shown = True
        self._publish(update=False)

    def put(self, bundle: dict[str, str]) -> None:
        """Let it be this, wherever it is shown."""
        self._bundle = bundle
        self.refresh()

    def refresh(self) -> None:
        """Say it again: programs that run notebooks hear only what the running cell says."""
        if self._shown:
            self._publish(update=True)

    def _publish(self, *, update: bool) -> None:
        publish_display_data(  # type: ignore[no-untyped-call]
            self._bundle, transient={"display_id": self._name}, update=update
        )
