"""A run as the notebook holds it: the same as a ``Session``, asked from any thread.

The conversation lives on the loop's thread; everything here asks it there, and what comes back is
frozen. Nothing waits for a click but what is awaited.
"""

from __future__ import annotations

import asyncio
import warnings
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any, TypeVar

from buttermilk_widget._tracebacks import HidingInternals
from buttermilk_widget.client import script
from buttermilk_widget.conversation.patches import Question
from buttermilk_widget.errors import NeedsAnswer, StillRunning
from buttermilk_widget.transcript.scores import Scores

from . import kernel, loop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Generator
    from typing import Self

    from buttermilk_widget.client.session import Session
    from buttermilk_widget.conversation.conversation import Frame
    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Agent, Entry, Held, Labels, Readiness
    from buttermilk_widget.transcript.transcript import Transcript

    from .snapshot import SnapshotWriter

T = TypeVar("T")

DEAF = (
    "On this ipykernel a click in the widget is heard only when the cell ends, so a cell that awaits "
    "the run waits for ever once it asks. Interrupt it and answer, or use ipykernel 7.1 or later, or "
    "manager=Script(...)."
)


GOES_ON = "Interrupted. The run goes on: await it again, or end it with run.stop()."


class Run:
    """One execution of a flow, as ``FlowWidget.run`` gives it.

    ``await run`` waits for its end while clicks are heard; ``async for entry in run`` gives the
    entries as they come. Both raise what :meth:`.Session.ended` raises, and interrupting them
    leaves the run alive. Where nobody can click (nbconvert, papermill, nbval) ``await run`` ends
    the run at its first question with :class:`.NeedsAnswer`, unless a script or a cassette answers.
    """

    def __init__(self, session: Session, keeper: SnapshotWriter, flow: str) -> None:
        self._session = session
        self._keeper = keeper
        self.flow = flow

    def __repr__(self) -> str:
        return f"Run({self.flow!r}, {self.readiness.value!r}, {len(self.entries)} entries)"

    # --- what is known ---------------------------------------------------------------------------

    @property
    def readiness(self) -> Readiness:
        """Whether, and why not, input may go to the server now."""
        return loop.call(lambda: self._session.readiness)

    @property
    def reason(self) -> str:
        """A sentence on :attr:`readiness`."""
        return loop.call(lambda: self._session.reason)

    @property
    def question(self) -> Question | None:
        """The open question."""
        return loop.call(lambda: self._session.question)

    @property
    def held(self) -> tuple[Held, ...]:
        """What was typed before it could be sent, in the order in which it will be."""
        return loop.call(lambda: self._session.conversation.status.held)

    @property
    def entries(self) -> Entries:
        """The conversation so far, in order: ``run.entries[17]`` is the one marked #17."""
        return loop.call(lambda: self._session.entries)

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The roster."""
        return loop.call(lambda: self._session.conversation.agents)

    @property
    def gaps(self) -> tuple[Entry, ...]:
        """The stretches without a connection, in which frames may have been lost."""
        return loop.call(lambda: self._session.conversation.gaps)

    @property
    def frames(self) -> tuple[Frame, ...]:
        """Everything that went over the wire, both ways."""
        return loop.call(lambda: tuple(self._session.conversation.frames))

    @property
    def transcript(self) -> Transcript:
        """What was said so far, frozen; see :class:`.Transcript`."""
        return loop.call(lambda: self._session.transcript)

    @property
    def scores(self) -> Scores:
        """The judgements at a glance, as the widget's table; ``run.scores.to_pandas()``."""
        return Scores.of(self.entries, self.agents, self.labels)

    @property
    def labels(self) -> Labels | None:
        """The study's words for predictions."""
        return loop.call(lambda: self._session.conversation.status.labels)

    # --- the manager -----------------------------------------------------------------------------

    def confirm(self) -> None:
        """Answer the open question with yes; see :meth:`.Session.confirm`."""
        loop.call(self._session.confirm)

    def reject(self, content: str = "") -> None:
        """Answer the open question with no, and perhaps why; see :meth:`.Session.reject`."""
        loop.call(lambda: self._session.reject(content))

    def choose(self, option: str, *, confirm: bool | None = None) -> None:
        """Answer the open question with an option; see :meth:`.Session.choose`."""
        loop.call(lambda: self._session.choose(option, confirm=confirm))

    def say(self, content: str) -> None:
        """Answer in words, or speak in a chat; else they are held. See :meth:`.Session.say`."""
        loop.call(lambda: self._session.say(content))

    def remark(self, content: str) -> None:
        """Say something to the group that does not answer the question; see :meth:`.Session.remark`."""
        loop.call(lambda: self._session.remark(content))

    def stop(self) -> None:
        """Stop the run on the server; :attr:`reason` then says whether the server confirmed it."""
        loop.submit(self._session.stop()).result()

    # --- waiting ---------------------------------------------------------------------------------

    @HidingInternals()
    def wait(self, timeout: float | None = None) -> Self:
        """Block until the run's end: for a script, or for a run that needs nobody.

        Args:
            timeout: Seconds; without one, as long as it takes.

        Raises:
            NeedsAnswer: a question is open. A blocked cell hears no click, so it ends at once.
            StillRunning: the run has not ended in time; it goes on.
            ButtermilkError: the run came to no good end, as :meth:`.Session.ended` says.
        """
        try:
            return self._waited(timeout)
        except KeyboardInterrupt as error:
            self._interrupted(error)
            raise
        finally:
            loop.submit(self._keeper.kept()).result()
            self._keeper.publish()

    def _waited(self, timeout: float | None) -> Self:
        session = self._session
        # A replay's questions have their answers; they are none to wait for.
        asking = loop.submit(session.ended() if session.answered else session.asked())
        try:
            question = asking.result(timeout)
        except (FutureTimeoutError, KeyboardInterrupt) as error:
            asking.cancel()
            if isinstance(error, KeyboardInterrupt):
                raise
            raise StillRunning(
                f"The run has not ended within {timeout:g} s; it goes on. {self.reason}"
            ) from None
        if isinstance(question, Question):
            raise NeedsAnswer(
                f"The run waits, and a blocked cell hears no click: {script.waits(question)} Answer with "
                "run.confirm(), run.reject(), run.choose(...) or run.say(...), or use 'await run', "
                "and answer in the widget."
            )
        return loop.submit(self._finished()).result()

    async def asked(self, timeout: float | None = None) -> Question | None:  # noqa: ASYNC109
        """Wait for the manager's turn; ``None`` when the run ended without one.

        One loop serves sequences and chats; see :meth:`.Session.asked`.
        """
        with HidingInternals():
            question = await self._give(self._session.asked(timeout))
        if question is None:
            await self._keep()
        return question

    def __await__(self) -> Generator[object, None, Self]:
        alone = kernel.unattended() and not self._session.answered
        if not alone and not self._session.answered and not kernel.hears_clicks():
            warnings.warn(DEAF, stacklevel=2)
        return self._awaited(alone=alone).__await__()

    async def _awaited(self, *, alone: bool) -> Self:
        try:
            with HidingInternals():
                return await self._give(self._finished(alone=alone))
        finally:
            await self._keep()

    async def _give(self, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` gives on the loop; whoever interrupts that hears that the run goes on."""
        try:
            return await loop.run(work)
        except asyncio.CancelledError as error:
            self._interrupted(error)
            raise

    def _interrupted(self, error: BaseException) -> None:
        if not self.readiness.settled:
            kernel.in_one_line(error, GOES_ON)

    async def _keep(self) -> None:
        """Have a run that is over kept in the notebook, and said so by the running cell."""
        await self._give(self._keeper.kept())
        self._keeper.publish()

    async def __aiter__(self) -> AsyncIterator[Entry]:
        given, alone = 0, kernel.unattended()
        while True:
            entries = await self._give(self._session.more(given, or_asked=alone))
            given += len(entries)
            for entry in entries:
                yield entry
            if not entries and self.readiness.settled:
                break
            if not entries:
                with HidingInternals():
                    await self._give(self._nobody_answers())
        await self._keep()
        with HidingInternals():
            loop.call(self._session.check)

    async def _finished(self, *, alone: bool = False) -> Self:
        if alone and await self._session.asked() is not None:
            await self._nobody_answers()
        await self._session.ended()
        return self

    async def _nobody_answers(self) -> None:
        """End a run that asks where nobody is; a recording has its answers, and goes on."""
        question = self._session.conversation.turn
        if self._session.answered or question is None:
            self._session.go_on()
            return
        await self._session.stop()
        raise NeedsAnswer(
            f"This notebook runs with nobody there, and {script.waits(question)} "
            f"{script.wanted(question)} The run was stopped. Give the widget manager=Script(...) "
            "or a cassette=."
        )
