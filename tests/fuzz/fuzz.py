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
        "buttermilk_widget.protocol.decode",
        "buttermilk_widget.protocol.messages",
        "buttermilk_widget.conversation.conversation",
        "buttermilk_widget.conversation.history",
        "buttermilk_widget.conversation.roster",
        "buttermilk_widget.conversation.answers",
        "buttermilk_widget.conversation.meanings",
        "buttermilk_widget.conversation.chat",
        "buttermilk_widget.conversation.patches",
        "buttermilk_widget.conversation.events",
        "buttermilk_widget.text.markdown",
        "buttermilk_widget.transcript.html",
        "buttermilk_widget.transcript.captions",
        "buttermilk_widget.transcript.decisions",
        "buttermilk_widget.transcript.scores",
        "buttermilk_widget.transcript.provenance",
        "buttermilk_widget.transcript.transcript",
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
