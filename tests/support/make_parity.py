"""Write ``drawn.json`` anew: what Python draws of every text, by its form."""

from __future__ import annotations

import json

from support.costs import SEEDS
from support.page_attacks import ATTACKS, BIG
from support.paths import DATA

from buttermilk_widget.protocol.lossless import written
from buttermilk_widget.text import (
    addresses,
    letters,
)
from buttermilk_widget.transcript.field_html import NOTE, in_form
from buttermilk_widget.transcript.presentation import Form

HERE = DATA / "parity"

LONG = 10_000
"""Letters of a text that was made to cost much (costing.py), as it is drawn here."""
EVERY = [Form.OUTPUT, Form.CODE, Form.LINES]


def texts() -> list[str]:
    """All the texts, each once."""
    specs = [one["text"] for one in json.loads((HERE / "specs.json").read_text())]
    return list(dict.fromkeys([*specs, *ours(), *attacks()]))


def ours() -> list[str]:
    """Those that were written for this."""
    return [text for some in json.loads((HERE / "ours.json").read_text()).values() for text in some]


def attacks() -> list[str]:
    """Those that were written to break it, but for what is too big to be kept twice."""
    return [text for name, text in ATTACKS.items() if name not in BIG and len(text) < 5000]


def made() -> dict[str, list[list[str]]]:
    """Text and HTML, by the form."""
    drawn = {Form.MARKDOWN: [[text, in_form(Form.MARKDOWN, text)] for text in texts()]}
    for form in EVERY:
        drawn[form] = [[text, in_form(form, text)] for text in ours()]
    drawn[Form.JSON] = [[written(text), in_form(Form.JSON, text)] for text in ours()]
    drawn["costs"] = [
        [seed, "too much" if NOTE in in_form(Form.MARKDOWN, (seed * LONG)[:LONG]) else ""]
        for seed in SEEDS
    ]
    drawn["label"] = [[text, letters.label(text)] for text in ours()]
    drawn["address"] = [
        [word, addresses.destination(word) or ""] for text in ours() for word in text.split()
    ]
    return {str(form): pairs for form, pairs in drawn.items()}


def as_text() -> str:
    """What the file holds: a line a text, so that a difference can be read."""
    parts = [
        f"{json.dumps(form)}: [\n" + ",\n".join(json.dumps(pair) for pair in pairs) + "\n]"
        for form, pairs in made().items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    (HERE / "drawn.json").write_text(as_text())
