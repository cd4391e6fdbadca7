"""What an instruction of the manager to the host of a chat means, by a few plain rules."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from buttermilk_widget.server.decode import SHOWN

from .interpret import NO, YES, plain
from .library import POSTS

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 4000
"""Letters of an instruction; a longer one is not read."""

GOODBYE = frozenset({"bye", "goodbye", "good bye", "end", "quit", "exit", "stop"})
HELP = frozenset({"help", "help me", "?", "what can you do", "what can you do?"})
FIND = frozenset({"find", "search", "look", "show"})
JUDGE = frozenset({"judge", "assess"})
COMPARE = frozenset({"compare", "differences"})
ASKING = frozenset(
    {
        *("what", "who", "whom", "whose", "which", "when", "where", "why", "how"),
        *("is", "are", "was", "were", "do", "does", "did", "has", "have"),
        *("can", "could", "may", "must", "should", "will", "would"),
    }
)
"""Words with which a question begins."""

THE_SAME = frozenset({"", "it", "that", "this", "again", "it again", "the post", "that post"})
"""What names the post that was last spoken of."""

_POLITE = re.compile(
    r"(?:(?:please|now|then|and|ok|okay|so|(?:can|could|will|would) you)\b[\s,]*)*", re.IGNORECASE
)
_VERB = re.compile(r"[^\W\d_]*")
_LINKING = re.compile(r"[:,]?\s*(?:(?:me|for|up|out|about|passages?)\b\s*)*[:,]?\s*", re.IGNORECASE)
_TOKEN = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Find:
    """Look for passages about ``words``; empty if the manager did not say what."""

    words: str


@dataclass(frozen=True)
class Judge:
    """Judge these posts, by their ids; none: the one that was last spoken of."""

    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compare:
    """Compare the judgements of these posts, by their ids; none: of all."""

    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnknownRecord:
    """A post was meant that does not exist; ``nearest`` is the id that looks most like it."""

    named: str
    nearest: str


@dataclass(frozen=True)
class Help:
    """Say what can be said."""


@dataclass(frozen=True)
class Goodbye:
    """End the flow."""


@dataclass(frozen=True)
class Unclear:
    """Nothing that the host understands."""


Instruction = Find | Judge | Compare | UnknownRecord | Help | Goodbye | Unclear


def understand(words: str, knows: Callable[[str], bool]) -> Instruction:
    """What the words mean: a command, or else a question if they are one.

    Args:
        words: What the manager said, of at most ``LONGEST`` letters.
        knows: Whether a word of a text is in the library, so that it can be looked for.
    """
    text = words.strip()
    command = _command(_POLITE.sub("", text, count=1))
    if command is not None:
        return command
    first = text.split(maxsplit=1)[0].casefold() if text else ""
    asked = text.endswith(("?", "\N{FULLWIDTH QUESTION MARK}")) or first in ASKING
    return Find(text) if asked or knows(text) else Unclear()


def _command(text: str) -> Instruction | None:
    whole = plain(text)
    if whole in GOODBYE:
        return Goodbye()
    if whole in HELP:
        return Help()
    if whole in YES | NO:
        return Unclear()  # an answer to a question that was not asked
    verb, rest = _VERB.findall(text)[0].casefold(), _VERB.sub("", text, count=1).strip()
    if verb in FIND:
        return Find(_LINKING.sub("", rest, count=1).strip())
    if verb in JUDGE:
        return _judge(rest)
    if verb in COMPARE:
        return _compare(rest)
    return None


def _judge(rest: str) -> Instruction:
    named, unknown = _records(rest)
    if not (named or unknown) and plain(rest) not in THE_SAME:
        unknown = plain(rest)
    return _unknown(unknown) if unknown else Judge(named)


def _compare(rest: str) -> Instruction:
    named, unknown = _records(rest)
    return _unknown(unknown) if unknown else Compare(named)


def _records(text: str) -> tuple[tuple[str, ...], str]:
    """The ids of the posts that a text names, in its order; and the first that does not exist.

    ``hedge`` names ``post-hedge`` too.
    """
    tokens = _TOKEN.findall(text.casefold())
    meant = [token if token in POSTS else f"post-{token}" for token in tokens]
    named = tuple(dict.fromkeys(key for key in meant if key in POSTS))
    unknown = (token for token in tokens if token.startswith("post-") and token not in POSTS)
    return named, next(unknown, "")


def _unknown(named: str) -> UnknownRecord:
    named = named[:SHOWN]
    (nearest,) = difflib.get_close_matches(named, list(POSTS), n=1, cutoff=0.0)
    return UnknownRecord(named, nearest)
