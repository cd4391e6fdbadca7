"""An error reaches the person alone, at their own line."""

from __future__ import annotations

import ast
import logging
import traceback
from pathlib import Path

import pytest

import buttermilk_widget
from buttermilk_widget import BadParameter, ServerError
from buttermilk_widget._tracebacks import HidingInternals, describe_chain, strip_context

PACKAGE = Path(buttermilk_widget.__file__).parent


@HidingInternals()
def call(secret):
    library(secret)


def library(secret):
    try:
        raise ConnectionRefusedError(111, "Connection refused", secret)
    except OSError:
        raise ServerError("Nobody answers.") from None


async def awaited(secret):
    with HidingInternals():
        library(secret)


def functions(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def test_the_traceback_ends_at_the_person_s_line(caplog):
    caplog.set_level(logging.DEBUG, "buttermilk_widget")
    with pytest.raises(ServerError) as caught:
        call("s3cret")
    assert functions(caught.value) == ["test_the_traceback_ends_at_the_person_s_line"]
    assert caught.value.__context__ is caught.value.__cause__ is None
    assert caplog.messages[0].startswith("ServerError came of builtins.ConnectionRefusedError")
    assert f"{__file__}:" in caplog.text
    assert "s3cret" not in caplog.text


async def test_so_it_does_for_what_is_awaited():
    with pytest.raises(ServerError) as caught:
        await awaited("s3cret")
    assert functions(caught.value) == ["test_so_it_does_for_what_is_awaited"]


def test_one_that_is_raised_again_does_not_grow():
    error = ServerError("Nobody answers.")

    @HidingInternals()
    def again():
        raise error

    for _ in range(3):
        with pytest.raises(ServerError) as caught:
            again()
    assert functions(caught.value) == ["test_one_that_is_raised_again_does_not_grow"]


def test_what_is_none_of_ours_is_let_be():
    @HidingInternals()
    def fails():
        return 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        fails()
    assert functions(caught.value)[-1] == "fails"


def test_what_the_person_s_own_function_raised_stays():
    problem = BadParameter("Your function failed.")
    problem.__cause__ = ValueError("yours")
    assert strip_context(problem).__cause__ is problem.__cause__
    assert "yours" in "".join(traceback.format_exception(problem))


def test_a_chain_that_bites_its_tail_is_told_once():
    one, other = ServerError("1"), ValueError("2")
    one.__context__, other.__context__ = other, one
    assert describe_chain(one).count("ValueError") == 1
    assert describe_chain(ServerError("alone")) == "nothing"


def test_the_system_s_words_are_told_and_no_others():
    one = ServerError("1")
    one.__context__ = FileNotFoundError(2, "No such file or directory", "s3cret")
    assert "No such file or directory" in describe_chain(one)
    one.__context__ = type("Own", (OSError,), {})(2, "s3cret")
    assert "s3cret" not in describe_chain(one)
    one.__context__ = TimeoutError("s3cret")
    assert "s3cret" not in describe_chain(one)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda p: p.stem)
def test_no_error_carries_a_library_s(path):
    raised = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Raise)]
    carried = [node.lineno for node in raised if node.cause and ast.unparse(node.cause) != "None"]
    assert carried == []
