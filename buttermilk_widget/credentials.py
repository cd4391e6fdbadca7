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
from urllib.parse import quote

from .errors import BadParameter

Headers = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Headers, or a function that gives them each time a connection is made: a token may age."""

SHORTEST = 6
"""Letters from which on a value is looked for in what a server says; shorter ones are in words."""


OPEN = {"accept", "accept-language", "content-type", "origin", "referer", "user-agent"}
"""Headers that make nobody known: their words may stand anywhere."""

_BREAK = re.compile("[\r\n\0]")


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
        known: set[str] = set()
        given = unseen(headers)

        def fresh() -> Hidden:
            values = (given() if given is not None else None) or {}
            made = Hidden({**login, **{str(n): str(v) for n, v in values.items()}})
            for name, value in made.items():
                known.update(_secrets(name, value))
            return made

        self._fresh: Callable[[], Hidden] = fresh
        # The longest first, so that no part of one is left.
        self._known: Callable[[], list[str]] = lambda: sorted(known, key=len, reverse=True)

    def __repr__(self) -> str:
        return "Credentials(...)"

    def fresh(self) -> Hidden:
        """The headers, as they are now.

        Raises:
            BadParameter: the function failed, or what there is are no headers. Its own words are
                not repeated: they may hold what is secret.
        """
        try:
            made = self._fresh()
        except Exception as error:  # noqa: BLE001 - it is the person's own function
            raise BadParameter(
                f"headers= gave no headers ({type(error).__name__}): it takes a dict such as "
                "{'Authorization': 'Bearer ...'}, or a function that returns one."
            ) from None
        for name, value in made.items():
            if _BREAK.search(name + value):
                raise BadParameter(
                    f"headers= gave a header that cannot be sent, {_BREAK.sub(' ', name)!r}: there "
                    "is a line break in it, as at the end of a file. strip() takes it away."
                )
        return made

    def told_in(self, text: str) -> bool:
        """Whether the text holds what was sent as a credential."""
        return any(secret in text for secret in self._known())

    def hide(self, text: str) -> str:
        """The text without what was sent as a credential: a server may say it back."""
        for secret in self._known():
            text = text.replace(secret, "***")
        return text


def unseen(headers: Headers | None) -> Callable[[], Mapping[str, str]] | None:
    """The headers in a function that shows none of them, if there are any."""
    if headers is None:
        return None
    return lambda: headers() if callable(headers) else headers


def _secrets(name: str, value: str) -> set[str]:
    """What of a header is to be said nowhere: its value, and what in that is secret by itself."""
    if name.casefold() in OPEN:
        return set()
    parts = {value}
    scheme, _, token = value.partition(" ")
    if " " not in token:
        parts.add(token)  # of Bearer, Token and the like
    if name.casefold() == "cookie":
        parts |= {one.partition("=")[2].strip() for one in value.split(";")}
    if scheme.casefold() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            told = base64.b64decode(token, validate=True).decode()
            parts |= {told, told.partition(":")[2]}
    long = {part for part in parts if len(part) >= SHORTEST}
    return long | {quote(part, safe="") for part in long}
