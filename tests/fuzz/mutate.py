"""Scripts of runs made of others, by what a server or a person could do otherwise."""

from __future__ import annotations

import json

from .play import DOES

WORDS = [
    *("yes", "no", "confirm", "a", "B", "words", "", " ", "<b>", "[x](javascript:1)", "`" * 4),
    *(
        "Proceed",
        "Do not proceed",
        "Yes, but stop",
        "Abort",
        "unsure",
        "\N{ZERO WIDTH SPACE}no",
        "是",
    ),
]
TYPES = [
    *("ui_message", "agent_announcement", "agent_trace", "flow_complete", "ready", "dance"),
    *("system_message", "system_update", "system_error", "chat_message", "record"),
    *("judge_reasons", "assessments", "differences", "research_result"),
]
KEYS = [
    *("content", "options", "agent_config", "agent_info", "agent_id", "role", "task_index", "data"),
    *("participants", "is_error", "metadata", "outputs", "literature", "divergences", "source"),
    *("assessments", "record_id", "conclusion", "reasons", "prediction", "status", "waiting_on"),
    *("parameters", "more_tasks_remain", "fatal", "message_id", "timestamp", "call_id", "thought"),
    *("assessed_call_id", "correctness", "correct", "feedback", "execution_mode", "template"),
    *("criteria", "model", "agent_name", "results", "args", "uri", "mime", "doi", "citation"),
    *("tool_calls", "usage", "finish_reason", "tracing_link", "error", "step_name", "message"),
]
VALUES = [
    *(None, True, False, 0, -1, 1.5, 10**299, -(10**18), 1e308, 5e-324, "", "a", "NaN", "Infinity"),
    *(
        "flow_completed",
        "orchestrator_ready",
        "finished",
        "failed",
        "sequential",
        "adaptive",
        "leaving",
        "working",
        "idle",
        "Calling A_call",
        "Calling A_call, B_call and C_call.",
    ),
    *(["Proceed", "Do not proceed"], ["allowed", "removed", "unsure"], ["Yes", "Abort", "Later"]),
    *([{"type": "text", "text": "words"}], {"tool_calls": 1}, {"waiting_on": {"A-1": 1}}),
    *([], {}, [[]], {"": ""}, ["confirm", "reject"], ["a", "b"], [None, 1, {}], {"is_error": True}),
    *(
        "\u202ex",
        "\x00",
        "\ud800",
        "x" * 300,
        "1e999",
        "| a | b |\n| - | - |",
        "![i](u)",
        "orchestrator",
    ),
]
RAW = [
    "NaN",
    "-Infinity",
    "1e999999",
    "9" * 400,
    '"\\ud800"',
    "[" * 300 + "]" * 300,
    '{"a":1,"a":2}',
]


def _bare(random):
    metadata = random.choice(({}, {"tool_calls": 1}, {"model": "m"}, {"error": True}))
    outputs = random.choice(("words", "Calling A_call", "See. Calling A_call", _value(random)))
    agent = random.choice(("H-1", "A-1", _value(random, 0)))
    bare = {"agent_id": agent, "metadata": metadata, "outputs": outputs}
    return {"type": "chat_message", "outputs": bare}


def _host(random):
    mode = {"execution_mode": random.choice(("adaptive", "sequential", _value(random, 0)))}
    config = {"agent_id": "H-1", "role": "HOST", "parameters": mode}
    return {"type": "system_message", "outputs": {"agent_config": config}}


def _asks(random):
    options = random.choice((None, True, [], ["confirm", "reject"], _value(random)))
    return {"type": "ui_message", "outputs": {"content": "Well?", "options": options}}


def _task(random):
    more = random.choice(({}, {"more_tasks_remain": False}, {"is_error": True}))
    outputs = {"agent_id": "A-1", "role": "A", "task_index": 0, **more}
    return {"type": "system_update", "outputs": outputs}


CHAT = [_bare, _bare, _host, _asks, _task]
"""What is said in a chat."""


def mutated(script, random, most=1 << 14):
    """Another script, of at most that many bytes."""
    lines = script.split(b"\n")
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        _change(lines, random)
    return b"\n".join(lines)[:most]


def _change(lines, random):
    place = random.randrange(len(lines)) if lines else 0
    match random.randrange(8):
        case 0 if len(lines) > 1:
            del lines[place]
        case 1 if lines:
            lines.insert(random.randrange(len(lines) + 1), lines[place])
        case 2 if len(lines) > 1:
            other = random.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        case 3 | 4:
            letter = random.choice(list(DOES))
            rest = json.dumps(_frame(random)) if letter == "i" else random.choice(WORDS)
            lines.insert(place, (letter + rest).encode("utf-8", "surrogateescape"))
        case _:
            frames = [n for n, one in enumerate(lines) if one[:2] == b"i{"]
            if frames:
                place = random.choice(frames)
                lines[place] = b"i" + _reworked(lines[place][1:], random)


def _frame(random):
    if random.random() < 0.3:
        return random.choice(CHAT)(random)
    kind, payload = random.choice(TYPES), _value(random)
    return {"type": kind, random.choice(("data", "outputs")): payload}


def _value(random, depth=3):
    if depth and random.random() < 0.4:
        made = {random.choice(KEYS): _value(random, depth - 1) for _ in range(random.randrange(4))}
        return random.choice((made, list(made.values())))
    return random.choice(VALUES)


def _reworked(text, random):
    """The frame with something dropped, replaced, retagged or put in, at any depth, or raw."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return text
    nodes = [frame] if isinstance(frame, dict) else []
    for node in nodes:
        nodes += [
            v
            for v in (node.values() if isinstance(node, dict) else node)
            if v and isinstance(v, dict | list)
        ]
    if not nodes:
        return text
    node = random.choice(nodes)
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    match random.randrange(6):
        case 0 if keys:
            del node[random.choice(keys)]
        case 1 if keys:
            node[random.choice(keys)] = _value(random)
        case 2 if keys:
            node[random.choice(keys)] = random.choice(
                nodes[:1] + VALUES
            )  # the first may nest itself
        case 3 if isinstance(node, dict):
            node[random.choice(KEYS)] = _value(random)
        case 4:
            frame["type"] = random.choice(TYPES)
        case _ if keys:
            node[random.choice(keys)] = "@raw@"
            return _dumped(frame).replace(b'"@raw@"', random.choice(RAW).encode(), 1) or text
    return _dumped(frame) or text


def _dumped(frame):
    try:
        return json.dumps(frame).encode()
    except ValueError:  # it holds itself
        return b""
