"""What drawing a text may cost, counted as it is done.

The counts are the same here and on the page (``js/src/text/budget.ts``), so that both give up on the same
texts; the clock is the last resort.
"""

from __future__ import annotations

import time

LONGEST = 100_000
"""Letters above which a text is no prose, and is shown as it came."""

SECONDS = 1.0
"""Seconds of the processor for one text; what the counts let pass takes less on any machine of today."""

BEGINNING = 16
"""Steps that beginning a block costs, or following a link; looking at a sign costs one."""


class BudgetExceeded(Exception):
    """The text would cost too much to be drawn as Markdown."""


class Budget:
    """What drawing a text may cost, counted as it is done.

    Attributes:
        cell: Whether the words that are read stand in the cell of a table.
    """

    def __init__(self, length: int) -> None:
        if length > LONGEST:
            raise BudgetExceeded
        self.cell = False
        self._steps = 2_000 + 2 * length
        self._elements = 1_000 + length // 4
        self._deadline = time.thread_time() + SECONDS

    def step(self, count: int = 1) -> None:
        """Some more of the text is looked at, or looked at again."""
        self._steps -= count
        if self._steps < 0 or (self._steps % 512 < count and time.thread_time() > self._deadline):
            raise BudgetExceeded

    def element(self) -> None:
        """One more element is made."""
        self._elements -= 1
        if self._elements < 0:
            raise BudgetExceeded
