"""What makes us known to a server: it reaches requests and sockets, and nothing else.

What is secret is kept in functions, not in attributes: whatever shows the variables of an object
or of a frame (IPython's Verbose mode, a debugger's page, a crash report) shows the function.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Callable, Mapping

from buttermilk_widget.errors import BadParameter, truncate

from .redact import SHORTEST, Redactor

Headers = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Headers, or a function that gives them each time a connection is made: a token may age."""


OPEN = {"accept", "accept-language", "content-type", "origin", "referer", "user-agent"}
"""Headers that make nobody known: their words may stand anywhere."""

_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_BREAK = re.compile("[\r\n\0]")
_HALF = re.compile("[\ud800-\udfff]")
_NO_HEADERS = (
    "it takes a dict such as {'Authorization': 'Bearer ...'}, or a function that returns one."
)


class Hidden(dict[str, str]):
    """Headers whose ``repr`` shows their names only."""

    def __repr__(self) -> str:
        return f"Hidden({', '.join(self)})"

    __str__ = __repr__


class Credentials:
    """The headers that go with each request; nothing here shows them.

    Args:
        login: What the user and the password in the address became.
        headers: More headers, or a function that gives them.
    """

    def __init__(self, login: Mapping[str, str], headers: Headers | None = None) -> None:
        given = unseen(headers)
        known = Redactor()
        latest = Hidden()

        def fresh() -> Hidden:
            made = Hidden(login)
            if given is not None:
                made.update(read(given))
            for name, value in made.items():
                known.add(_secrets(name, value))
            latest.clear()
            latest.update(made)
            return made

        self._fresh: Callable[[], Hidden] = fresh
        self._latest: Callable[[], Hidden] = lambda: Hidden(latest)
        self._known = known

    def __repr__(self) -> str:
        return "Credentials(...)"

    def fresh(self) -> Hidden:
        """The headers, as they are now.

        Raises:
            BadParameter: the function failed, or what there is are no headers. Its own words are
                not repeated: they may hold what is secret.
        """
        return self._fresh()

    def latest(self) -> Hidden:
        """The headers as they were last: for when there is no time to ask a function."""
        return self._latest()

    def told_in(self, text: str) -> bool:
        """Whether the text holds what was sent as a credential, escaped or not."""
        return self._known.are_in(text)

    def hide(self, text: str) -> str:
        """The text without what was sent as a credential: a server may say it back."""
        return self._known.hidden_in(text)


def unseen(headers: Headers | None) -> Callable[[], Mapping[str, str]] | None:
    """The headers in a function that shows none of them, if there are any."""
    if headers is None:
        return None
    return lambda: headers() if callable(headers) else headers


def checked(headers: Headers | None) -> Callable[[], Mapping[str, str]] | None:
    """As :func:`unseen`, for the door: what can be found wrong with them is said at once.

    Raises:
        BadParameter: they are no headers.
    """
    hidden = unseen(headers)
    if hidden is not None and not callable(headers):
        read(hidden)
    return hidden


def read(given: Callable[[], Mapping[str, str]]) -> Hidden:
    """The headers that a function gives, each of which can be sent.

    Raises:
        BadParameter: it failed, or gave none; the sentence repeats no value.
    """
    try:
        values = Hidden(given() or {})
    except Exception as error:  # noqa: BLE001 - it is the person's own function
        raise BadParameter(
            f"headers= gave no headers ({type(error).__name__}): {_NO_HEADERS}"
        ) from None
    for name in values:
        problem = _problem(name, values[name])
        if problem:
            # What is no name may hold the value: "Authorization: Bearer ...", all in one.
            which = f", {truncate(ascii(name))}" if _is_name(name) else ""
            raise BadParameter(f"headers= gave a header that cannot be sent{which}: {problem}")
    return values


def _is_name(name: object) -> bool:
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def _problem(name: object, value: object) -> str:
    """A sentence on why this cannot be a header, or nothing; it does not repeat the value."""
    if not _is_name(name):
        return "a name is of letters, digits and hyphens, such as 'Authorization'."
    if value is None:
        return "its value is None. If it comes from the environment, the variable is not set there."
    if not isinstance(value, str):
        return f"its value is of type {type(value).__name__}, and must be text."
    if _BREAK.search(value):
        return "there is a line break in it, as at the end of a file. strip() takes it away."
    if _HALF.search(value):
        return "there is half a character in it, as of a file that was read in a wrong encoding."
    return ""


def _secrets(name: str, value: str) -> set[str]:
    """What of a header is to be said nowhere: its value, and what in that is secret by itself."""
    if name.casefold() in OPEN:
        return set()
    parts = {value, *re.findall('"([^"]*)"', value)}
    scheme, _, token = value.partition(" ")
    if " " not in token:
        parts.add(token)  # of Bearer, Token and the like
    if name.casefold() == "cookie":
        parts |= {one.partition("=")[2].strip() for one in value.split(";")}
    if scheme.casefold() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            told = base64.b64decode(token, validate=True).decode()
            parts |= {told, told.partition(":")[2]}
    return {part for part in parts if len(part) >= SHORTEST}
