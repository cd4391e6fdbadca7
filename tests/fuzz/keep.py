"""The scripts that are worth keeping: ``python -m fuzz.keep FOLDER...`` puts them into the corpus.

A script is kept if it takes a step of the code that none shorter takes, or takes it far more often.
What stood in the corpus is judged again with the others.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from pathlib import Path

import buttermilk_widget

from .play import play

CORPUS = Path(__file__).parent / "corpus"
PACKAGE = str(Path(buttermilk_widget.__file__).parent)


def steps(script):
    """From which line to which the code went, and how often: once, a few times, or many."""
    taken = Counter()
    before = {}

    def trace(frame, event, _):
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line":
            number = frame.f_lineno
            taken[frame.f_code, before.get(frame), number] += 1
            before[frame] = number
        elif event == "return":
            before.pop(frame, None)
        return trace

    sys.settrace(trace)
    try:
        play(script)
    finally:
        sys.settrace(None)
    return {(step, min(count.bit_length(), 4)) for step, count in taken.items()}


def main(folders, most=900_000):
    scripts = {path.read_bytes() for folder in [CORPUS, *folders] for path in folder.iterdir()}
    kept, known, size = [], set(), 0
    for script in sorted(scripts, key=lambda one: (len(one), one)):
        new = steps(script) - known
        if new and size + len(script) <= most:
            known |= new
            size += len(script)
            kept.append(script)
    for path in CORPUS.iterdir():
        path.unlink()
    for script in kept:
        (CORPUS / hashlib.sha256(script).hexdigest()[:16]).write_bytes(script)
    print(f"{len(kept)} of {len(scripts)} scripts, {size:,} bytes, {len(known):,} steps")  # noqa: T201


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
