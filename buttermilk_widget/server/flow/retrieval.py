"""Finding the passages that a question is about, by BM25 (Robertson and Zaragoza, 2009), and quoting them.

The ranking is ``bm25s``'s, over words that ``snowballstemmer`` has cut to their stems.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import bm25s  # type: ignore[import-untyped]
import snowballstemmer  # type: ignore[import-untyped]
from bm25s.stopwords import STOPWORDS_EN_PLUS  # type: ignore[import-untyped]

from buttermilk_widget.protocol.messages import Reference, Research

from .library import PASSAGES, Passage, sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST = 4
"""Passages that an answer quotes."""

NEAR = 0.4
"""The part of the best score that a passage must have to be quoted too."""

REQUEST = frozenset(
    (
        *("allowed", "anything", "find", "know", "library", "passage", "passages", "please"),
        *("say", "says", "something", "tell"),
    )
)
"""Words of a request that say nothing about what it is about, beside bm25s's own stop words."""


@dataclass(frozen=True)
class Found:
    """A passage that fits, and the sentence of it that fits best."""

    passage: Passage
    sentence: str


class Index:
    """Passages that can be searched.

    Args:
        passages: What can be found.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        texts = [f"{passage.title}. {passage.content}" for passage in passages]
        terms = [terms_of(text) for text in texts]
        self._known = frozenset(term for one in terms for term in one)
        self._ranking = bm25s.BM25()
        with _no_monitor():
            self._ranking.index(terms, show_progress=False)

    def knows(self, text: str) -> bool:
        """Whether a word of the text is in any passage."""
        return not self._known.isdisjoint(terms_of(text))

    def find(self, question: str) -> list[Found]:
        """The passages that fit, best first; of equals the first in the library."""
        terms = [term for term in terms_of(question) if term in self._known]
        if not terms:
            return []
        scores = [float(score) for score in self._ranking.get_scores(terms)]
        least = NEAR * max(scores)
        ranked = sorted(range(len(scores)), key=lambda at: -scores[at])[:MOST]
        return [
            Found(self._passages[at], _fitting(self._passages[at], terms))
            for at in ranked
            if scores[at] >= least
        ]


@cache
def library() -> Index:
    """The index of the whole library."""
    return Index(PASSAGES)


def terms_of(text: str) -> list[str]:
    """The stems of the words in a text that say what it is about."""
    words = [word for word in _WORD.findall(text.casefold()) if word not in _STOP]
    # A stemmer keeps a word while it works on it, so threads must not share one.
    stems: list[str] = snowballstemmer.stemmer("english").stemWords(words)
    return stems


_WORD = re.compile(r"\w\w+")
_STOP = REQUEST | frozenset(STOPWORDS_EN_PLUS)


@contextmanager
def _no_monitor() -> Iterator[None]:
    """Keep tqdm, where it is installed, from starting a thread that never ends.

    It starts one with its first bar, even with one that is not shown, as bm25s makes them.
    """
    try:
        from tqdm import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415 - often not installed
    except ImportError:
        yield
        return
    before, tqdm.monitor_interval = tqdm.monitor_interval, 0
    try:
        yield
    finally:
        tqdm.monitor_interval = before


def _fitting(passage: Passage, terms: Sequence[str]) -> str:
    """The sentence with the most of the terms; the first one, if only the title has them."""
    sentences = sentences_of(passage.content)
    return max(sentences, key=lambda sentence: len({*terms} & {*terms_of(sentence)}))


def answer(found: Sequence[Found], of: int) -> Research:
    """An answer in the words of the passages: each sentence with the number of its source.

    Args:
        found: What to quote, at least one; the first is number 1.
        of: How many passages there are in all.
    """
    head = "1 passage speaks" if len(found) == 1 else f"{len(found)} passages speak"
    quoted = [f"- “{one.sentence}” [{number}]" for number, one in enumerate(found, 1)]
    return Research(
        response="\n".join([f"{head} of it, of {of} in the library:", "", *quoted]),
        literature=tuple(
            Reference(
                summary=one.passage.content,
                source=f"“{one.passage.title}”, {one.passage.source} ({one.passage.key})",
            )
            for one in found
        ),
    )
