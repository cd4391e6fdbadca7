"""Write the golden files anew: entries and texts as Python writes them as Markdown.

``js/test/entries/entryMarkdown.test.ts`` holds the page's own copies to them.
"""

from __future__ import annotations

import json

from support import every_field as walking
from support import hostile_texts as hostile
from support.paths import DATA

from buttermilk_widget.protocol.messages import TO_PAGE
from buttermilk_widget.transcript.entry_markdown import markdown, written_in
from buttermilk_widget.transcript.presentation import Form

HERE = DATA / "written"

NASTY = "".join(f"{piece}\n" for piece in hostile.PIECES[::7])


def texts() -> list[str]:
    """The texts of the parity corpus, and hostile ones."""
    from support import make_parity as make

    return list(dict.fromkeys([*make.texts(), *hostile.texts(300)]))


def entries() -> dict[str, object]:
    """Entries of every kind, with fields of one word and with nasty ones."""
    nasty = walking.entries(lambda way: f"{way} {NASTY}")
    return {
        **walking.entries(),
        **{f"{kind}, nasty": entry for kind, entry in nasty.items()},
        **{f"{kind}, bare": entry for kind, entry in walking.bare().items()},
    }


def files() -> dict[str, str]:
    """What the files hold, by their names."""
    forms = (Form.MARKDOWN, Form.OUTPUT, Form.LINES)
    pairs = [[text, *(written_in(form, text) for form in forms)] for text in texts()]
    written = [
        {
            "name": name,
            "entry": entry.model_dump(mode="json", context=TO_PAGE),
            "markdown": markdown(entry),
        }
        for name, entry in entries().items()
    ]
    return {
        "texts.json": "[\n" + ",\n".join(map(json.dumps, pairs)) + "\n]\n",
        "entries.json": json.dumps(written, indent=1) + "\n",
    }


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text)
