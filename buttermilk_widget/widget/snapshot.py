"""What stays in a notebook when its kernel is gone: a checkpoint for the page, and a static copy.

The checkpoint is state of the widget, which a notebook keeps only where it is told to; the copy is
an ordinary output of the cell, which stands in every notebook and shows anywhere. In the metadata of
that output is the whole transcript, packed, for :meth:`.Transcript.load`. All are made at the run's
end, and now and then before, because a kernel may go at any time.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from html import escape
from typing import TYPE_CHECKING, Any

from IPython.display import publish_display_data

from buttermilk_widget.conversation.patches import Checkpoint
from buttermilk_widget.transcript import places
from buttermilk_widget.transcript.compress import KEPT, compress, compress_text
from buttermilk_widget.transcript.html import LEFT_ALONE
from buttermilk_widget.transcript.truncate import truncate_patch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from buttermilk_widget.client.session import Session
    from buttermilk_widget.conversation.patches import Held, Patch
    from buttermilk_widget.transcript.transcript import Transcript

NOT_YET = "A copy of this conversation comes here as it goes on, and when its run is over."
ELSEWHERE = "The conversation was live when this notebook was saved. What was kept of it is below."

PAUSE = 10.0
"""Seconds between two keepings of a run that goes on; a question that opens is kept sooner."""

SHARE = 50
"""Keeping takes at most one part in so many of the time."""

RATE = 20_000
"""Characters a second that keeping sends to the notebook, on average, at most: each time it is all,
and the page, which has to take it in, is the slower the longer it is."""

LARGEST = 16 * 2**20
"""Characters of a run's frames; of more, a copy would be slow to make, to save and to open."""

# One folded line under a live widget; where there is none, the copy is what there is to read.
_UNFOLDED = (
    ".buttermilk-copy:not(.jp-OutputArea:has(.buttermilk-host) *)::details-content"
    "{content-visibility:visible}"
    ".buttermilk-copy>summary{cursor:pointer;opacity:.75;font-size:90%}"
)


_BACK = (
    "<p><small>The whole run is kept with this output. After a restart of the kernel, "
    "<code>Transcript.load(&quot;this notebook.ipynb&quot;)</code> reads it back.</small></p>"
)


def copy_of(
    transcript: Transcript, held: Sequence[Held] = (), *, over: bool = True, ids: str = ""
) -> dict[str, str]:
    """The transcript by media type; its HTML is folded, and needs neither network nor script.

    Args:
        transcript: What was said.
        held: What was typed and not sent, to be copied out.
        over: Whether that was all.
        ids: What the ids of its entries begin with, after the run's own.
    """
    line = (
        f"A copy of this conversation, for when there is no kernel: {transcript.flow or 'a run'}, "
        f"{len(transcript)} entries{'' if over else ' so far'}"
    )
    html = (
        f"<details class='buttermilk-copy {LEFT_ALONE}'><summary>{escape(line)}</summary>"
        f"<style>{_UNFOLDED}</style>{transcript.to_fragment(ids=ids)}{_typed(held)}{_BACK}</details>"
    )
    return {"text/html": html, "text/plain": repr(transcript)}


def _typed(held: Sequence[Held]) -> str:
    if not held:
        return ""
    words = (
        f"<blockquote style='white-space:pre-wrap'>{escape(item.content or item.verdict)}</blockquote>"
        for item in held
    )
    return f"<p>Held, and not sent:</p>{''.join(words)}"


def too_long(transcript: Transcript) -> dict[str, str]:
    """What stands in place of a copy, by media type, of a run that is too long to be kept."""
    said = (
        f"This conversation has {len(transcript):,} entries, too much to keep in a notebook: "
        "run.transcript.save('run.jsonl') keeps it in a file."
    )
    return {"text/html": f"<small style='opacity:.75'>{said}</small>", "text/plain": said}


def whole_of(transcript: Transcript) -> dict[str, dict[str, str]]:
    """The metadata of the copy's output: the transcript, to be read back."""
    return {KEPT: {"run": compress_text(transcript.to_jsonl())}}


class SnapshotWriter:
    """Keeps one run in the notebook; on the loop's thread, but for :meth:`publish`.

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
        copy: StaticOutput | None,
        resend: Callable[[], None],
    ) -> None:
        self._session = session
        self._store = store
        self._copy = copy
        self._resend = resend
        self._loop = asyncio.get_running_loop()
        self._keeping: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._ended = False
        self._seq = 0
        self._question: int | None = None
        self._kept_at = self._loop.time()
        self._took = 0.0
        self._read = self._size = 0  # frames, and their characters

    def publish(self) -> None:
        """Say what is kept again, from the thread of the running cell: nbclient hears only that."""
        if self._copy is not None:
            self._copy.refresh()
        self._resend()

    def notice(self) -> None:
        """The run has changed, or it is time: keep it now, or later."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._keeping is not None or self._ended:
            return
        if not self._session.over:
            if self._session.conversation.seq == self._seq:
                return
            due = self._due()
            if self._loop.time() < due:
                self._timer = self._loop.call_at(due, self.notice)
                return
        self._keeping = self._loop.create_task(self._keep())

    async def kept(self) -> None:
        """Wait until a settled run is kept; one that goes on is not waited for."""
        if not self._session.readiness.settled:
            return
        await self._session.closed()
        while not self._ended:
            self.notice()
            if self._keeping is not None:
                await asyncio.shield(self._keeping)

    def _due(self) -> float:
        """When to keep a run that goes on: soon, if a person is asked and may look away now."""
        costs = max(SHARE * self._took, self._characters() / RATE)
        asks = self._session.conversation.status.question
        if asks not in (None, self._question) and not self._session.answered:
            return self._kept_at + costs
        return self._kept_at + max(costs, PAUSE)

    def _characters(self) -> int:
        """How long the run is, in characters of its frames: about as long as what is kept of it."""
        frames = self._session.conversation.frames
        self._size += sum(len(frame.text) for frame in frames[self._read :])
        self._read = len(frames)
        return self._size

    async def _keep(self) -> None:
        began = self._loop.time()
        conversation, over = self._session.conversation, self._session.over
        patch, transcript = conversation.since(0, time.time()), self._session.transcript
        try:
            if self._characters() <= LARGEST:
                await self._put(patch, transcript, over=over)
            elif self._copy is not None:
                self._copy.put(too_long(transcript))
        finally:  # the next one may do better
            self._keeping, self._kept_at = None, self._loop.time()
            self._took = self._kept_at - began
        self._ended = over
        self._seq, self._question = patch.seq, conversation.status.question
        self.notice()

    async def _put(self, patch: Patch, transcript: Transcript, *, over: bool) -> None:
        """Keep it where it is to be kept.

        Long conversations take their time, and others on this loop are live: it is made elsewhere.
        """
        run, replay = self._session.conversation.run, self._session.replay
        held = self._session.conversation.status.held

        def checkpoint() -> bytes:
            card = transcript.card(run=run)
            return compress(Checkpoint(patch=truncate_patch(patch), card=card, replay=replay))

        if self._store is not None:
            self._store(await asyncio.to_thread(checkpoint))
        if self._copy is not None:
            copy = await asyncio.to_thread(copy_of, transcript, held, over=over, ids=self._copy.ids)
            self._copy.put(copy, await asyncio.to_thread(whole_of, transcript))


class StaticOutput:
    """An output of each cell that shows the widget, which takes the copy when there is one.

    Attributes:
        ids: What stands in the copy for that with which the ids of an output begin.
    """

    def __init__(self) -> None:
        self.ids = f"buttermilk-{uuid.uuid4().hex}"
        self._bundle = {
            "text/html": f"<small style='opacity:.75'>{NOT_YET}</small>",
            "text/plain": NOT_YET,
        }
        self._metadata: dict[str, Any] = {}
        self._places: set[str] = set()

    def show(self) -> None:
        """Put it under what the cell has shown so far."""
        place = places.HERE.take()
        self._places.add(place)
        self._publish(place, update=False)

    def put(self, bundle: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
        """Let it be this, wherever it is shown."""
        self._bundle, self._metadata = bundle, metadata or {}
        self.refresh()

    def refresh(self) -> None:
        """Say it again: programs that run notebooks hear only what the running cell says."""
        for place in sorted(self._places):
            self._publish(place, update=True)

    def at(self, place: str) -> dict[str, str]:
        """What the output at this place takes, by media type: no two have an id in common."""
        return {kind: text.replace(self.ids, place) for kind, text in self._bundle.items()}

    def _publish(self, place: str, *, update: bool) -> None:
        publish_display_data(  # type: ignore[no-untyped-call]
            self.at(place),
            self._metadata,
            transient={"display_id": f"{self.ids}-{place}"},
            update=update,
        )
