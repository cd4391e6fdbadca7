"""Makes the page with no kernel: ``python js/dev/make_page.py FOLDER [RECORDING ...]``.

The folder can then be served by anything: ``python -m http.server --directory FOLDER``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from recorded import BEGAN, fold
from scenes import SCENES

from buttermilk_widget.protocol.messages import TO_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

HERE = Path(__file__).parent
RECORDINGS = HERE.parents[1] / "tests" / "data" / "wire"


def make(folder: Path, recordings: Iterable[Path]) -> None:
    """Write the page, its code, and every scene."""
    scenes = folder / "scenes"
    scenes.mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "index.html", folder)
    subprocess.run(["node", HERE.parent / "scripts" / "dev.mjs", folder], check=True)
    names = [*SCENES]
    for name, messages in SCENES.items():
        _write(scenes / f"{name}.json", [_crossing(m) for m in messages], [])
    for name, conversation in (pair for path in recordings for pair in fold(path).items()):
        ended = max((frame.at for frame in conversation.frames), default=BEGAN)
        patch = _crossing(conversation.since(0, ended))
        frames = [
            {"direction": f.direction, "at": f.at, "text": f.text, "length": len(f.text)}
            for f in conversation.frames
        ]
        names.append(name)
        _write(scenes / f"{name}.json", [patch], frames)
    (folder / "scenes.json").write_text(json.dumps(names))


def _crossing(message: BaseModel) -> object:
    """The message as the kernel sends it."""
    return message.model_dump(mode="json", context=TO_PAGE)


def _write(path: Path, messages: list[object], frames: list[object]) -> None:
    path.write_text(json.dumps({"messages": messages, "frames": frames}))


if __name__ == "__main__":
    target, *more = map(Path, sys.argv[1:])
    make(target, more or sorted(RECORDINGS.glob("*.jsonl")))
