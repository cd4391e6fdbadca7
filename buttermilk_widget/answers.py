"""What a question takes, and the frame that an answer becomes.

What counts as yes differs between the dialects (PROTOCOL section 3): the deployed server accepts
``confirm: true`` and nothing else, a documented one reads ``content``. So every frame made here
carries what both need.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .errors import WrongAnswer, hint, listing, shown
from .messages import Dialect, ManagerResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .patches import Form, Question, Verdict

ACCEPTING = frozenset({"confirm", "yes", "y", "ok", "okay", "accept", "approve", "continue"})
REFUSING = frozenset({"reject", "no", "n", "refuse", "decline", "deny", "cancel", "skip"})


def form_of(content: str, options: tuple[str, ...], dialect: Dialect) -> Form:
    """What a question takes.

    The documented dialect has no options; its own example takes a message with the word "confirm"
    in it for a question to confirm. The deployed one gives options unless it wants words.
    """
    words = {option.casefold() for option in options}
    if words & ACCEPTING and words <= ACCEPTING | REFUSING:
        return "confirm"
    if options:
        return "options"
    if dialect == "documented" and re.search(r"\bconfirm", content, re.IGNORECASE):
        return "confirm"
    return "text"


def option_of(question: Question, words: str) -> str | None:
    """The option that these words name, whatever their case."""
    wanted = words.strip().casefold()
    return next((o for o in question.options if o.strip().casefold() == wanted), None)


def read(question: Question, verdict: Verdict, content: str) -> tuple[Verdict, str]:
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
        option = _among(ACCEPTING if verdict == "confirm" else REFUSING, question.options)
        if option is None:
            raise WrongAnswer(
                f"This question is not one to {verdict}: choose one of {_quoted(question.options)}."
            )
        return "choice", option
    return verdict, content


def _read_words(question: Question, content: str) -> tuple[Verdict, str]:
    word = content.strip().casefold()
    if not word:
        raise WrongAnswer("There is nothing to send: the answer is empty.")
    if question.form == "confirm" and word in ACCEPTING:
        return "confirm", ""
    if question.form == "confirm" and word in REFUSING:
        return "reject", ""
    option = option_of(question, content)
    return ("text", content) if option is None else ("choice", option)


def _read_choice(question: Question, content: str) -> tuple[Verdict, str]:
    option = option_of(question, content)
    if option is None and not question.options:
        raise WrongAnswer("This question has no options to choose from: it takes words.")
    if option is None:
        near = hint(content, question.options)
        raise WrongAnswer(
            f"{content!r} is not among the options {_quoted(question.options)}.{near}"
        )
    if question.form == "confirm":
        return ("confirm" if option.casefold() in ACCEPTING else "reject"), ""
    return "choice", option


def response(question: Question, verdict: Verdict, content: str) -> ManagerResponse:
    """The frame that says it, in a way that both dialects understand."""
    if verdict == "confirm":
        return ManagerResponse(
            confirm=True, content="yes", selection=_among(ACCEPTING, question.options)
        )
    if verdict == "reject":
        return ManagerResponse(
            confirm=False, content=content or "no", selection=_among(REFUSING, question.options)
        )
    if verdict == "choice":
        refused = content.strip().casefold() in REFUSING
        return ManagerResponse(confirm=not refused, content=content, selection=content)
    return ManagerResponse(content=content)


def goes_by_itself(question: Question, verdict: Verdict, content: str) -> bool:
    """Whether something held may answer a question that it was not written for.

    Words may go where words are asked for, or where they are one of the options; into a question
    to confirm nothing goes without the person's word.
    """
    if verdict != "text" or question.form == "confirm":
        return False
    return question.form == "text" or option_of(question, content) is not None


def consequence(question: Question, verdict: Verdict) -> str:
    """A sentence on what would happen if something held were sent as this question's answer."""
    if question.form == "confirm" and verdict == "text":
        return "It was not written for this question; sent now, words reject the step."
    if question.form == "options" and verdict == "text":
        return "It is none of this question's options; the server may take it for a refusal."
    return "It was not written for this question."


def _among(words: frozenset[str], options: Iterable[str]) -> str | None:
    return next((o for o in options if o.strip().casefold() in words), None)


def _quoted(options: Iterable[str]) -> str:
    return listing(repr(shown(option)) for option in options)
