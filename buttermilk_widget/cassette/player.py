"""Plays a recording: at its pace, in steps, and not past an answer that code gives again."""

from __future__ import annotations

import asyncio
import contextlib
import time
from copy import deepcopy
from typing import TYPE_CHECKING, Literal

from buttermilk_widget.conversation.chat import SETTLES
from buttermilk_widget.conversation.events import ConnectionGone, Responded
from buttermilk_widget.errors import CassetteMismatch

from .cassette import BREAKS_OFF, tell_fitting

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from buttermilk_widget.conversation.conversation import Conversation
    from buttermilk_widget.conversation.events import Event
    from buttermilk_widget.conversation.patches import AnswerKind, Question

    from .cassette import Recording

ReplayAction = Literal["pause", "resume", "step", "finish"]
"""What a person does with a replay."""

TURN = 0.01
"""Seconds of playing after which others have their turn."""

_CALLS = {"confirm": "confirm", "reject": "reject", "choice": "choose", "text": "say"}


class Player:
    """Tells a conversation what is in a recording: ``await Player(recording, Conversation()).play()``.

    An answer that came from code (``run.choose("B")`` in a cell) is played when the code gives it
    again, so that the cells between two answers see what they saw; :meth:`free`, and going to the
    end by :meth:`lead`, play it without. All of it happens on one event loop.

    Args:
        recording: What to play.
        conversation: Who is told.
        pace: 0 is at once, 1 as it was, 0.5 in half the time.
        tell: Tells it; for whoever wants to know of each input.
        changed: Called when the playing is halted, or goes on.
    """

    def __init__(
        self,
        recording: Recording,
        conversation: Conversation,
        *,
        pace: float = 0.0,
        tell: Callable[[Event], None] | None = None,
        changed: Callable[[], None] | None = None,
    ) -> None:
        self.recording = recording
        self.pace = pace
        self.played = 0
        """How many inputs of the recording have happened."""
        self.paused = False
        self.awaited: Responded | None = None
        """The recorded call that is waited for."""
        self.chat_turns: dict[int, Question] = {}
        """The manager's turns in a chat that have come, by number, as each was in the end."""
        self._conversation = conversation
        self._tell = tell or (conversation.apply)
        self._notify = changed or (lambda: None)
        self._calls = [i for i in recording.inputs if isinstance(i, Responded) and i.called]
        self._made = 0
        self._questions: list[int] = []  # that the calls played so far met
        self._turns: list[int] = []  # the numbers of the turns in which they were made
        self._free = False
        self._hurried = False
        self._stepping = False
        self._turn_until = 0.0
        self._news = asyncio.Event()

    @property
    def total(self) -> int:
        """How many inputs there are in the recording."""
        return len(self.recording.inputs)

    # --- leading it ------------------------------------------------------------------------------

    def lead(self, action: ReplayAction) -> None:
        """Halt it, let it go on, go on to the next entry, or to the end at once."""
        self.paused = action == "pause"
        self._stepping = action == "step"
        self._hurried = self._hurried or action == "finish"
        self._changed()

    def free(self) -> None:
        """Wait for no more calls: whoever asks for the end wants none to be needed."""
        self._free = True
        self._changed()

    def takes(self, verdict: AnswerKind, content: str, confirm: bool | None = None) -> bool:  # noqa: FBT001 - as it goes on the wire
        """Whether the next recorded call is this one; then all up to it is played, and it is made.

        It is played at once, as a live run takes it at once: what code looks at next is as it was.
        """
        due = self._due
        if due is None or (due.verdict, due.content, due.confirm) != (verdict, content, confirm):
            return False
        self._made += 1
        while len(self._questions) < self._made:
            self._play_next()
        self._changed()
        return True

    @property
    def answered(self) -> int:
        """The last question that a call has answered again; 0 is none."""
        return max(self._questions[: self._made], default=0)

    @property
    def spoken_in(self) -> int:
        """The number of the last turn in which a call was made again; 0 is none."""
        return max(self._turns[: self._made], default=0)

    @property
    def will_wait(self) -> bool:
        """Whether it comes to a call that code has yet to make."""
        hastens = self._free or self._hurried or self.played == self.total
        return self._due is not None and not hastens

    def refuse(self, said: Responded) -> NoReturn:
        """Say why this is not what was recorded.

        Raises:
            AnswerError: the server's run would have refused it too.
            CassetteMismatch: it is another answer than the recorded one.
        """
        deepcopy(self._conversation).apply(said)
        due = self._due
        recorded = f"was {spoken(due)}" if due else "there is no answer of code left in it"
        raise CassetteMismatch(
            f"The recording has another answer here: it is {spoken(said)} now, and {recorded}. "
            "To record it anew, use mode='record', with a server to record."
        )

    @property
    def _due(self) -> Responded | None:
        return self._calls[self._made] if self._made < len(self._calls) else None

    # --- playing ---------------------------------------------------------------------------------

    async def play(self) -> None:
        """Play it to its end.

        Raises:
            BadCassette: the recording does not fit together.
        """
        at = self.recording.at
        self._turn_until = time.monotonic() + TURN
        while self.played < self.total:
            place, told = self.played, self.recording.inputs[self.played]
            if isinstance(told, Responded) and told.called:
                await self._call_for(told, place)
            else:
                await self._rest(max(told.at - at, 0.0) * self.pace)
            if self.played == place:
                self._play_next()
            at = self.recording.inputs[self.played - 1].at
        if not self._conversation.readiness.settled:
            self._tell(ConnectionGone(at=at, reason=BREAKS_OFF))

    def _play_next(self) -> None:
        told = self.recording.inputs[self.played]
        before, asked = self._conversation.count, self._conversation.question
        self.played += 1
        if isinstance(told, Responded) and told.called:
            self.awaited = None
            self._questions.append(asked.id if asked else 0)
            self._turns.append(self._conversation.turn_number)
        tell_fitting(told, self._tell)
        turn = self._conversation.turn
        if turn is not None and turn.form == "chat" and self._settles(told):
            self.chat_turns[turn.number] = turn
        if self._stepping and self._conversation.count > before:
            self.lead("pause")

    def _settles(self, told: Event) -> bool:
        """Whether nothing followed this at once but what code said: it was at rest, live, too."""
        following = self.recording.inputs[self.played : self.played + 1]
        return all(
            one.at - told.at >= SETTLES or (isinstance(one, Responded) and one.called)
            for one in following
        )

    async def _call_for(self, told: Responded, place: int) -> None:
        """Wait until the code says it again."""
        while self.played == place and not (self._free or self._hurried):
            self.awaited = told
            self._notify()
            await self._change(None)

    async def _rest(self, seconds: float) -> None:
        """Wait until the next input is due; a pause stops the clock."""
        left = seconds
        while not self._hurried and (self.paused or (left > 0 and not self._stepping)):
            began = time.monotonic()
            halted = self.paused
            await self._change(None if halted else left)
            left -= 0.0 if halted else time.monotonic() - began
        if time.monotonic() > self._turn_until:
            await asyncio.sleep(0)
            self._turn_until = time.monotonic() + TURN

    async def _change(self, within: float | None) -> None:
        self._news.clear()
        with contextlib.suppress(TimeoutError):  # it is time
            async with asyncio.timeout(within):
                await self._news.wait()

    def _changed(self) -> None:
        self._news.set()
        self._notify()


def spoken(answer: Responded) -> str:
    """The call that gives this answer: ``run.choose('B')``."""
    words = repr(answer.content) if answer.content else ""
    if answer.confirm is not None:
        words += f", confirm={answer.confirm}"
    return f"run.{_CALLS.get(answer.verdict, answer.verdict)}({words})"
