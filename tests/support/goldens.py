"""Golden files: what came, and what a reader gets of it, on the page and in every export.

One file for each kind of payload, with nearly right ones among them. ``test_golden.py`` holds Python
to them and ``js/test/entries/golden.test.ts`` the page. To write them anew: ``python tests/support/goldens.py``.
"""

from __future__ import annotations

import json

from support.paths import DATA

from buttermilk_widget import Transcript
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.patches import Labels
from buttermilk_widget.protocol.messages import TO_PAGE, RunFlow
from buttermilk_widget.transcript.captions import Cited, citation
from buttermilk_widget.transcript.entry_markdown import markdown
from buttermilk_widget.transcript.wording import SCORES, percent, prediction

FOLDER = DATA / "golden"
CITED = Cited(
    "osb",
    "http://localhost:8000",
    "“A post” (r1)",
    "buttermilk_widget 1.0",
    "sha256-2:" + "ab" * 32,
)
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def told(golden):
    """The conversation that a golden file's frames make."""
    labels = golden["labels"] and Labels(**golden["labels"])
    conversation = Conversation(server="http://localhost:8000", labels=labels)
    conversation.connecting("osb", 1000.0)
    conversation.start(RunFlow(flow="osb"), 1000.0)
    for number, frame in enumerate(golden["frames"], 1):
        conversation.receive(json.dumps(frame), 1000.25 + number)
    return conversation


def made(golden):
    """The golden file of these frames, as this version makes it."""
    conversation = told(golden)
    transcript = Transcript.of(conversation)
    entries, scores = transcript.entries.labelled(transcript.agents), transcript.scores
    patch = conversation.since(0, 2000.0).model_dump(mode="json", context=TO_PAGE)
    return {
        "labels": golden["labels"],
        "frames": golden["frames"],
        "agents": patch["agents"],
        "entries": patch["entries"],
        "kept": [entry.model_dump(mode="json") for entry in conversation.entries],
        "markdown": [markdown(entry, transcript.labels) for entry in entries],
        "citations": [citation(entry, CITED) for entry in entries],
        "scores": {
            "glance": scores.glance,
            "agreement": percent(scores.agreement),
            "rows": [
                {
                    "entry": row.entry,
                    "judge": row.judge,
                    "criteria": row.criteria,
                    "predicted": prediction(entries[row.entry].body, transcript.labels),
                    "mean": row.mean,
                    "scored": row.scored.note(SCORES),
                    "right": row.right,
                    "of": row.of,
                }
                for row in scores
            ],
        },
    }


def read(name):
    """A golden file."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for known in NAMES:
        text = json.dumps(made(read(known)), ensure_ascii=False, indent=1)
        (FOLDER / f"{known}.json").write_text(f"{text}\n", encoding="utf-8")
