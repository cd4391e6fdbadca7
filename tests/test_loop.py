"""The one loop, from several threads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from buttermilk_widget import loop


def test_there_is_one_loop_in_one_daemon_thread():
    assert loop.running() is loop.running()
    (thread,) = [t for t in threading.enumerate() if t.name == "buttermilk-widget"]
    assert thread.daemon


def test_work_and_questions_happen_on_it():
    async def work():
        return threading.current_thread().name

    assert loop.submit(work()).result(5) == "buttermilk-widget"
    assert loop.ask(lambda: threading.current_thread().name) == "buttermilk-widget"


def test_a_question_from_the_loop_itself_does_not_deadlock():
    assert loop.ask(lambda: loop.ask(asyncio.get_running_loop)) is loop.running()


def test_an_error_comes_back_to_the_one_who_asked():
    with pytest.raises(ZeroDivisionError):
        loop.ask(lambda: 1 / 0)
