"""Many schedules of faults, one after the other: ``python tests/soak.py --schedules 1000``."""

# ruff: noqa: T201 - it prints

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import threading
import time
import warnings
from collections import Counter

from faults import Schedule, play_all


def main():
    """Run them, print figures and the seeds that failed; 1 if any did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="this one only, and what it says")
    parser.add_argument("--at-once", type=int, default=20)
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.schedules)
    if asked.seed is not None:
        seeds = [asked.seed]
        print(repr(Schedule.drawn(asked.seed)))
    began = time.monotonic()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        outcomes = asyncio.run(play_all(seeds, asked.at_once))
        gc.collect()
    left = threading.enumerate()[1:]
    figures = Counter()
    for outcome in outcomes:
        figures.update(outcome.figures)
    for name, number in sorted(figures.items()):
        print(f"{number:8}  {name}")
    unheard = [outcome.schedule.seed for outcome in outcomes if outcome.unheard]
    print(
        f"{len(unheard):8}  seeds with an answer 'sent' that the server never got: {unheard[:20]}"
    )
    print(f"{time.monotonic() - began:8.1f}  seconds")
    failed = [outcome for outcome in outcomes if outcome.wrong]
    for outcome in failed:
        print(outcome)
    for warning in warned:
        print(f"warning: {warning.message}")
    print(f"{len(failed)} of {len(outcomes)} failed: {[o.schedule.seed for o in failed]}")
    if left:
        print(f"threads left: {left}")
    return 1 if failed or warned or left else 0


if __name__ == "__main__":
    sys.exit(main())
