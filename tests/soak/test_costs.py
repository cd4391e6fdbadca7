"""A fuzzer for cost: no text of 100 kB takes more than some walks to draw, or twenty times its size.

It makes texts of parts that mean something to the parser, keeps those that cost more for their length
than any before, and changes these further. It looks at time and at output, not at what is drawn.
"""

from __future__ import annotations

import os
import random
import time

from support.costs import LENGTH, MOST_WALKS, SEEDS, Cost, cost

from buttermilk_widget.transcript.presentation import Form

SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
SHORT = 4_000
"""Characters of a text that is tried; one that costs much is made long."""
KEPT = 60


def test_no_text_costs_more_than_it_may(record_property):
    chance = random.Random(20_261_126)  # noqa: S311 - to be repeated
    kept = sorted(((_rate(_short(seed, Form.MARKDOWN)), seed) for seed in SEEDS), reverse=True)
    worst_time = worst_growth = Cost("", Form.MARKDOWN, 0, 0)
    tried, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        part = _changed([part for _, part in kept], chance)
        form = chance.choice([Form.MARKDOWN, Form.MARKDOWN, Form.OUTPUT, Form.JSON])
        rate = _rate(_short(part, form))
        tried += 1
        if rate > kept[KEPT // 3][0]:
            long = cost(part, _repeated(part, LENGTH), form)
            assert long.walks <= MOST_WALKS, long
            assert long.growth <= 20, long
            worst_time = max(worst_time, long, key=lambda one: one.walks)
            worst_growth = max(worst_growth, long, key=lambda one: one.growth)
            kept = sorted([*kept, (rate, part)], reverse=True)[:KEPT]
    record_property("texts drawn by the fuzzer for cost", f"{tried:,} in {SECONDS} s")
    record_property(
        "the slowest text of 100 kB", f"{worst_time.walks:.0f} walks: {worst_time.name[:60]!r}"
    )
    record_property(
        "the text of 100 kB that grows most",
        f"{worst_growth.growth:.1f} times: {worst_growth.name[:60]!r}",
    )


def _short(part, form):
    return cost(part, _repeated(part, SHORT), form)


def _rate(one):
    return one.walks + one.growth


def _changed(parts, chance):
    """A part made of others: joined, nested, cut, or with a sign more."""
    one, other = chance.choice(parts), chance.choice(parts)
    way = chance.randrange(5)
    if way == 0:
        made = one + other
    elif way == 1:
        place = chance.randrange(len(one) + 1)
        made = one[:place] + other + one[place:]
    elif way == 2:
        made = one[chance.randrange(len(one)) :] + other[: chance.randrange(len(other)) + 1]
    elif way == 3:
        made = one * chance.randrange(2, 9)
    else:
        place = chance.randrange(len(one) + 1)
        made = (
            one[:place]
            + chance.choice("\n \t*_`[]()<>|~$\\#-+.!:/@&0a\"'{},é强\u202e\0")
            + one[place:]
        )
    return made[:200] or "a"


def _repeated(part, length):
    """The part again and again, or once behind a long run of its first half."""
    half = part[: len(part) // 2 + 1]
    if len(part) % 2:
        return (part * (length // len(part) + 1))[:length]
    return (half * (length // len(half) + 1))[: length // 2] + (part * length)[: length // 2]
