"""Scripts of runs made of others, by what a server or a person could do otherwise."""

from __future__ import annotations

import json

from .play import DOES

WORDS = ["yes", "no", "confirm", "a", "B", "words", "", " ", "<b>", "[x](javascript:1)", "`" * 4]
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
]
VALUES = [
    *(None, True, False, 0, -1, 1.5, 10**299, -(10**18), 1e308, 5e-324, "", "a", "NaN", "Infinity"),
    *(
        "flow_completed",
        "orchestrator_ready",
        "finished",
        "failed",
        "sequential",
        "leaving",
        "working",
    ),
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
