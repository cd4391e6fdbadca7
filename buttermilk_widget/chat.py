"""Whose turn it is in a chat: a flow whose host takes what the manager says at any time.

A page needs none of this: its manager sees the conversation and speaks when they like. Code does
not see it. It speaks in turn, so this decides when what was said last has been answered, from what
the deployed host sends (PROTOCOL section 6): its words; or the task that it hands over, its end and
its result; and every ten seconds a line that says that the flow is idle.
"""

from __future__ import annotations

PATIENCE = 120.0
"""Seconds after which an idle line ends the wait for an answer of which nothing was heard."""


class Chat:
    """The state of a chat. ``begun``: the host has shown that it listens."""

    def __init__(self) -> None:
        self.begun = False
        self._said_at: float | None = None  # nothing is waited for, if unset
        self._heard = False
        self._calls = 0

    def begin(self) -> None:
        """The host has put a question in words and has its answer: from now on it listens."""
        self.begun = True

    def end(self) -> None:
        """It is no chat after all."""
        self.begun = False

    def said(self, at: float) -> None:
        """The manager said something, and an answer is awaited."""
        self._said_at, self._heard, self._calls = at, False, 0

    def calling(self, calls: int) -> None:
        """The host hands work to agents; their results belong to the answer."""
        self._calls += calls

    def task_completed(self) -> None:
        """An agent has done its task. Its result comes after this, if it has one."""
        self._calls = max(self._calls - 1, 0)

    def heard(self) -> None:
        """Words, a result or a trouble came."""
        self._heard = True

    def idle(self, at: float) -> None:
        """The server says that nothing goes on. That is an answer, once it has been at work.

        A language model may think for longer than the ten seconds between two such lines, so
        that a line alone ends the wait only after a while.
        """
        if self._said_at is not None and (self._heard or at - self._said_at >= PATIENCE):
            self._said_at = None

    @property
    def answered(self) -> bool:
        """Whether what was said last has its answer, as far as can be seen."""
        return self._said_at is None or (self._heard and self._calls == 0)
