"""Write ``entries.json`` anew: the entries of each recording, as they cross to the page."""

from __future__ import annotations

import json

from support.paths import DATA

from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.protocol.messages import TO_PAGE
from buttermilk_widget.transcript import convert as foreign

HERE = DATA / "cases"

BEGAN = 1_764_000_000.0


def conversation(name: str) -> Conversation:
    """The run of a recording."""
    steps = foreign.read((HERE / f"{name}.jsonl").read_text(encoding="utf-8"))
    (course,) = foreign.split_runs(steps)
    made = Conversation()
    for told in foreign.inputs(course, BEGAN):
        made.apply(told)
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
