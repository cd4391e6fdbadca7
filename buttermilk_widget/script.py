"""A manager that is no person: answers in a row, or a function of the question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import ScriptOver, WrongAnswer, shown
from .patches import Question, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; made by :func:`confirm`, :func:`reject`, :func:`choose` and :func:`say`."""

    verdict: Verdict
    content: str = ""


Manager = Callable[[Question], Reply | bool | str]
"""Answers a question: ``True`` confirms, ``False`` rejects, a string is an option or words."""


def confirm() -> Reply:
    """Yes."""
    return Reply("confirm")


def reject(content: str = "") -> Reply:
    """No, and perhaps why."""
    return Reply("reject", content)


def choose(option: str) -> Reply:
    """One of the options."""
    return Reply("choice", option)


def say(content: str) -> Reply:
    """Words."""
    return Reply("text", content)


class Script:
    """Answers in a row, one to each question: ``Script(confirm(), choose("B"), say("so"))``.

    Each run that it is given to begins it anew.
    """

    def __init__(self, *answers: Reply | bool | str) -> None:
        self.answers = answers

    def __repr__(self) -> str:
        return f"Script({', '.join(map(repr, self.answers))})"

    def __iter__(self) -> Iterator[Reply | bool | str]:
        return iter(self.answers)


def manager_of(manager: Manager | Script) -> Manager:
    """The function that answers; of a script, one that is at its beginning."""
    if not isinstance(manager, Script):
        return manager
    left = iter(manager)

    def answer(question: Question) -> Reply | bool | str:
        for reply in left:
            return reply
        raise ScriptOver(
            f"The script has no answer left, and the server asks: {shown(question.content)!r} "
            f"{wanted(question)}"
        )

    return answer


def read(question: Question, answer: object) -> Reply:
    """The answer that a manager gave, in whichever way it said it.

    Raises:
        WrongAnswer: it is none.
    """
    if isinstance(answer, Reply):
        return answer
    if isinstance(answer, bool):
        return confirm() if answer else reject()
    if isinstance(answer, str):
        return say(answer)
    raise WrongAnswer(
        f"The manager answered {answer!r} to {shown(question.content)!r}, which is no answer: give "
        "confirm(), reject(), choose(option), say(words), True, False or a string."
    )


def wanted(question: Question) -> str:
    """A sentence on what a question takes."""
    match question.form:
        case "confirm":
            return "It takes confirm() or reject()."
        case "options":
            return f"It takes choose() with one of {', '.join(map(repr, question.options))}."
        case _:
            return "It takes say() with words."
