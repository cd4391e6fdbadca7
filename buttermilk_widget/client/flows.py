"""The flows on offer: as a server lists them, as a person reads them, and what is typed for one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from buttermilk_widget.conversation.patches import Flow, Parameter
from buttermilk_widget.errors import BadParameter, excerpt, truncate
from buttermilk_widget.protocol.decode import DEEPEST, deeper_than, replace_surrogates
from buttermilk_widget.protocol.messages import as_text
from buttermilk_widget.text.letters import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from buttermilk_widget.conversation.patches import Typed

MOST_FLOWS = 1000
"""How many flows a server may offer; the rest are left out."""

MOST_PARAMETERS = 100
"""How many parameters a flow may have; the rest are left out."""

LONGEST = 2000
"""Characters of a description; of a longer one it is the beginning."""


def read(body: Any) -> tuple[Flow, ...] | None:
    """The flows in an answer of ``/api/flows``; ``None`` if it is no list of flows.

    The deployed server gives ``flow_choices``, names alone. ``flows`` beside it says more of each.
    What cannot be read is left out.
    """
    if not isinstance(body, dict):
        return None
    names, told = body.get("flow_choices"), body.get("flows")
    if not isinstance(names, list) and not isinstance(told, list):
        return None
    known = {flow.name: flow for flow in map(_flow, told if isinstance(told, list) else ()) if flow}
    listed = names if isinstance(names, list) else ()
    first = [replace_surrogates(name) for name in listed if isinstance(name, str)]
    flows = {name: known.get(name, Flow(name=name)) for name in (*first, *known)}
    return tuple(flows.values())[:MOST_FLOWS]


def _flow(told: Any) -> Flow | None:
    if not isinstance(told, dict) or not isinstance(told.get("name"), str):
        return None
    listed = told.get("parameters")
    parameters = None
    if isinstance(listed, list):
        parameters = tuple(filter(None, map(_parameter, listed[:MOST_PARAMETERS])))
    return Flow(
        name=replace_surrogates(told["name"]),
        description=_words(told, "description"),
        parameters=parameters,
    )


def _parameter(told: Any) -> Parameter | None:
    if not isinstance(told, dict) or not isinstance(told.get("name"), str):
        return None
    default = told.get("default")
    return Parameter(
        name=replace_surrogates(told["name"]),
        type=_words(told, "type"),
        required=told.get("required") is True,
        default=None if deeper_than(default, DEEPEST) else default,
        description=_words(told, "description"),
    )


def _words(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return excerpt(replace_surrogates(value), LONGEST) if isinstance(value, str) else ""


# --- for a person --------------------------------------------------------------------------------


def described(flows: Iterable[Flow]) -> str:
    """The flows in lines: each with what it does and takes, as far as the server says so."""
    return "\n".join(line for flow in flows for line in _lines(flow))


def _lines(flow: Flow) -> Iterable[str]:
    yield ": ".join(filter(None, (label(flow.name), label(flow.description))))
    for parameter in flow.parameters or ():
        required = "required" if parameter.required else ""
        default = "" if parameter.default is None else f"default {as_text(parameter.default)}"
        facts = label(", ".join(filter(None, (parameter.type, required, default))))
        name = f"{label(parameter.name)}{f' ({facts})' if facts else ''}"
        yield f"    {': '.join(filter(None, (name, label(parameter.description))))}"


# --- what is typed -------------------------------------------------------------------------------

_KINDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "integer": (int, "a whole number, such as 3"),
    "number": ((int, float), "a number, such as 0.5"),
    "boolean": (bool, "true or false"),
    "array": (list, 'a list as JSON writes it, such as ["a", "b"]'),
    "object": (dict, 'an object as JSON writes it, such as {"a": 1}'),
}
_ALSO = {
    "int": "integer",
    "float": "number",
    "double": "number",
    "bool": "boolean",
    "list": "array",
    "tuple": "array",
    "dict": "object",
    "str": "string",
    "text": "string",
}
_RESERVED = {"type", "flow", "prompt", "record_id"}


def values(typed: Sequence[Typed]) -> dict[str, Any]:
    """The parameters that were typed, as their types say; what was left empty is not among them.

    Raises:
        BadParameter: one cannot be read so; the sentence says what it takes.
    """
    made: dict[str, Any] = {}
    for one in typed:
        if not one.text.strip():
            continue
        if one.name:
            made[one.name] = _value(one)
        else:
            made |= _several(one.text)
    return made


def _value(typed: Typed) -> Any:
    text, kind = typed.text.strip(), typed.type.strip().casefold()
    kind = _ALSO.get(kind, kind)
    if kind == "string":
        return typed.text
    wanted, example = _KINDS.get(kind, (object, ""))
    try:
        value = _json(text.casefold() if kind == "boolean" else text)
    except ValueError:
        if not example:
            return typed.text  # of a type that only the server knows: as it was typed
        value = None
    right = isinstance(value, wanted) and (kind == "boolean" or not isinstance(value, bool))
    if example and not right:
        raise BadParameter(
            f"{truncate(typed.name)!r} takes {example}, and not {truncate(text, 60)!r}."
        )
    return value


def _several(text: str) -> dict[str, Any]:
    try:
        value = _json(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise BadParameter(
            "The parameters take an object as JSON writes it, such as "
            f'{{"rate": 0.5, "names": ["a", "b"]}}, and not {truncate(text.strip(), 60)!r}.'
        )
    for name in value:
        if name in _RESERVED:
            raise BadParameter(f"{name!r} has a field of its own, and cannot be set here.")
    return value


def _json(text: str) -> Any:
    """What JSON writes so, but for NaN and infinities, which it does not have.

    Raises:
        ValueError: it is none.
    """

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        return json.loads(text, parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
