"""What a manager's answer means to the question that is open.

A yes is ``confirm: true``, or, where ``confirm`` is absent, one of a few words in ``content`` (the
document's own example says ``{"content": "yes"}``) or in ``selection``. Anything else at a question
to confirm is a no, as on the deployed server (PROTOCOL section 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .group_messages import Ask, Reply

if TYPE_CHECKING:
    from buttermilk_widget.protocol.messages import ManagerResponse

YES = frozenset(
    {"yes", "y", "ok", "okay", "confirm", "confirmed", "accept", "approve", "continue", "sure"}
)
NO = frozenset({"no", "n", "reject", "refuse", "decline", "deny", "cancel", "skip"})


def plain(words: str) -> str:
    """The words without case, outer spaces and closing marks, to compare by."""
    return words.strip().strip(".!").casefold()


def said(answer: ManagerResponse) -> str:
    """What the answer says in words, or nothing: the option chosen goes before free text."""
    return (answer.selection or "").strip() or (answer.content or "").strip()


def says_something(answer: ManagerResponse) -> bool:
    """Whether the answer can be one to any question at all."""
    return answer.confirm is not None or bool(said(answer))


def read(asked: Ask, answer: ManagerResponse) -> Reply | str:
    """What the answer means, or a sentence on why it cannot be taken."""
    if answer.human_in_loop is False and not says_something(answer):
        return unasked(asked)
    if asked.wants == "confirm":
        return _confirmation(answer)
    if asked.wants == "choice":
        return _choice(asked, answer)
    if not said(answer):
        return "The answer has no words: send them as content."
    return Reply(words=said(answer))


def unasked(asked: Ask) -> Reply:
    """What is taken for the answer once the manager wants no more questions."""
    return Reply(words=asked.options[0] if asked.wants == "choice" else "")


def _confirmation(answer: ManagerResponse) -> Reply | str:
    if answer.confirm is not None:
        return Reply(accepted=answer.confirm, words=said(answer))
    if not said(answer):
        return "The answer says neither yes nor no: send confirm: true, or content: yes."
    return Reply(accepted=plain(said(answer)) in YES, words=said(answer))


def _choice(asked: Ask, answer: ManagerResponse) -> Reply | str:
    options = {plain(option): option for option in asked.options}
    chosen = options.get(plain(said(answer)))
    if chosen is not None:
        return Reply(words=chosen)
    offered = ", ".join(repr(option) for option in asked.options)
    given = f"{said(answer)!r} is none of them" if said(answer) else "the answer names none"
    return f"Choose one of {offered}: {given}."
