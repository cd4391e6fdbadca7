"""Who takes part in a run, and who is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from .errors import listing
from .patches import Agent, Speaker

if TYPE_CHECKING:
    from .messages import AgentInfo, Announcement

State = Literal["expected", "idle", "working", "failed", "left"]

_LEAVING = frozenset({"leaving", "left", "inactive", "stopped", "terminated", "departed"})
_FAILING = frozenset({"error", "failed"})


class Roster:
    """The agents of a run, in the order in which they were first heard of.

    An agent may be known by its role before it has an id: the list of participants comes before
    the announcements, and by role only. The first agent of that role then takes its place.
    """

    def __init__(self) -> None:
        self._agents: dict[str, Agent] = {}

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Everyone, frozen."""
        return tuple(self._agents.values())

    def expect(self, participants: dict[str, str], at: float) -> None:
        """Note the roles that will take part, with their descriptions."""
        known = {agent.role for agent in self._agents.values()}
        for role, description in participants.items():
            if role not in known:
                self._agents[role] = Agent(
                    key=role,
                    name=role,
                    role=role,
                    description=description,
                    state="expected",
                    since=at,
                )

    def meet(self, info: AgentInfo, at: float) -> Agent:
        """The agent that ``info`` tells of, made known if it was not."""
        key = info.key
        known = self._agents.get(key) or self._expected(info.role)
        fields = {
            "key": key,
            "name": info.agent_name or info.role or key,
            "role": info.role or "",
            "description": info.description,
            "model": _text(info.parameters.get("model")),
        }
        if known is None:
            agent = Agent(since=at, **fields)
        else:
            # A frame that names the agent by its id alone takes nothing away.
            told = {name: value for name, value in fields.items() if value}
            if key in self._agents and not info.agent_name:
                del told["name"]
            agent = known.model_copy(update=told)
            if agent.state == "expected":
                agent = agent.model_copy(update={"state": "idle", "since": at})
        if known is not None and known.key != key:
            self._agents = {
                (key if k == known.key else k): (agent if k == known.key else a)
                for k, a in self._agents.items()
            }
        self._agents[key] = agent
        return agent

    def announce(self, message: Announcement, at: float) -> None:
        """Note that an agent joined, left, or says what it does."""
        if message.agent is None:
            return
        agent = self.meet(message.agent, at)
        words = {message.status.casefold(), message.announcement_type.casefold()}
        if words & _LEAVING:
            self.change(agent.key, "left", at)
        elif words & _FAILING:
            self.change(agent.key, "failed", at)
        elif "working" in words:
            self.change(agent.key, "working", at)
        else:
            self.change(agent.key, "idle", at)

    def change(self, key: str, state: State, at: float) -> None:
        """Put an agent into a state; one that was working has then done a step."""
        agent = self._agents.get(key)
        if agent is None or agent.state == state:
            return
        done = agent.state == "working" and state in ("idle", "failed")
        self._agents[key] = agent.model_copy(
            update={"state": state, "since": at, "steps": agent.steps + done}
        )

    def rest(self, at: float) -> None:
        """Nobody is at work any more."""
        for agent in self.agents:
            if agent.state == "working":
                self._agents[agent.key] = agent.model_copy(update={"state": "idle", "since": at})

    def find(self, name: str) -> Agent | None:
        """The agent with this id, or else with this role or name."""
        if name in self._agents:
            return self._agents[name]
        return next((a for a in self._agents.values() if name and name in (a.role, a.name)), None)

    def speaker(self, agent: Agent, info: AgentInfo | None = None) -> Speaker:
        """The agent as an entry names it: by its id where another has the same name."""
        namesakes = sum(other.name == agent.name for other in self._agents.values())
        parameters = info.parameters if info else {}
        return Speaker(
            key=agent.key,
            name=agent.name if namesakes == 1 else agent.key,
            role=agent.role,
            model=agent.model,
            template=_text(parameters.get("template")),
            criteria=parameters.get("criteria"),
        )

    @property
    def at_work(self) -> str:
        """A line on who is at work, or nothing."""
        names = [agent.name for agent in self._agents.values() if agent.state == "working"]
        if not names:
            return ""
        return f"{listing(names)} {'is' if len(names) == 1 else 'are'} at work."

    def _expected(self, role: str | None) -> Agent | None:
        agent = self._agents.get(role or "")
        return agent if agent is not None and agent.state == "expected" else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
