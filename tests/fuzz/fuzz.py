"""The coverage-guided fuzzer: ``python -m fuzz.fuzz [what libFuzzer takes] FOLDER...`` in ``tests/``.

Its input is a script of a whole run (``play.py``). The first folder takes what reaches code that
nothing before it reached.
"""

from __future__ import annotations

import random
import sys

import atheris

with atheris.instrument_imports(
    include=[
        "buttermilk_widget.frames",
        "buttermilk_widget.messages",
        "buttermilk_widget.conversation",
        "buttermilk_widget.history",
        "buttermilk_widget.roster",
        "buttermilk_widget.answers",
        "buttermilk_widget.meanings",
        "buttermilk_widget.chat",
        "buttermilk_widget.patches",
        "buttermilk_widget.inputs",
        "buttermilk_widget.prose",
        "buttermilk_widget.as_html",
        "buttermilk_widget.as_markdown",
        "buttermilk_widget.decisions",
        "buttermilk_widget.scores",
        "buttermilk_widget.provenance",
        "buttermilk_widget.transcript",
    ],
    enable_loader_override=False,
):
    from .mutate import mutated
    from .play import play


def mutate(script, most, seed):
    """As ``mutate.py`` has it, or as libFuzzer has it for bytes."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    made = mutated(script, dice, most) if dice.random() < 0.7 else script
    return made if made != script else atheris.Mutate(script, most)


if __name__ == "__main__":
    atheris.Setup(sys.argv, play, custom_mutator=mutate)
    atheris.Fuzz()
