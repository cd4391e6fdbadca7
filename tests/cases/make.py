"""Write ``entries.json`` anew: the entries of each recording, as they cross to the page."""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from buttermilk_widget import foreign  # noqa: E402
from buttermilk_widget.conversation import Conversation  # noqa: E402
from buttermilk_widget.messages import TO_PAGE  # noqa: E402

BEGAN = 1_764_000_000.0


def conversation(name: str) -> Conversation:
    """The run of a recording."""
    steps = foreign.read((HERE / f"{name}.jsonl").read_text(encoding="utf-8"))
    (course,) = foreign.courses(steps)
    made = Conversation()
    for told in foreign.inputs(course, BEGAN):
        told.tell(made)
    return made


def as_text() -> str:
    """What the file holds."""
    names = json.loads((HERE / "right.json").read_text(encoding="utf-8"))
    entries = {
        name: [
            entry.model_dump(mode="json", context=TO_PAGE) for entry in conversation(name).entries
        ]
        for name in names
    }
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "entries.json").write_text(as_text(), encoding="utf-8")
