"""Secrets that are found again in a text, however it writes them.

Whoever says a header back may have put it into JSON, even into JSON within JSON, into an address, or
into HTML. So text and secret are compared in one plain spelling: an escape is the character that it
stands for, and backslashes are left out, however many there are before a character.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MASK = "***"

SHORTEST = 6
"""Characters from which on a secret is looked for; shorter ones are in words."""

# The last backslash of a row is enough: the others go, and a long row costs no more than it is long.
_CODE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|U000([0-9A-Fa-f]{5}))")


_ROUNDS = 4
"""How often an escape may be escaped again in another way."""

# How JSON writes them behind a backslash; a line break is in no header.
_LETTERS = str.maketrans("\b\t\f", "btf")


class Redactor:
    """Secrets that are known, and where a text says them again; nothing here shows them."""

    def __init__(self) -> None:
        known: dict[str, set[str]] = {}

        def add(secrets: Iterable[str]) -> None:
            for secret in secrets:
                for spelling in _spellings(secret):
                    known[spelling] = _plain_spellings(spelling)

        # The longest first, so that no part of one is left.
        def longest() -> list[tuple[str, set[str]]]:
            return sorted(known.items(), key=lambda pair: len(pair[0]), reverse=True)

        self.add: Callable[[Iterable[str]], None] = add
        self._longest: Callable[[], list[tuple[str, set[str]]]] = longest

    def __repr__(self) -> str:
        return "Echoes(...)"

    def are_in(self, text: str) -> bool:
        """Whether the text says one of them."""
        known = self._longest()
        if any(secret in text for secret, _ in known):
            return True
        spelt = plain(text) if known else ""
        return any(secret in spelt for _, secrets in known for secret in secrets)

    def hidden_in(self, text: str) -> str:
        """The text with each of them masked, and all else as it was."""
        for written, secrets in self._longest():
            text = text.replace(written, MASK)
            for secret in secrets:
                while secret in plain(text):
                    text = _masked(text, secret)
        return text


def plain(text: str) -> str:
    """The text in its plain spelling, in time that grows with its length."""
    for _ in range(_ROUNDS):
        before = text
        if "\\" in text:
            text = _CODE.sub(_character, text).replace("\\", "")
            if not text.isascii():
                # JSON writes a character beyond U+FFFF as two codes, with backslashes between them.
                text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if "%" in text:
            text = unquote(text)
        if "&" in text:
            text = html.unescape(text)
        if text == before:
            break
    return text


def _character(code: re.Match[str]) -> str:
    return chr(int(code[code.lastindex or 0], 16))


def _spellings(secret: str) -> set[str]:
    """The secret, and what others make of it that no escape undoes."""
    # HTTP servers read a header as Latin-1, though it was sent in UTF-8.
    return {secret, secret.encode(errors="replace").decode("latin-1"), quote_plus(secret)}


def _plain_spellings(secret: str) -> set[str]:
    """The secret in its plain spelling, of which there is more than one if it has backslashes."""
    alike = (secret, secret.replace("\\", ""), secret.translate(_LETTERS))
    return {spelt for spelt in map(plain, alike) if len(spelt) >= SHORTEST}


def _masked(text: str, secret: str) -> str:
    """The text with the first place masked whose plain spelling is the secret."""
    end = bisect_left(range(len(text)), 1, key=lambda end: secret in plain(text[:end]))
    past = bisect_left(range(end), 1, key=lambda at: secret not in plain(text[at:end]))
    return f"{text[: past - 1]}{MASK}{text[end:]}"
