"""What in a text looks like a secret: keys, tokens and passwords, by their usual forms.

The text is somebody else's and may be made to be slow to search, so each search takes time in
proportion to its length: no pattern here runs to the end of a text from many places in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ENCODED = re.compile(r"[A-Za-z0-9_.-]+")
_HEADER = re.compile(r"\beyJ[A-Za-z0-9_-]{10,}")
_PAYLOAD = re.compile(r"eyJ[A-Za-z0-9_-]{10,}")


def _holds_web_token(text: str) -> bool:
    """Whether there is a JSON web token: header, payload and signature, with dots between them.

    One pattern for the whole would read on to the next dot from each ``eyJ``, which is quadratic.
    """
    if ".eyJ" not in text:
        return (
            False  # as nearly each frame; to part its words took most of the time of recording it
        )
    for run in _ENCODED.finditer(text):
        parts = run[0].split(".")
        for header, payload, _ in zip(parts, parts[1:], parts[2:], strict=False):
            if _PAYLOAD.fullmatch(payload) and _HEADER.search(header):
                return True
    return False


_KINDS: dict[str, Callable[[str], object]] = {
    "an API key": re.compile(r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16}").search,
    "a GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30}").search,
    "an AWS key": re.compile(r"\bAKIA[0-9A-Z]{16}\b").search,
    "a Google key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}").search,
    "a JSON web token": _holds_web_token,
    "a bearer token": re.compile(r"\bbearer\s+[A-Za-z0-9._~+/-]{16}", re.IGNORECASE).search,
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----").search,
    "a password": re.compile(
        r"(?:password|passwd|secret|token)\\?[\"']?\s*[:=]\s*\\?[\"']\w{6}"
    ).search,
    "the user of an address": re.compile(r"\b[a-z]{2,6}://[^\s/:@\"\\]+:[^\s/@\"\\]+@").search,
}


def kinds_in(text: str) -> Iterator[str]:
    """The kinds of secret that the text seems to hold, each once, as a sentence names them."""
    return (kind for kind, seems_in in _KINDS.items() if seems_in(text))
