"""What a question takes, and the frame that an answer becomes.

What counts as yes differs between the dialects (PROTOCOL section 3): the deployed server accepts
``confirm: true`` and nothing else, a documented one reads ``content``. So every frame made here
carries what both need. ``confirm: true`` goes only with what is known to mean yes
(``meanings.py``), or with an option that the manager declared to accept the step.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from buttermilk_widget.errors import WrongAnswer, did_you_mean, join_names, truncate
from buttermilk_widget.protocol.messages import Dialect, ManagerResponse

from .meanings import meanings, plain, plain_meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .patches import AnswerKind, Question, QuestionKind


def form_of(
    content: str, options: tuple[str, ...], dialect: Dialect, *, yes_or_no: bool = False
) -> QuestionKind:
    """What a question takes.

    The documented dialect has no options; its own example takes a message with the word "confirm"
    in it for a question to confirm. The deployed one gives options, or says that it is a question
    of yes or no, unless it wants words.
    """
    if yes_or_no or sorted(map(str, meanings(options))) in (["True"], ["False", "True"]):
        return "confirm"
    if options:
        return "options"
    if dialect == "documented" and re.search(r"\bconfirm", content, re.IGNORECASE):
        return "confirm"
    return "text"


def confirms_of(
    options: tuple[str, ...], dialect: Dialect, declared: Mapping[str, bool]
) -> tuple[bool | None, ...]:
    """For each option, whether it accepts the step; empty where the server reads the option itself."""
    if dialect == "documented":
        return ()
    return tuple(
        declared.get(option, means)
        for option, means in zip(options, meanings(options), strict=True)
    )


def accepts(question: Question, option: str) -> bool | None:
    """Whether an option of this question accepts the step; ``None`` is uncertain."""
    known = question.confirms or meanings(question.options)
    return known[question.options.index(option)]


def option_of(question: Question, words: str) -> str | None:
    """The option that these words name: to the letter, or else whatever their case."""
    if words in question.options:
        return words
    wanted = words.strip().casefold()
    near = {o for o in question.options if o.strip().casefold() == wanted}
    return near.pop() if len(near) == 1 else None


def interpret(question: Question, verdict: AnswerKind, content: str) -> tuple[AnswerKind, str]:
    """The answer as the question takes it: typed words may mean yes, no, or an option.

    Words that mean none of these stay words.

    Raises:
        WrongAnswer: the question cannot take the answer; the sentence says what it takes.
    """
    if verdict == "text":
        return _read_words(question, content)
    if verdict == "choice":
        return _read_choice(question, content)
    if verdict in ("confirm", "reject") and question.form == "options":
        option = _meant(question, yes=verdict == "confirm")
        if option is None:
            raise WrongAnswer(
                f"This question is not one to {verdict}: choose one of {_quoted(question.options)}."
            )
        return "choice", option
    return verdict, content


def _read_words(question: Question, content: str) -> tuple[AnswerKind, str]:
    if not content.strip():
        raise WrongAnswer("There is nothing to send: the answer is empty.")
    option = option_of(question, content)
    if option is not None:
        return _read_choice(question, option)
    means = plain_meaning(content) if question.form == "confirm" else None
    if means is None:
        return "text", content
    return ("confirm" if means else "reject"), ""


def _read_choice(question: Question, content: str) -> tuple[AnswerKind, str]:
    option = option_of(question, content)
    if option is None and question.form == "confirm" and not question.options:
        means = plain_meaning(content)
        if means is not None:
            return ("confirm" if means else "reject"), ""
    if option is None and not question.options:
        takes = "yes or no" if question.form == "confirm" else "words"
        raise WrongAnswer(f"This question has no options to choose from: it takes {takes}.")
    if option is None:
        near = did_you_mean(content, question.options)
        raise WrongAnswer(
            f"{content!r} is not among the options {_quoted(question.options)}.{near}"
        )
    if question.form == "confirm":
        return ("confirm" if accepts(question, option) else "reject"), ""
    return "choice", option


def declared(question: Question, option: str, confirm: bool | None) -> bool | None:  # noqa: FBT001 - as it goes on the wire
    """Whether choosing this option accepts the step, as is known or as the manager declares it.

    Raises:
        WrongAnswer: it is uncertain and was not declared, or the declaration contradicts what is
            known of the option.
    """
    known = accepts(question, option)
    if confirm is None and known is None and question.confirms:
        raise WrongAnswer(
            f"It is not known whether {truncate(option)!r} accepts the step, and the server has to be "
            f"told. Declare it once: choose({truncate(option)!r}, confirm=True) goes on with the step, "
            "confirm=False refuses it."
        )
    if confirm is not None and known is not None and confirm is not known:
        does = "accept" if known else "refuse"
        plainly = meanings(question.options)[question.options.index(option)] is known
        raise WrongAnswer(
            f"{truncate(option)!r} {f'{does}s' if plainly else f'was declared to {does}'} the step, so "
            f"it is not sent with confirm={confirm}."
        )
    return known if confirm is None else confirm


def encode_answer(
    question: Question, verdict: AnswerKind, content: str, *, chat: bool = False
) -> ManagerResponse:
    """The frame that says it, in a way that both dialects understand.

    Args:
        question: What is answered.
        verdict: What the manager does, as :func:`interpret` gives it.
        content: The words, or the option.
        chat: Whether a deployed LLM host asks. At a question of yes or no, or with options, it
            takes ``content`` for one more instruction (PROTOCOL section 6), so that a plain answer
            carries none.
    """
    chat = chat and question.form != "text"
    if verdict == "confirm":
        yes = _meant(question, yes=True)
        return ManagerResponse(confirm=True, content=None if chat else "yes", selection=yes)
    if verdict == "reject":
        words = content or (None if chat else "no")
        return ManagerResponse(confirm=False, content=words, selection=_meant(question, yes=False))
    if verdict == "choice":
        return ManagerResponse(
            confirm=accepts(question, content),
            content=None if chat else content,
            selection=content,
        )
    return ManagerResponse(content=content)


def can_auto_send(question: Question, verdict: AnswerKind, content: str) -> bool:
    """Whether something held may answer a question that it was not written for.

    Words may go where words are asked for, or where they are one of the options and it is known
    what that does; into a question to confirm nothing goes without the manager's word.
    """
    if verdict != "text" or question.form == "confirm":
        return False
    if question.form == "text":
        return True
    option = option_of(question, content)
    return option is not None and not (question.confirms and accepts(question, option) is None)


def warning_for(question: Question, verdict: AnswerKind) -> str:
    """A sentence on what would happen if something held were sent as this question's answer."""
    if question.form == "confirm" and verdict == "text":
        return "It was not written for this question; sent now, words reject the step."
    if question.form == "options" and verdict == "text":
        return "It is none of this question's options; the server may take it for a refusal."
    return "It was not written for this question."


def _meant(question: Question, *, yes: bool) -> str | None:
    """The one option that means yes, or no."""
    means = question.confirms or meanings(question.options)
    found = [o for o, known in zip(question.options, means, strict=True) if known is yes]
    # Of several that mean the same, the plainest word is taken, if there is one.
    plainest = [o for o in found if plain(o) in ("confirm", "yes", "reject", "no")]
    return found[0] if len(found) == 1 else plainest[0] if len(plainest) == 1 else None


def _quoted(options: Iterable[str]) -> str:
    return join_names(repr(truncate(option)) for option in options)
