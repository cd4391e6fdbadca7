"""How an error reaches the person: as a sentence at their own line, with nothing of a library's.

What is behind it is told to the log named ``buttermilk_widget``, at the level DEBUG: which errors,
and where they were raised. Their words and variables are told nowhere: a library's errors hold the
request, and so its headers.
"""

from __future__ import annotations

import functools
import logging
import sys
import traceback
from contextlib import ContextDecorator
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from .errors import ButtermilkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger("buttermilk_widget")


class HidingInternals(ContextDecorator):
    """Lets an error of ours out as if the person's own line had raised it.

    For the body of a public call, or the call itself: ``@AtTheCall()``. In the frames between are
    variables that hold credentials, which some ways to show a traceback show too.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if isinstance(error, ButtermilkError):
            # Python then raises it again, and notes the callers' frames only.
            strip_context(error)


def hide_internals(call: Callable[P, T]) -> Callable[P, T]:
    """As ``AtTheCall()``, for a public call that is given headers or an address with a password.

    Whatever goes wrong in it, be it a mistake of ours or Ctrl+C: no variable of its frames is left
    that some way to show a traceback could show.
    """

    @functools.wraps(call)
    def hidden(*args: P.args, **kwargs: P.kwargs) -> T:
        handled = sys.exc_info()[1]
        try:
            with HidingInternals():
                return call(*args, **kwargs)
        except BaseException as error:
            forget_frames(error, handled)
            raise
        finally:
            del args, kwargs, handled

    return hidden


def forget_frames(error: BaseException, before: BaseException | None = None) -> None:
    """Clear the variables of all frames that an error has left behind, and what it came of too.

    Not of what was being handled ``before``: that is the caller's.
    """
    for one in (error, *_chain(error)):
        if one is before:
            break
        if one.__traceback__ is not None:
            traceback.clear_frames(one.__traceback__)


def strip_context(error: ButtermilkError) -> ButtermilkError:
    """The error with no traceback so far, and without what it came of.

    A ``__cause__`` is kept: it is only ever of the person's own function.
    """
    if error.__context__ is not None and error.__cause__ is None:
        log.debug("%s came of %s", type(error).__name__, describe_chain(error))
    error.__context__ = error.__cause__
    error.__suppress_context__ = error.__cause__ is None
    return error.with_traceback(None)


def describe_chain(error: BaseException) -> str:
    """The errors that this one came of, each with the places that it passed."""
    return "; of ".join(_told(one) for one in _chain(error)) or "nothing"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    one = error.__cause__ or error.__context__
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _told(error: BaseException) -> str:
    # The system's own words for a number are nobody's secret; all others may hold one.
    words = f" ({error.strerror})" if type(error) in _SYSTEM and error.strerror else ""  # type: ignore[attr-defined]
    steps = traceback.extract_tb(error.__traceback__, limit=-8)
    places = ", ".join(f"{step.filename}:{step.lineno}" for step in reversed(steps))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{kind}{words}, at {places or 'no place'}"


_SYSTEM = {OSError, *OSError.__subclasses__()}
