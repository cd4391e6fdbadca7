"""A frame from a client, read leniently; what cannot be read says what to send instead."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from buttermilk_widget.errors import did_you_mean
from buttermilk_widget.protocol.messages import ManagerResponse, Remark, RunFlow, as_text

KINDS = ("run_flow", "manager_response", "ui_message")
SHOWN = 80
"""Letters of what a client sent that are said back to it."""


class Unreadable(Exception):
    """A frame means nothing; the sentence says what to send. ``fatal``: it was to start a flow."""

    def __init__(self, sentence: str, *, fatal: bool = False) -> None:
        super().__init__(sentence)
        self.fatal = fatal


def read(text: str, longest: int) -> RunFlow | ManagerResponse | Remark:
    """What the client says.

    Args:
        text: The frame.
        longest: Letters that a frame may have, and so what is in it: it is kept, and said to each
            agent.

    Raises:
        Unreadable: it means nothing, or is too long.
    """
    if len(text) > longest:
        # It is not parsed, for that takes time; the type stands at the beginning, as a rule.
        raise Unreadable(
            f"The frame has {len(text):,} letters, and {longest:,} are taken: say less at once.",
            fatal='"run_flow"' in text[:200],
        )
    frame = _parsed(text)
    kind = frame.get("type")
    if kind == "run_flow":
        return _run_flow(frame)
    if kind == "manager_response":
        return _manager_response(frame)
    if kind == "ui_message":
        return _remark(frame)
    if kind is None:
        raise Unreadable(f"The frame has no type: it must be one of {', '.join(KINDS)}.")
    near = did_you_mean(kind[:SHOWN], KINDS) if isinstance(kind, str) else ""
    raise Unreadable(
        f"No frame has the type {as_text(kind)[:SHOWN]!r}: it must be one of {', '.join(KINDS)}.{near}"
    )


def _parsed(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
        if "\\ud" in text.lower():
            # Half of a surrogate pair cannot be sent on as UTF-8.
            mended = json.dumps(frame, ensure_ascii=False).encode("utf-8", "replace")
            frame = json.loads(mended)
    except RecursionError:
        raise Unreadable("The frame is nested too deep to read.") from None
    except ValueError as error:
        raise Unreadable(
            f"The frame is not JSON ({error}): send one JSON object, such as "
            '{"type": "run_flow", "flow": "osb"}.'
        ) from error
    if not isinstance(frame, dict):
        raise Unreadable(
            "The frame is JSON, but not an object: send one such as "
            '{"type": "run_flow", "flow": "osb"}.'
        )
    return frame


def _run_flow(frame: dict[str, Any]) -> RunFlow:
    if not isinstance(frame.get("flow"), str):
        raise Unreadable(
            'run_flow names no flow: send {"type": "run_flow", "flow": ...} with the name of one.',
            fatal=True,
        )
    try:
        return RunFlow.model_validate(frame)
    except ValidationError as error:
        raise Unreadable(f"run_flow cannot be read: {sentence(error)}", fatal=True) from error


def _manager_response(frame: dict[str, Any]) -> ManagerResponse:
    """The answer, from the top level or from ``data``; keys that mean nothing here are let be."""
    fields = {**_inner(frame), **frame}
    known = {
        key: fields[key]
        for key in ("confirm", "halt", "human_in_loop")
        if isinstance(fields.get(key), bool)
    }
    for key in ("content", "selection"):
        if fields.get(key) is not None:
            known[key] = as_text(fields[key])
    if isinstance(fields.get("confirm"), str) and "content" not in known:
        known["content"] = fields["confirm"]
    return ManagerResponse.model_validate(known)


def _remark(frame: dict[str, Any]) -> Remark:
    content = frame.get("content", _inner(frame).get("content"))
    if not isinstance(content, str) or not content.strip():
        raise Unreadable(
            'ui_message says nothing: send {"type": "ui_message", "content": ...} with some words.'
        )
    return Remark(content=content)


def _inner(frame: dict[str, Any]) -> dict[str, Any]:
    inner = frame.get("data")
    return inner if isinstance(inner, dict) else {}


def sentence(error: ValidationError) -> str:
    """What is wrong, for a person: each parameter with what it should be."""
    return " ".join(
        f"{'.'.join(str(step) for step in problem['loc'])}: {_lowered(problem['msg'])}."
        for problem in error.errors(include_url=False, include_input=False)
    )


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
