"""Text to message and back: total and lenient.

:func:`decode` takes any text at all and always returns a message. What is of neither dialect is
:class:`~buttermilk_widget.protocol.messages.Unknown`, with the reason; the raw text is the caller's to keep.
The facts about the wire are PROTOCOL section 2.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from buttermilk_widget.errors import truncate

from . import payloads
from .messages import (
    AgentInfo,
    Announcement,
    Calling,
    Ended,
    ErrorMessage,
    EventMessage,
    Json,
    ManagerResponse,
    Message,
    Participants,
    Payload,
    Progress,
    Ready,
    Remark,
    Result,
    RunFlow,
    TaskCompleted,
    TaskStarted,
    Text,
    UiMessage,
    Unknown,
    as_text,
)
from .safe_json import DEEPEST, NotRead, deeper_than, loads, replace_surrogates, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DEEPEST", "decode", "deeper_than", "encode", "replace_surrogates", "without_surrogates"]

ENDED = "flow_completed"
READY = "orchestrator_ready"

_CALLING = re.compile(r"Calling [\w.:-]+(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)[\w.:-]+)*")
"""What a deployed LLM host says, beside ``tool_calls``, when it hands work to agents."""

_RESULTS = {
    "record": "record",
    "judge_reasons": "judgement",
    "assessments": "assessment",
    "differences": "differences",
    "research_result": "research",
}


def encode(frame: RunFlow | ManagerResponse | Remark) -> str:
    """The text of a frame to send; what is ``None`` is left out.

    Raises:
        TypeError: a parameter of a ``RunFlow`` is no JSON (as ``json.dumps`` says it).
        ValueError: the same, for NaN, infinities and circles.
    """
    fields = {k: v for k, v in frame if v is not None}
    return json.dumps(fields, ensure_ascii=False, allow_nan=False)


def decode(text: str) -> Message:
    """The message that a frame's text means. Never raises."""
    try:
        frame = loads(text)
    except NotRead as odd:
        return Unknown(why=str(odd))
    if not isinstance(frame, dict):
        return Unknown(why="It is JSON, but not an object.")
    kind = frame.get("type")
    sort = _SORTS.get(kind) if isinstance(kind, str) else None
    if sort is None:
        return Unknown(
            why=f"Its type, {truncate(as_text(kind))!r}, is of neither dialect.", **_fields(frame)
        )
    try:
        return sort(frame)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "its payload"
        return Unknown(why=f"{truncate(where)}: {truncate(first['msg'])}.", **_fields(frame))


# --- the envelope --------------------------------------------------------------------------------


def _documented(frame: dict[str, Any]) -> bool:
    return frame.get("data") is not None


def _payload(frame: dict[str, Any]) -> Any:
    """What the envelope carries: ``data`` (documented) or ``outputs`` (deployed)."""
    return frame["data"] if _documented(frame) else frame.get("outputs")


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _content(payload: Any) -> str:
    """The words of a payload that is an object with ``content``, or is the words itself."""
    return as_text(payload.get("content")) if isinstance(payload, dict) else as_text(payload)


def _fields(frame: dict[str, Any], agent: Any = None) -> dict[str, Any]:
    """The envelope's fields, from where either dialect may put them."""
    inner = _as_dict(frame.get("data"))
    info = agent if agent is not None else inner.get("agent_info") or frame.get("agent_info")
    ids = (frame.get("message_id"), inner.get("message_id"), inner.get("call_id"))
    return {
        "dialect": "documented" if _documented(frame) else "deployed",
        "message_id": next((i for i in ids if i is not None), None),
        "timestamp": frame.get("timestamp", inner.get("timestamp")),
        "agent": _agent(info),
        "metadata": _as_dict(inner.get("metadata")),
        "tracing_link": frame.get("tracing_link", inner.get("tracing_link")),
    }


def _agent(info: Any) -> AgentInfo | None:
    if not isinstance(info, dict):
        return None
    known = {k: v for k, v in info.items() if k != "parameters" or isinstance(v, dict)}
    agent = AgentInfo.model_validate(known)
    return agent if agent.key else None


# --- one function for each type ------------------------------------------------------------------


def _announcement(frame: dict[str, Any]) -> Message:
    payload = _as_dict(_payload(frame))
    return Announcement(
        status=payload.get("status"),
        announcement_type=payload.get("announcement_type"),
        content=payload.get("content"),
        **_fields(frame, payload.get("agent_config")),
    )


def _system_message(frame: dict[str, Any]) -> Message:
    payload = _payload(frame)
    if payload is None and "content" in frame:
        # What the server sends in place of a payload that it could not serialise.
        return ErrorMessage(content=frame["content"], source="server", **_fields(frame))
    if "agent_config" in _as_dict(payload):
        return _announcement(frame)
    content = _content(payload)
    if content == ENDED:
        return Ended(**_fields(frame))
    if content == READY:
        return Ready(**_fields(frame))
    known = _as_dict(payload)
    if known.get("is_error") is True:
        return _trouble(frame)
    if isinstance(payload, dict) and "content" not in payload:
        content = as_text(payload)
    return EventMessage(content=content, source=known.get("source"), **_fields(frame))


def _system_update(frame: dict[str, Any]) -> Message:
    payload = _payload(frame)
    known = _as_dict(payload)
    if "agent_id" in known or "task_index" in known:
        fields = {**_fields(frame, known), "task_index": known.get("task_index")}
        if "more_tasks_remain" not in known and "is_error" not in known:
            return TaskStarted(**fields)
        return TaskCompleted(
            more_tasks_remain=known.get("more_tasks_remain") or False,
            is_error=known.get("is_error") or False,
            **fields,
        )
    return Progress(
        status=known.get("status"),
        step_name=known.get("step_name"),
        content=known.get("message") if known else payload,
        waiting_on=tuple(_as_dict(known.get("waiting_on"))),
        **_fields(frame),
    )


def _trouble(frame: dict[str, Any]) -> Message:
    payload = _payload(frame)
    known = _as_dict(payload)
    return ErrorMessage(
        content=_content(payload) or as_text(payload),
        source=known.get("source"),
        fatal=known.get("fatal") is True,
        **_fields(frame),
    )


def _ui_message(frame: dict[str, Any]) -> Message:
    payload = _payload(frame)
    known = _as_dict(payload)
    if known.get("is_error") is True:
        return _trouble(frame)
    options = known.get("options")
    if isinstance(options, str) and options.strip():
        options = [options]
    return UiMessage(
        content=_content(payload),
        options=tuple(options) if isinstance(options, list) else (),
        yes_or_no=options is True,
        thought=known.get("thought"),
        **_fields(frame),
    )


def _result(frame: dict[str, Any]) -> Message:
    """A result whose shape the type tells, of either envelope."""
    payload = frame.get("outputs")
    if _documented(frame):
        inner = frame["data"]
        payload = inner["outputs"] if "outputs" in _as_dict(inner) else _without_envelope(inner)
    kind = _RESULTS.get(frame["type"])
    if kind is not None and _as_dict(payload).get("is_error") is not True:
        return Result(payload=_MAKERS[kind](payload), **_fields(frame))
    return _spoken(frame, payload)


def _trace(frame: dict[str, Any]) -> Message:
    """A documented result: one type for all, so that the shape has to tell."""
    inner = _payload(frame)
    known = _as_dict(inner)
    payload = known.get("outputs") if _documented(frame) else inner
    shape = _as_dict(payload)
    kind = _kind_of(payload)
    failed = known.get("is_error") is True or _as_dict(known.get("metadata")).get("error") is True
    if kind is not None and not failed:
        return Result(payload=_MAKERS[kind](payload), **_fields(frame))
    if failed and shape.get("is_error") is not True:
        return ErrorMessage(content=_content(payload) or as_text(payload), **_fields(frame))
    return _spoken(frame, payload)


def _spoken(frame: dict[str, Any], payload: Any) -> Message:
    """What an agent said: words, a tool's output, any JSON; or the trouble or plumbing in it."""
    known = _as_dict(payload)
    if isinstance(known.get("participants"), dict):
        return Participants(participants=known["participants"], **_fields(frame))
    if _is_bare(known):
        return _bare(frame, known)
    failed = known.get("is_error") is True and "results" not in known
    if failed or _as_dict(known.get("metadata")).get("error") is True:
        return _hidden_trouble(frame, known)
    fields = _fields(frame)
    if "content" in known and _kind_of(known) is None:
        usage = {name: known[name] for name in ("usage", "models_usage") if known.get(name)}
        fields["metadata"] = fields["metadata"] | _as_dict(known.get("metadata")) | usage
    return Result(payload=_speech(payload), source=known.get("source"), **fields)


# --- a bare output: an agent's own, with no envelope around it (PROTOCOL section 6) --------------

_BARE = frozenset({"agent_id", "metadata", "outputs", "is_error", "error"})


def _is_bare(known: dict[str, Any]) -> bool:
    if known.keys() <= _BARE:
        return "outputs" in known or "agent_id" in known
    return "outputs" in known and "agent_id" in known and "content" not in known


def _bare(frame: dict[str, Any], known: dict[str, Any]) -> Message:
    """The words, or any JSON, of the agent that ``agent_id`` names; what is beside is metadata."""
    fields = _fields(frame)
    named = _agent({"agent_id": known.get("agent_id")})
    beside = {name: value for name, value in known.items() if name not in _BARE}
    metadata = fields["metadata"] | beside | _as_dict(known.get("metadata"))
    fields |= {"agent": fields["agent"] or named, "metadata": metadata}
    inner = _unblocked(known.get("outputs"))
    shape = _as_dict(inner)
    failure = _failure(known, inner, metadata)
    if failure is not None:
        source = shape.get("source") or known.get("agent_id")
        return ErrorMessage(
            content=failure, source=source, fatal=shape.get("fatal") is True, **fields
        )
    calls = _calls(metadata.get("tool_calls"))
    if calls and isinstance(inner, str) and _CALLING.fullmatch(inner.strip().removesuffix(".")):
        return Calling(content=inner, calls=calls, **fields)
    payload = _speech("" if inner is None else inner)
    return Result(payload=payload, source=shape.get("source"), calls=calls, **fields)


def _failure(known: dict[str, Any], inner: Any, metadata: dict[str, Any]) -> str | None:
    """What went wrong, in words, if a bare output tells of that."""
    errors = [error for error in (known.get("error"), metadata.get("error")) if error]
    if not errors and True not in (known.get("is_error"), _as_dict(inner).get("is_error")):
        return None
    words = [_content(inner) or (as_text(inner) if inner else "")]
    for error in errors:
        if error is not True:
            words += map(as_text, error if isinstance(error, list) else [error])
    return "\n\n".join(filter(None, words)) or as_text(known)


def _calls(value: Any) -> int:
    """To how many tools or agents work is handed: a number, or a list of the calls."""
    if isinstance(value, list):
        return len(value)
    return max(value, 0) if isinstance(value, int) else int(bool(value))


def _unblocked(value: Any) -> Any:
    """The words of content blocks, as some models give them; anything else as it is."""
    if isinstance(value, dict) and isinstance(value.get("content"), list):
        return {**value, "content": _unblocked(value["content"])}
    if not isinstance(value, list) or not value or not all(map(_is_text_block, value)):
        return value
    return "\n\n".join(block["text"] for block in value)


def _is_text_block(value: Any) -> bool:
    known = _as_dict(value)
    return known.keys() == {"type", "text"} and isinstance(known["text"], str)


def _hidden_trouble(frame: dict[str, Any], inner: dict[str, Any]) -> Message:
    return ErrorMessage(
        content=inner.get("content") or as_text(inner),
        source=inner.get("source") or inner.get("agent_id"),
        fatal=inner.get("fatal") is True,
        **_fields(frame),
    )


def _speech(payload: Any) -> Payload:
    kind = _kind_of(payload)
    if kind is not None:
        return _MAKERS[kind](payload)
    if isinstance(payload, str):
        return Text(content=payload)
    known = _as_dict(payload)
    if "content" not in known:
        return Json(value=payload)
    is_tool = "call_id" in known or "results" in known or "args" in known
    known = {name: value for name, value in known.items() if not _said_beside(name, value)}
    return payloads.tool_output(known) if is_tool else payloads.text(known)


def _said_beside(name: str, value: Any) -> bool:
    """Whether the message has it beside its payload, and so the payload need not."""
    return name in ("source", "usage", "models_usage") or (
        name == "metadata" and isinstance(value, dict)
    )


# --- payloads ------------------------------------------------------------------------------------

_SHAPES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"assessed_call_id"}), "assessment"),
    (frozenset({"assessed_agent_id"}), "assessment"),
    (frozenset({"assessments"}), "assessment"),
    (frozenset({"divergences"}), "differences"),
    (frozenset({"literature"}), "research"),
    (frozenset({"record_id", "content"}), "record"),
    (frozenset({"record_id", "metadata"}), "record"),
    (frozenset({"conclusion", "prediction"}), "judgement"),
    (frozenset({"conclusion", "reasons"}), "judgement"),
    (frozenset({"prediction", "reasons"}), "judgement"),
    (frozenset({"prediction", "uncertainty"}), "judgement"),
)
"""The keys that give a result away whose type does not say it, the most telling first."""


def _kind_of(payload: object) -> str | None:
    shape = payloads.object_in(payload).keys()
    return next((kind for keys, kind in _SHAPES if keys <= shape), None)


def _without_envelope(payload: Any) -> Any:
    """The payload of a documented frame that has the envelope's fields among its own."""
    if not isinstance(payload, dict):
        return payload
    return {name: value for name, value in payload.items() if name not in _ENVELOPE}


_ENVELOPE = frozenset({"agent_info", "message_id", "call_id", "timestamp"})


_MAKERS: dict[str, Callable[[object], Payload]] = {
    "record": payloads.record,
    "judgement": payloads.judgement,
    "assessment": payloads.assessment,
    "differences": payloads.differences,
    "research": payloads.research,
}


def _ended(frame: dict[str, Any]) -> Message:
    known = _as_dict(_payload(frame))
    if known.get("status") == "failed":
        return ErrorMessage(
            content=known.get("content"), source="server", fatal=True, **_fields(frame)
        )
    return Ended(**_fields(frame))


def _ready(frame: dict[str, Any]) -> Message:
    return Ready(content=_content(_payload(frame)), **_fields(frame))


_SORTS: dict[str, Callable[[dict[str, Any]], Message]] = {
    # both dialects
    "ui_message": _ui_message,
    # documented
    "agent_announcement": _announcement,
    "agent_trace": _trace,
    "flow_complete": _ended,
    "ready": _ready,
    # deployed
    "system_message": _system_message,
    "system_update": _system_update,
    "system_error": _trouble,
    "chat_message": _result,
    **dict.fromkeys(_RESULTS, _result),
}
