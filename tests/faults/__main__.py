"""Plays one schedule again, as a test named it: ``cd tests && python -m faults SEED [SERVER]``."""

# ruff: noqa: T201 - it prints

from __future__ import annotations

import asyncio
import sys

from .runs import drawn, play_all

seed, server = int(sys.argv[1]), ([*sys.argv[2:]] or ["scripted"])[0]
(schedule,) = drawn([seed], server)
print(repr(schedule))
(outcome,) = asyncio.run(play_all([schedule]))
for name, number in sorted(outcome.figures.items()):
    print(f"{number:8}  {name}")
print(outcome if outcome.wrong else "Nothing is wrong.")
sys.exit(bool(outcome.wrong))
