"""The posts, guidelines and passages that the flows work on: small, made up for teaching, and fixed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from buttermilk_widget.protocol.messages import Record

COMMON = frozenset(
    (  # noqa: SIM905 - one word a line would fill the screen
        "a about all allowed an and any are as at be but by can do does for from good has have he "
        "her here him his how i if in is it its look me my not of on one or our out please post "
        "question she so should tell that the their them there they this to up us was we were what "
        "when where which who why will with would you your"
    ).split()
)
"""Words that say nothing about what a text is about."""


@dataclass(frozen=True)
class Match:
    """Where a cue of a guideline stands in a text."""

    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Guideline:
    """A rule for posts, and the words by which a breach of it can be noticed."""

    key: str
    title: str
    text: str
    cues: tuple[str, ...]
    patterns: tuple[str, ...]
    softeners: tuple[str, ...]

    @cached_property
    def _cue(self) -> re.Pattern[str]:
        words = "|".join(re.escape(cue) for cue in sorted(self.cues, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    def matches(self, text: str) -> list[Match]:
        """The cues in the text, in its order."""
        searches = [self._cue, *(re.compile(pattern) for pattern in self.patterns)]
        found = [
            Match(hit.group(), hit.start(), hit.end())
            for search in searches
            for hit in search.finditer(text)
        ]
        return sorted(found, key=lambda match: match.start)


@dataclass(frozen=True)
class Passage:
    """A short text that can be found and quoted."""

    key: str
    title: str
    source: str
    content: str


def words_of(text: str) -> set[str]:
    """The words of a text that say what it is about."""
    return set(re.findall(r"[^\W_]+", text.casefold())) - COMMON


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+", text.strip()) if s.strip()]


_READ = json.loads(files(__package__).joinpath("library.json").read_text(encoding="utf-8"))

GUIDELINES: dict[str, Guideline] = {
    item["key"]: Guideline(
        key=item["key"],
        title=item["title"],
        text=item["text"],
        cues=tuple(item["cues"]),
        patterns=tuple(item["patterns"]),
        softeners=tuple(item["softeners"]),
    )
    for item in _READ["guidelines"]
}
"""The guidelines, by their keys."""

POSTS: dict[str, Record] = {
    item["record_id"]: Record(
        record_id=item["record_id"],
        title=item["title"],
        metadata={"title": item["title"], "source": item["source"]},
        uri=f"buttermilk:{item['record_id']}",
        content=item["content"],
        ground_truth=item["breaks"],
        mime="text/plain",
    )
    for item in _READ["posts"]
}
"""The posts, by their ids. ``ground_truth`` is the keys of the guidelines that a post breaks."""

PASSAGES: tuple[Passage, ...] = (
    *(
        Passage(
            key=key,
            title=str(post.title),
            source=str(post.metadata["source"]),
            content=post.content,
        )
        for key, post in POSTS.items()
    ),
    *(
        Passage(key=key, title=rule.title, source="Guideline", content=rule.text)
        for key, rule in GUIDELINES.items()
    ),
    *(
        Passage(
            key=item["key"], title=item["title"], source=item["source"], content=item["content"]
        )
        for item in _READ["passages"]
    ),
)
"""All that can be found: the posts, the guidelines, and the passages that are neither."""
