"""What a page or a notebook is given of very long entries and very many agents: a part that says so.

Nothing is taken from the run: ``run.entries`` and ``run.frames`` have the whole. The cut is far
above what a person reads, and keeps what crosses to the page bounded, whatever a server sends.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from buttermilk_widget.conversation.patches import Agent
from buttermilk_widget.protocol.messages import Assessment, Criterion, Json, Model, Text
from buttermilk_widget.text.markdown_writer import fenced

if TYPE_CHECKING:
    from buttermilk_widget.conversation.patches import Body, Entry, Patch, Status

LONGEST = 100_000
"""Letters that are given of one entry, each item of a list counted as one."""

MOST_AGENTS = 500
"""Agents that are given."""

LINE = 1000
"""Letters of what is to be read in a line, as an agent's description."""

_SHORT = 200  # letters that are given in any case: names, kinds, states
_MAIN = {
    "judgement": "conclusion",
    "differences": "conclusion",
    "research": "response",
    "unknown": "raw",
}


def truncate_patch(patch: Patch) -> Patch:
    """The patch, with excerpts of what is too long in it."""
    agents = patch.agents
    return patch.model_copy(
        update={
            "entries": tuple(map(truncate_entry, patch.entries)),
            "agents": agents if agents is None else truncate_agents(agents),
            "status": patch.status and _status(patch.status),
        }
    )


def truncate_entry(entry: Entry) -> Entry:
    """The entry, or the beginning of a very long one, with a sentence on what is left out."""
    if _size(entry) <= LONGEST:
        return entry
    around = _Budget(LONGEST).cut({k: v for k, v in vars(entry).items() if k != "body"})
    body = _noted(_Budget(LONGEST).cut(entry.body), entry.id)
    return entry.model_copy(update={**around, "body": body})


def truncate_agents(agents: tuple[Agent, ...]) -> tuple[Agent, ...]:
    """The agents, or the first of very many, and a last line that counts the others."""
    given = tuple(map(_agent, agents[:MOST_AGENTS]))
    more = len(agents) - len(given)
    if not more:
        return given
    note = f"and {more:,} more, who are in run.agents"
    return (*given, Agent(key="\n", name=note, since=agents[-1].since))


def _agent(agent: Agent) -> Agent:
    if max(len(agent.description), _size(agent.criteria)) <= LINE:
        return agent
    criteria = _Budget(LINE).cut(agent.criteria)
    return agent.model_copy(update={"description": _line(agent.description), "criteria": criteria})


def _status(status: Status) -> Status:
    if max(len(status.reason), len(status.activity)) <= LINE:
        return status
    return status.model_copy(
        update={"reason": _line(status.reason), "activity": _line(status.activity)}
    )


def _line(text: str) -> str:
    return text if len(text) <= LINE else f"{text[:LINE]}…"


def _size(value: Any) -> int:
    """Letters and items in a value, however deep; not exact above ``LONGEST``."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + _size(one) for key, one in value.items()) + 1
    if isinstance(value, list | tuple):
        return sum(map(_size, value)) + 1
    return _size(vars(value)) if isinstance(value, Model) else 1


class _Budget:
    """Cuts a value to so many letters and items, from its beginning."""

    def __init__(self, left: int) -> None:
        self._left = left

    def cut(self, value: Any) -> Any:
        """As much of the value as there is left for."""
        if isinstance(value, str):
            return self._text(value)
        self._left -= 1
        if isinstance(value, Model):
            self._left -= sum(map(len, vars(value)))
            return value.model_copy(update={k: self.cut(v) for k, v in vars(value).items()})
        if isinstance(value, dict):
            return {self._text(k): self.cut(v) for k, v in value.items() if self._left > 0}
        if isinstance(value, list | tuple):
            return type(value)(self.cut(one) for one in value if self._left > 0)
        return value

    def _text(self, text: str) -> str:
        given = text[: max(self._left, _SHORT)]
        self._left -= len(given)
        return given


def _noted(body: Body, number: int) -> Body:
    """The body with the sentence that says that it is a part, where it is read."""
    note = f"[Only a part is shown here: this entry is very long. run.entries[{number}] has the whole.]"
    if isinstance(body, Json):
        value = fenced(json.dumps(body.value, ensure_ascii=False, indent=2), "json")
        return Text(content=f"{note}\n\n{value}")
    if isinstance(body, Assessment):
        return body.model_copy(
            update={"assessments": (Criterion(feedback=note), *body.assessments)}
        )
    main = _MAIN.get(body.kind, "content")
    return body.model_copy(update={main: f"{note}\n\n{getattr(body, main)}"})
