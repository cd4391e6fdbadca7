"""What can go wrong, each with a sentence that says what happened and what to try.

::

    ButtermilkError
    ├── ServerError              the server, or the way to it
    │   ├── BadAddress           the address cannot be one of a server (also a ValueError)
    │   ├── ServerUnreachable    nobody answers there
    │   ├── NotButtermilk        somebody answers, but not as Buttermilk does
    │   ├── NotListed            the server does not list its flows
    │   ├── ConnectionLost       the connection broke and could not be made again
    │   └── CannotListen         the built-in server cannot have the port it was told to take
    ├── RunError                 one run
    │   ├── UnknownFlow          the server does not offer the flow
    │   ├── BadParameter         what a call was given cannot be used (also a TypeError)
    │   ├── FlowSilent           the flow was asked for and nothing came
    │   ├── FlowFailed           the server says that the flow cannot go on
    │   ├── RunStopped           it was stopped before its end
    │   └── StillRunning         it has not ended in the time given (also a TimeoutError)
    ├── AnswerError              what the manager wanted to say
    │   ├── NoQuestion           nothing is being asked
    │   ├── WrongAnswer          the open question cannot take this answer
    │   ├── NeedsAnswer          the run waits for the manager and nobody can answer here
    │   ├── ScriptOver           the script has no answer left to what is asked
    │   ├── Replaying            the run is replayed; its answers are those that were recorded
    │   └── RunOver              the run has ended and takes nothing more
    ├── CassetteError            a recorded run
    │   ├── BadCassette          the file is no cassette, is not there, or cannot be written
    │   └── CassetteMismatch     the cassette does not hold the run that was asked for
    ├── BadTranscript            the file holds no transcript, was changed, or cannot be written
    ├── UnknownKeyword           a keyword that the call does not have (also a TypeError)
    └── MissingExtra             an optional part is not installed (also an ImportError)

Every error of this package is one of these, and reaches the person alone: what it came of is told
to the log (``_tracebacks.py``), except an error of the person's own function, its ``__cause__``.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from buttermilk_widget.text.letters import label, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


def _legible(args: Iterable[object]) -> Iterable[object]:
    return (visible(one) if isinstance(one, str) else one for one in args)


class ButtermilkError(Exception):
    """The root of the tree.

    Its sentence may quote a server, an agent or a file, and is printed in terminals: codes for these
    and hidden characters are made visible, whoever raises it.
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*_legible(args))


class ServerError(ButtermilkError):
    """The server, or the way to it, is at fault."""


class BadAddress(ServerError, ValueError):
    """The address cannot be one of a Buttermilk server."""


class ServerUnreachable(ServerError):
    """Nobody answers at the address."""


class NotButtermilk(ServerError):
    """Something answers at the address, and it does not speak as Buttermilk does."""


class NotListed(ServerError):
    """The server does not list its flows; a flow runs all the same, by its name."""


class ConnectionLost(ServerError):
    """The connection broke and could not be made again; what became of the run is unknown."""


class CannotListen(ServerError):
    """The built-in server cannot listen where it was told to."""


class RunError(ButtermilkError):
    """One run came to nothing, or not to its end."""


class UnknownFlow(RunError):
    """The server does not offer the flow."""


class BadParameter(RunError, TypeError):
    """What a call was given cannot be used, as a parameter of a flow that is no JSON."""


class FlowSilent(RunError):
    """The flow was asked for and no frame came in time."""


class FlowFailed(RunError):
    """The server says that the flow cannot start or go on."""


class RunStopped(RunError):
    """The run was stopped before its end."""


class StillRunning(RunError, TimeoutError):
    """The run has not ended, or not asked, in the time given; it goes on."""


class AnswerError(ButtermilkError):
    """What the manager wanted to say cannot be said now, or not so."""


class NoQuestion(AnswerError):
    """An answer was given and nothing is being asked."""


class WrongAnswer(AnswerError):
    """The open question cannot take this answer."""


class NeedsAnswer(AnswerError):
    """The run waits for the manager, and nobody can answer while this call blocks."""


class ScriptOver(AnswerError):
    """The server asks, and the script that answers for the manager has come to its end."""


class Replaying(AnswerError):
    """The run is replayed from a cassette, and takes no answers but those that were recorded."""


class RunOver(AnswerError):
    """The run has ended; nothing more can be said in it."""


class CassetteError(ButtermilkError):
    """A recorded run, or the file that it is in, is at fault."""


class BadCassette(CassetteError):
    """The file is no cassette, is not there though it must be, or cannot be written."""


class CassetteMismatch(CassetteError):
    """The cassette does not hold the run that was asked for."""


class BadTranscript(ButtermilkError):
    """The file holds no transcript, was changed since it was saved, or cannot be written."""


class CassetteWarning(UserWarning):
    """A cassette holds what looks like a secret, or could not be written to its end."""

    def __init__(self, *args: object) -> None:
        super().__init__(*_legible(args))


class PartialTranscriptWarning(UserWarning):
    """A transcript was read from where not all of its run is kept."""


class PlainTextWarning(UserWarning):
    """A connection that is not encrypted, to another machine."""

    def __init__(self, *args: object) -> None:
        super().__init__(*_legible(args))


class UnknownKeyword(ButtermilkError, TypeError):
    """A call was given a keyword that it does not have."""


class MissingExtra(ButtermilkError, ImportError):
    """An optional part of the package is not installed."""


_MOST = 50
"""Names that one sentence lists."""

_COMPARED = 200
"""Names, and letters of each, that are compared to find the one that was meant."""


def join_names(names: Iterable[str], most: int = _MOST) -> str:
    """Names as they stand in a sentence: ``osb, panel and long``; of very many, the first."""
    known = [truncate(name) for name in names]
    if len(known) > most:
        known = [*known[:most], f"{len(known) - most:,} more"]
    if len(known) < 2:
        return "".join(known)
    return f"{', '.join(known[:-1])} and {known[-1]}"


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A question that offers the nearest of ``known``, or nothing: ``Did you mean 'osb'?``."""
    # To compare two texts takes the product of their lengths, and a server gives names as it likes.
    short = [one for one in known[:_COMPARED] if len(one) <= _COMPARED]
    near = difflib.get_close_matches(name[:_COMPARED], short, n=1)
    return f" Did you mean {truncate(near[0])!r}?" if near else ""


def truncate(text: str, most: int = 300) -> str:
    """Somebody else's words as they stand in a sentence of ours: a label; of many, the beginning."""
    return excerpt(text, most, label)


def excerpt(text: str, most: int, written: Callable[[str], str] = str) -> str:
    """The text, or the beginning of a long one with how long it is."""
    begin = written(text[:most])
    return begin if len(text) <= most else f"{begin}… ({len(text):,} characters)"
