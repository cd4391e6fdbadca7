"""Whose turn it is in a chat: a flow whose host takes what the manager says at any time.

A page needs none of this: its manager sees the conversation and speaks when they like. Code does
not see it. It speaks in turn, so this decides when what was said last has been answered, from what
the deployed host sends (PROTOCOL section 6): its words; or the task that it hands over, its end and
its result; and every ten seconds a line that says that the flow is idle.
"""

from __future__ import annotations

PATIENCE = 120.0
"""Seconds after which an idle line ends the wait for an answer of which nothing was heard."""


SETTLES = 0.2
"""Seconds of quiet after which a turn is given to code: the end of the flow may follow the host's
last words at once."""


class Chat:
    """The state of a chat.

    Attributes:
        begun: The host has shown that it listens.
        hands_over: It has called others by name to work, as only a host does that a model leads.
    """

    def __init__(self) -> None:
        self.begun = self.hands_over = False
        self._said_at: float | None = None  # nothing is waited for, if unset
        self._heard = False
        self._called = False
        self._calls = 0  # tasks that were handed over and are not done
        self._results = 0  # results of tasks that are done, and are to come

    def begin(self) -> None:
        """The host has put a question in words and has its answer: from now on it listens."""
        self.begun = True

    def end(self) -> None:
        """It is no chat after all."""
        self.begun = False

    def said(self, at: float) -> None:
        """The manager said something, and an answer is awaited."""
        self._said_at, self._heard, self._called = at, False, False
        self._calls = self._results = 0

    def lost(self) -> None:
        """What was said last may not have come: nobody can know of an answer to it."""
        self._said_at = None

    def calling(self, calls: int) -> None:
        """The host hands work to agents; their results belong to the answer."""
        if calls:
            self.hands_over = self._called = True
        self._calls += calls

    def task_completed(self) -> None:
        """An agent has done its task. Its result comes after this, if it has one."""
        if self._calls:
            self._calls -= 1
            self._results += 1

    def heard(self) -> None:
        """Words, a result or a trouble came."""
        self._heard = True
        self._results = max(self._results - 1, 0)

    def idle(self, at: float) -> None:
        """The server says that nothing goes on. That is an answer, once it has been at work.

        A language model may think for longer than the ten seconds between two such lines, so
        that a line alone ends the wait only after a while. An empty result is never sent: when all
        tasks are done, the line says that nothing more comes of them.
        """
        if self._said_at is None:
            return
        done = (self._heard or self._called) and not self._calls
        if done or at - self._said_at >= PATIENCE:
            self._said_at = None

    @property
    def answered(self) -> bool:
        """Whether what was said last has its answer, as far as can be seen."""
        waits = self._calls or self._results
        return self._said_at is None or (self._heard and not waits)
