"""What makes us known to a server: it reaches requests and sockets, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .errors import BadParameter

Headers = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""Headers, or a function that gives them each time a connection is made: a token may age."""


class Credentials:
    """The headers that go with each request; ``repr`` shows none of them.

    Args:
        login: What the user and the password in the address became.
        headers: More headers, or a function that gives them.
    """

    def __init__(self, login: Mapping[str, str], headers: Headers | None = None) -> None:
        self._login = login
        self._headers = headers

    def __repr__(self) -> str:
        return "Credentials(...)"

    def fresh(self) -> dict[str, str]:
        """The headers, as they are now.

        Raises:
            BadParameter: the function failed, or what there is are no headers. Its own words are
                not repeated: they may hold what is secret.
        """
        try:
            given = self._headers() if callable(self._headers) else self._headers
            headers = {str(name): str(value) for name, value in (given or {}).items()}
        except Exception as error:  # noqa: BLE001 - it is the person's own function
            raise BadParameter(
                f"headers= gave no headers ({type(error).__name__}): it takes a dict such as "
                "{'Authorization': 'Bearer ...'}, or a function that returns one."
            ) from None
        return {**self._login, **headers}
