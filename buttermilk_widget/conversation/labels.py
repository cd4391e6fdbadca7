"""Labels for agents: each has one, and it differs from every other agent's.

Several agents may share a name, as four judges of two models and two criteria do. Then a reader
needs what tells them apart: the role, the model, the criteria or the template, whichever differs
among them, and the id only where nothing else does.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from buttermilk_widget.protocol.lossless import written
from buttermilk_widget.protocol.messages import as_text
from buttermilk_widget.text.letters import called, label

if TYPE_CHECKING:
    from pydantic import JsonValue

    from .patches import Agent

T = TypeVar("T")

SEPARATOR = " · "
MOST = 40
"""Letters of each part of a label."""


def shown_name(agent: Agent) -> str:
    """What an agent calls itself, fit for a label; nobody can pass for the manager or the server."""
    lines = map(_part, (agent.name, agent.role, agent.key))
    name = next(filter(None, lines), "without a name")
    return called(name, _part(agent.key))


class Namesakes:
    """All agents that have one :func:`shown_name`.

    To add one, or to label one, costs the same however many there are.
    """

    def __init__(self) -> None:
        self._agents: dict[int, tuple[_Setup, str]] = {}  # by place: the setup, and the key
        self._values: tuple[Counter[str], ...] = tuple(Counter() for _ in _SETUP)
        self._setups: Counter[_Setup] = Counter()
        self._keys: Counter[tuple[_Setup, str]] = Counter()

    def __len__(self) -> int:
        return len(self._agents)

    @property
    def places(self) -> tuple[int, ...]:
        """The places in the roster of those who are called so."""
        return tuple(self._agents)

    def put(self, place: int, agent: Agent) -> None:
        """Take in the agent at a place of the roster, or what it is now."""
        self.remove(place)
        setup, key = _setup(agent), _part(agent.key)
        self._agents[place] = (setup, key)
        self._count(setup, key, 1)

    def remove(self, place: int) -> None:
        """Let the agent at this place go, if it is one of these."""
        if place in self._agents:
            self._count(*self._agents.pop(place), -1)

    def _count(self, setup: _Setup, key: str, by: int) -> None:
        for counter, value in zip(self._values, setup, strict=True):
            _add(counter, value, by)
        _add(self._setups, setup, by)
        _add(self._keys, (setup, key), by)

    def label(self, place: int, name: str) -> str:
        """The label of the agent at this place, whose shown name this is."""
        setup, key = self._agents[place]
        parts = [name]
        parts += [
            value for values, value in zip(self._values, setup, strict=True) if len(values) > 1
        ]
        if self._setups[setup] > 1:
            parts.append(key)
        if self._keys[setup, key] > 1:
            parts.append(f"no. {place + 1}")
        return SEPARATOR.join(parts)


_SETUP = ("role", "model", "criteria", "template")
_Setup = tuple[str, ...]


def _setup(agent: Agent) -> _Setup:
    values = (agent.role, agent.model or "", criteria_text(agent.criteria), agent.template or "")
    return tuple(_part(value) or f"no {what}" for what, value in zip(_SETUP, values, strict=True))


def _part(text: str) -> str:
    """A part of a label, which holds no other part."""
    name = label(text).replace(SEPARATOR, " • ")
    return name if len(name) <= MOST else f"{name[:MOST]}…"


def _add(counter: Counter[T], value: T, by: int) -> None:
    """Count, and forget what is there no more, so that the counter's length tells how many differ."""
    counter[value] += by
    if not counter[value]:
        del counter[value]


def criteria_text(criteria: JsonValue) -> str:
    """Criteria on one line: words as they are, a list by commas."""
    if isinstance(criteria, list):
        return ", ".join(map(criteria_text, criteria))
    if isinstance(criteria, dict):
        return written(criteria)
    return as_text(criteria)
