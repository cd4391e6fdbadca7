"""The one loop, from several threads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from buttermilk_widget.widget import loop


def test_there_is_one_loop_in_one_daemon_thread():
    assert loop.get_loop() is loop.get_loop()
    (thread,) = [t for t in threading.enumerate() if t.name == "buttermilk-widget"]
    assert thread.daemon


def test_work_and_questions_happen_on_it():
    async def work():
        return threading.current_thread().name

    assert loop.submit(work()).result(5) == "buttermilk-widget"
    assert loop.call(lambda: threading.current_thread().name) == "buttermilk-widget"


def test_a_question_from_the_loop_itself_does_not_deadlock():
    assert loop.call(lambda: loop.call(asyncio.get_running_loop)) is loop.get_loop()


def test_an_error_comes_back_to_the_one_who_asked():
    with pytest.raises(ZeroDivisionError):
        loop.call(lambda: 1 / 0)


async def test_what_is_awaited_elsewhere_comes_or_fails_as_it_does_here():
    async def work(number):
        await asyncio.sleep(0)
        return 1 // number

    assert await loop.run(work(1)) == 1
    with pytest.raises(ZeroDivisionError):
        await loop.run(work(0))


async def test_whoever_awaits_is_woken_now_and_then_and_takes_the_work_along(monkeypatch):
    monkeypatch.setattr(loop, "INTERRUPTIBLE", 0.01)
    ended = threading.Event()

    async def work():
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    turns, wait = [], asyncio.wait

    async def counted(*given, **limits):
        turns.append(limits["timeout"])
        return await wait(*given, **limits)

    monkeypatch.setattr(asyncio, "wait", counted)
    giving = asyncio.create_task(loop.run(work()))
    while len(turns) < 3:
        await asyncio.sleep(0.01)
    giving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await giving
    assert await asyncio.to_thread(ended.wait, 5)
