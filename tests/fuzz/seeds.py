"""The recordings as scripts of runs: ``python -m fuzz.seeds FOLDER`` writes them there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from support.paths import RUNS, WIRE


def of_wire(path):
    """A recording of the real server; what its client said is said at the same place."""
    script = []
    for text in path.read_text().splitlines():
        step = json.loads(text)
        frame = step["frame"]
        if step["dir"] == "in":
            raw = frame.get("__raw__") if isinstance(frame, dict) else None
            script.append("i" + (raw or json.dumps(frame)))
        elif step["dir"] == "out" and isinstance(frame, dict) and frame.get("type") != "run_flow":
            script += [_answer(frame), "h", "s"]
        elif step["dir"] == "event" and "ws" in frame:
            script.append("dIt dropped." if frame["ws"] == "closed" else "a")
    return "\n".join(script).encode()


def _answer(frame):
    confirm, selection = frame.get("confirm"), frame.get("selection")
    if selection:
        return {True: "y", False: "n"}.get(confirm, "o") + selection
    return "c" if confirm is True else f"w{frame.get('content', '')}"


LETTERS = {"confirm": "c", "reject": "r", "choice": "o", "text": "w", "remark": "m"}
DONE = {
    "handed": "h",
    "out": "s",
    "lost": "l",
    "unsent": "u",
    "reconnected": "a",
    "disconnected": "d",
}
SETTLED = {"failed": "F", "stopped": "S", "finished": "N", "gone": "G", "explained": "E"}


def of_cassette(path):
    """Each run of a cassette."""
    script = []
    for text in path.read_text().splitlines()[1:]:
        told = json.loads(text)
        do = told.get("do")
        if "run" in told and script:
            yield "\n".join(script).encode()
            script = []
        if do == "in":
            script.append(f"i{told['text']}")
        elif do == "respond":
            letter = LETTERS[told["verdict"]]
            letter = {True: "y", False: "n"}[told["confirm"]] if "confirm" in told else letter
            script.append(letter + told.get("content", ""))
        elif do in DONE:
            script.append(DONE[do])
        elif do in SETTLED:
            script.append(SETTLED[do] + told["reason"])
    yield "\n".join(script).encode()


def seeds():
    """A name and a script for each recorded run."""
    for path in sorted(WIRE.glob("*.jsonl")):
        yield path.stem, of_wire(path)
    for path in sorted(RUNS.glob("*.jsonl")):
        for number, script in enumerate(of_cassette(path)):
            yield f"{path.stem}-{number}", script


def pieces(script, most):
    """The script in parts of whole lines: a fuzzer gets further with short ones."""
    part = b""
    for line in script.split(b"\n"):
        if part and len(part) + len(line) >= most:
            yield part
            part = b""
        part += b"\n" + line if part else line
    yield part


def main(folder, most=4000):
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in seeds():
        for number, part in enumerate(pieces(script, most)):
            (folder / f"{name}-{number}").write_bytes(part)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
