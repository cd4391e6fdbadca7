"""What the flows work on: a few posts, and the guidelines that they are judged by.

All of it is made up, for teaching.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Post:
    """A post of a neighbourhood's forum."""

    record_id: str
    title: str
    source: str
    content: str


@dataclass(frozen=True)
class Guideline:
    """A rule of the forum. ``signs`` are words and phrases that speak for its being broken."""

    name: str
    text: str
    signs: tuple[str, ...]


POSTS = (
    Post(
        "post-clinic",
        "The new clinic's waiting times",
        "Riverside forum",
        "I waited three hours at the new clinic on Monday. The staff were kind, but there are too "
        "few of them. Everyone knows that the council took the money and that it never reached "
        "the ward. Has anybody asked for the accounts?",
    ),
    Post(
        "post-referee",
        "Saturday's match",
        "Riverside forum",
        "That referee is an idiot and a liar. He should be ashamed to show his face here. People "
        "like him do not belong in our league. The second goal was offside, as the picture shows.",
    ),
    Post(
        "post-neighbour",
        "Noise in Mill Lane",
        "Riverside forum",
        "The family at number 14 plays music until two in the morning; their phone number is on "
        'the notice board, so call them. Somebody wrote here that they are "all thieves", and I '
        "do not agree with that at all. Could the moderators talk to them?",
    ),
    Post(
        "post-garden",
        "Thank you from the community garden",
        "Riverside forum",
        "Forty of you came on Sunday, and the beds are ready for spring. We need two more spades "
        "and somebody who knows about apple trees. Tea is on us, as always.",
    ),
)

GUIDELINES = (
    Guideline(
        "Persons",
        "Argue against what was said, not against the person who said it.",
        ("idiot", "liar", "thieves", "ashamed", "stupid", "fool"),
    ),
    Guideline(
        "Exclusion",
        "Do not say of a group that it should be kept out.",
        ("do not belong", "people like him", "people like them", "go back", "keep them out"),
    ),
    Guideline(
        "Claims",
        "Say where a claim of fact comes from.",
        ("everyone knows", "took the money", "it is a fact", "obviously", "nobody can deny"),
    ),
    Guideline(
        "Privacy",
        "Do not give away where somebody lives or how to reach them.",
        ("phone number", "number 14", "home address", "lives at"),
    ),
)
