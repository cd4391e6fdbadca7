"""An event loop whose clock jumps: eight hours go by as fast as things happen in them.

Sockets are real. Only when nothing is ready and nothing is on its way does the clock go on to
where the next thing is due.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from contextlib import contextmanager

BREATH = 0.0005
"""Real seconds in which the other end of a socket may still be heard, before the clock jumps."""


class _Selector(selectors.DefaultSelector):
    """Waits only in appearance."""

    def __init__(self):
        super().__init__()
        self.jumped = 0.0
        self.elsewhere = 0
        """How many calls other threads are at: what they bring is not to be overtaken."""

    def select(self, timeout=None):
        if timeout is None or timeout <= 0 or self.elsewhere:
            return super().select(timeout)
        began = time.monotonic()
        ready = super().select(min(timeout, BREATH))
        if not ready:
            self.jumped += max(timeout - (time.monotonic() - began), 0.0)
        return ready


class Jumping(asyncio.SelectorEventLoop):
    """The loop. ``started`` is the time of day at which it began, UTC seconds."""

    def __init__(self):
        self._jumps = _Selector()
        self.started = time.time()
        super().__init__(self._jumps)
        self._began = self.time()

    def time(self):
        return time.monotonic() + self._jumps.jumped

    def wall(self):
        """The time of day, as it would be."""
        return self.started + self.time() - self._began

    def run_in_executor(self, executor, func, *args):
        self._jumps.elsewhere += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    def _back(self, _future):
        self._jumps.elsewhere -= 1


@contextmanager
def jumping(monkeypatch):
    """A loop of this kind, and the time of day with it."""
    loop = Jumping()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(time, "time", loop.wall)
            yield loop
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
