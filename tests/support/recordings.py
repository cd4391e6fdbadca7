"""The recordings of the real server, as the tests read them."""

from __future__ import annotations

import json

from support.paths import WIRE

NAMES = sorted(path.stem for path in WIRE.glob("*.jsonl"))


def steps(name):
    """The frames of a recording: seconds, direction, text."""
    for line in (WIRE / f"{name}.jsonl").read_text().splitlines():
        step = json.loads(line)
        if step["dir"] in ("in", "out") and "__raw__" not in step["frame"]:
            yield step["t"], step["dir"], json.dumps(step["frame"])


def frames(name):
    """What the server said in a recording."""
    return [text for _, direction, text in steps(name) if direction == "in"]


EVERY_FRAME = [text for name in NAMES for text in frames(name)]
