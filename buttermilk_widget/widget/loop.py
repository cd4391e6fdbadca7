"""One daemon thread with an event loop, started on first use.

Sockets live here, so that a conversation goes on while the kernel is busy. It is also the only
thread that touches a live ``Conversation``; others ask it.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from buttermilk_widget._tracebacks import HidingInternals

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

T = TypeVar("T")

INTERRUPTIBLE = 0.5
"""Seconds after which a cell that awaits hears of an interrupt, at the latest."""

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None


def get_loop() -> asyncio.AbstractEventLoop:
    """The loop, in its thread; after a fork the child gets one of its own."""
    global _loop, _thread  # noqa: PLW0603 - one for the process is the point
    with _lock:
        if _loop is None or _thread is None or not _thread.is_alive():
            _loop = asyncio.new_event_loop()
            _thread = threading.Thread(
                target=_loop.run_forever, name="buttermilk-widget", daemon=True
            )
            _thread.start()
        return _loop


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Start ``work`` on the loop; the result comes by the future."""
    return asyncio.run_coroutine_threadsafe(work, get_loop())


async def run(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` gives on the loop, awaited on another: a cell's, as a rule.

    A cell that awaits is interrupted only when something else happens in its loop, as of ipykernel
    7.4: the signal's handler cancels it, and the loop sleeps on. So something happens now and then.
    """
    future = asyncio.wrap_future(submit(work))
    try:
        while not future.done():
            await asyncio.wait((future,), timeout=INTERRUPTIBLE)
        return future.result()
    finally:
        future.cancel()


@HidingInternals()
def call(question: Callable[[], T]) -> T:
    """What ``question()`` gives on the loop's thread. It must be quick, and must not wait."""
    loop = get_loop()
    if threading.current_thread() is _thread:
        return question()

    async def asked() -> T:
        return question()

    return asyncio.run_coroutine_threadsafe(asked(), loop).result()
