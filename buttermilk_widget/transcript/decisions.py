"""The manager's decisions: what the manager was asked, what was answered, and what it led to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from buttermilk_widget.conversation.meanings import meanings
from buttermilk_widget.conversation.patches import (
    Answer,
    AnsweredBy,
    AnswerKind,
    Question,
    QuestionKind,
)
from buttermilk_widget.protocol.messages import Model

if TYPE_CHECKING:
    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Entry

Outcome = Literal["accepted", "rejected", "lost", "unanswered"]
"""*lost*: the connection broke as the answer went, and nobody knows whether it counted."""


class Decision(Model):
    """One question with one answer, or with none.

    Attributes:
        question: The number of the question's entry.
        at: When it was first asked, in seconds since 1970, UTC.
        content: What was asked.
        options: The options to choose from.
        form: What it takes.
        asked: How often the server put it.
        answer: The number of the answer's entry.
        verdict: What the manager did.
        words: What the manager said, or the option.
        confirm: What was sent as ``confirm``: whether the answer accepts the step.
        selection: What was sent as ``selection``.
        by: Who answered: a person, a script, a recording that does not say, or nobody.
        after: Seconds from the question to the answer.
        outcome: What it led to.
    """

    question: int
    at: float
    content: str
    options: tuple[str, ...] = ()
    form: QuestionKind = "text"
    asked: int = 1
    answer: int | None = None
    verdict: AnswerKind | None = None
    words: str | None = None
    confirm: bool | None = None
    selection: str | None = None
    by: AnsweredBy | Literal["nobody"] = "nobody"
    after: float | None = None
    outcome: Outcome = "unanswered"


def ledger(entries: Entries) -> tuple[Decision, ...]:
    """A row for each answer to each question, and one for each question without."""
    rows: list[Decision] = []
    for entry in entries:
        if isinstance(entry.body, Question):
            replies = [entries[number] for number in entry.replies]
            answers = [reply for reply in replies if isinstance(reply.body, Answer)]
            made = [_row(entry, entry.body, answer) for answer in answers]
            rows += made or [_row(entry, entry.body, None)]
    return tuple(rows)


def _row(entry: Entry, question: Question, answer: Entry | None) -> Decision:
    fields = {name: getattr(question, name) for name in ("content", "options", "form", "asked")}
    row = Decision(question=entry.id, at=entry.at, **fields)
    if answer is None or not isinstance(answer.body, Answer):
        return row
    said = answer.body
    return row.model_copy(
        update={
            "answer": answer.id,
            "verdict": said.verdict,
            "words": said.content,
            "confirm": said.confirm,
            "selection": said.selection,
            "by": said.by,
            "after": answer.at - entry.at,
            "outcome": _outcome(question, said),
        }
    )


def _outcome(question: Question, answer: Answer) -> Outcome:
    if answer.state == "lost":
        return "lost"
    if answer.confirm is not None or question.confirms:
        # Where the server is told by confirm, it takes nothing else for a yes (PROTOCOL section 3).
        return "accepted" if answer.confirm else "rejected"
    means = dict(zip(question.options, meanings(question.options), strict=True))
    refused = answer.verdict == "choice" and means.get(answer.content) is False
    # Words at a question to confirm reject the step (PROTOCOL section 3).
    by_words = answer.verdict == "text" and question.form == "confirm"
    return "rejected" if answer.verdict == "reject" or refused or by_words else "accepted"
