"""What is still to be done when the program ends: a kernel that is shut down stops its runs.

The interpreter starts no thread any more by then, so it is done on a loop of its own, in the thread
that ends the program, and within a time.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

WITHIN = 1.5
"""Seconds that all of it may take; Jupyter gives a kernel five to shut down, and then kills it."""

_last: dict[Callable[[], Awaitable[None]], int] = {}


def remember(work: Callable[[], Awaitable[None]]) -> None:
    """Have this done at the end of this process, and not at that of a fork of it."""
    if not _last:
        atexit.register(_end)
    _last[work] = os.getpid()


def forget(work: Callable[[], Awaitable[None]]) -> None:
    """There is no more need for it."""
    _last.pop(work, None)
    if not _last:
        atexit.unregister(_end)


def _end() -> None:
    works = [work for work, process in _last.items() if process == os.getpid()]
    if works:
        with contextlib.suppress(TimeoutError):
            asyncio.run(_done(works))


async def _done(works: list[Callable[[], Awaitable[None]]]) -> None:
    async with asyncio.timeout(WITHIN):
        # Nobody is left to be told what goes wrong.
        await asyncio.gather(*(work() for work in works), return_exceptions=True)
