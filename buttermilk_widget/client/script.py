"""A manager that is no person: answers in a row, or a function of the question.

Both serve flows of either kind. In a sequence they answer each question. In a chat they are also
called in each of the manager's turns: when the host has answered what was said last, with a
question of the form ``chat``. The chat ends when a script is exhausted there, or when a function
returns ``None``: then the run is stopped at the server, and has ended.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from buttermilk_widget.conversation.patches import AnswerKind, Question
from buttermilk_widget.errors import ScriptOver, WrongAnswer, truncate

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; made by :func:`confirm`, :func:`reject`, :func:`choose` and :func:`say`."""

    verdict: AnswerKind
    content: str = ""
    confirm: bool | None = None


Given = Reply | bool | str | None
"""What a manager gives: ``True`` confirms, ``False`` rejects, a string is an option or words, and
``None`` ends a chat."""

Manager = Callable[[Question], Given | Awaitable[Given]]
"""Answers a question; may be ``async``. ``question.number`` says which one it is, from 1."""


def confirm() -> Reply:
    """Yes."""
    return Reply("confirm")


def reject(content: str = "") -> Reply:
    """No, and perhaps why."""
    return Reply("reject", content)


def choose(option: str, *, confirm: bool | None = None) -> Reply:
    """One of the options; ``confirm`` as for :meth:`.Session.choose`."""
    return Reply("choice", option, confirm)


def say(content: str) -> Reply:
    """Words."""
    return Reply("text", content)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of the manager, as a loop that answers for them keeps it.

    The words of the agents in a turn of a chat may be others in the end: it is the same turn.

    Attributes:
        question: What is asked.
        number: Its number.
        chat: Whether the host of a chat listens, and asks nothing.
        tries: How often it was answered already, with answers that may be lost.
    """

    question: Question = field(compare=False)
    number: int
    chat: bool
    tries: int = 0

    @classmethod
    def of(cls, question: Question, *, tries: int = 0) -> Turn:
        """The turn in which this is asked."""
        return cls(question, question.number, question.form == "chat", tries)

    def repeats(self, before: Turn) -> bool:
        """Whether it is the question of the turn before it, put again since its answer was lost."""
        return self.number == before.number and not (self.chat or before.chat)


class Script:
    """Answers in a row, one to each question: ``Script(confirm(), choose("B"), say("so"))``.

    In a chat ``Script(say("find hedges"), say("compare"))`` says one after the other, each when the
    one before it was answered, and then ends the chat. Each run that it is given to begins it anew.
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

    def answer(question: Question) -> Given:
        for reply in left:
            return reply
        raise ScriptOver(
            f"The script has no answer left, and the server asks: {truncate(question.content)!r} "
            f"{wanted(question)}"
        )

    return answer


async def answer_of(manager: Manager, question: Question) -> Reply | None:
    """What a manager answers, in whichever way it gives it; nothing, if it ends the chat.

    Raises:
        WrongAnswer: it is no answer to this question.
        ScriptOver: the script is exhausted, and there is a question to answer.
    """
    try:
        given = manager(question)
        if inspect.isawaitable(given):
            given = await given
    except ScriptOver:
        if question.form != "chat":
            raise
        return None
    if given is None and question.form == "chat":
        return None
    reply = _reply(question, given)
    if question.form == "chat" and reply.verdict != "text":
        raise WrongAnswer(
            f"The manager gave {given!r} while the host of a chat listens and asks nothing: give "
            "say(words) or a string, or None to end the chat."
        )
    return reply


def _reply(question: Question, answer: object) -> Reply:
    if isinstance(answer, Reply):
        return answer
    if isinstance(answer, bool):
        return confirm() if answer else reject()
    if isinstance(answer, str):
        return say(answer)
    raise WrongAnswer(
        f"The manager answered {answer!r} to {truncate(question.content)!r}, which is no answer: give "
        "confirm(), reject(), choose(option), say(words), True, False or a string."
    )


def waits(question: Question) -> str:
    """What a run waits for, as the end of a sentence."""
    if question.form == "chat":
        return "the host of this chat listens, and waits for the manager's words."
    return f"the run asks: {truncate(question.content)!r}"


def wanted(question: Question) -> str:
    """A sentence on what a question takes."""
    match question.form:
        case "confirm":
            return "It takes confirm() or reject()."
        case "options":
            return f"It takes choose() with one of {', '.join(map(repr, question.options))}."
        case "chat":
            return "It takes say() with words, or nothing more."
        case _:
            return "It takes say() with words."
