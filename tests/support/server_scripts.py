"""What scripted servers do in several tests."""

from __future__ import annotations

import json

from support.paths import WIRE
from support.scripted_server import listen


def steps(name):
    for line in (WIRE / f"{name}.jsonl").read_text().splitlines():
        step = json.loads(line)
        if step["dir"] in ("in", "out"):
            yield step["t"], step["dir"], json.dumps(step["frame"])


async def asks_and_ends(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.heard()
    await line.end()
    await listen(line)
