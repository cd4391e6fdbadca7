"""Who takes part in a run, and who is at work."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from .patches import Agent, Speaker, Steps

if TYPE_CHECKING:
    from .messages import AgentInfo, Announcement

State = Literal["expected", "idle", "working", "failed", "left"]

_LEAVING = frozenset({"leaving", "left", "inactive", "stopped", "terminated", "departed"})
_FAILING = frozenset({"error", "failed"})


class Roster:
    """The agents of a run, in the order in which they were first heard of.

    An agent may be known by its role before it has an id: the list of participants comes before
    the announcements, and by role only. The first agent of that role then takes its place.

    A host that leads through a sequence says so; the roles that take part are then its steps. One
    with a template is led by a language model, which calls whom it likes: its steps are unknown
    (PROTOCOL section 2 and the recordings).
    """

    def __init__(self) -> None:
        self.changes = 0
        self._agents: dict[str, Agent] = {}
        self._names: Counter[str] = Counter()
        self._speakers: dict[str, Speaker] = {}  # as each was named last
        self._expected: list[str] = []
        self._host: str | None = None
        self._reached = 0

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Everyone, frozen."""
        return tuple(self._agents.values())

    def expect(self, participants: dict[str, str], at: float) -> None:
        """Note the roles that will take part, with their descriptions."""
        self._expected = list(participants)
        known = {agent.role for agent in self._agents.values()}
        for role, description in participants.items():
            if role not in known:
                self._put(
                    Agent(
                        key=role,
                        name=role,
                        role=role,
                        description=description,
                        state="expected",
                        since=at,
                    )
                )

    def meet(self, info: AgentInfo, at: float) -> Agent:
        """The agent that ``info`` tells of, made known if it was not."""
        if info.parameters.get("execution_mode") == "sequential":
            self._host = None if info.parameters.get("template") else info.role
        key = info.key
        known = self._agents.get(key) or self._awaited(info.role)
        fields = {
            "key": key,
            "name": info.agent_name or info.role or key,
            "role": info.role or "",
            "description": info.description,
            "model": _text(info.parameters.get("model")),
        }
        if known is None:
            return self._put(Agent(since=at, **fields))
        # A frame that names the agent by its id alone takes nothing away.
        told: dict[str, object] = {name: value for name, value in fields.items() if value}
        if known.key == key and not info.agent_name:
            del told["name"]
        if known.state == "expected":
            told |= {"state": "idle", "since": at}
        if all(getattr(known, name) == value for name, value in told.items()):
            return known
        return self._put(known.model_copy(update=told), instead=known.key)

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
        if state == "working":
            self.reach(agent.role)
        self._put(
            agent.model_copy(update={"state": state, "since": at, "steps": agent.steps + done})
        )

    def rest(self, at: float) -> None:
        """Nobody is at work any more."""
        for agent in self.agents:
            if agent.state == "working":
                self._put(agent.model_copy(update={"state": "idle", "since": at}))

    def reach(self, role: str) -> None:
        """Note that the sequence has come to the step of this role."""
        sequence = self._sequence()
        if role in sequence:
            reached = sequence.index(role) + 1
            if reached > self._reached:
                self._reached = reached
                self.changes += 1

    @property
    def steps(self) -> Steps | None:
        """How far the sequence is, if the flow is one."""
        sequence = self._sequence()
        return Steps(reached=self._reached, total=len(sequence)) if sequence else None

    def _sequence(self) -> list[str]:
        if self._host is None:
            return []
        if self._expected:
            return self._expected
        # With no list of participants, the roles in the order of their announcements; a host that
        # is on no list has no step of its own.
        return list(dict.fromkeys(a.role for a in self._agents.values() if a.role != self._host))

    def find(self, name: str) -> Agent | None:
        """The agent with this id, or else with this role or name."""
        if name in self._agents:
            return self._agents[name]
        return next((a for a in self._agents.values() if name and name in (a.role, a.name)), None)

    def speaker(self, agent: Agent, info: AgentInfo | None = None) -> Speaker:
        """The agent as an entry names it: by its id where another has the same name.

        Entries that name it alike share one value.
        """
        parameters = info.parameters if info else {}
        speaker = Speaker(
            key=agent.key,
            name=agent.name if self._names[agent.name] == 1 else agent.key,
            role=agent.role,
            model=agent.model,
            template=_text(parameters.get("template")),
            criteria=parameters.get("criteria"),
        )
        if speaker != self._speakers.get(agent.key):
            self._speakers[agent.key] = speaker
        return self._speakers[agent.key]

    def _awaited(self, role: str | None) -> Agent | None:
        agent = self._agents.get(role or "")
        return agent if agent is not None and agent.state == "expected" else None

    def _put(self, agent: Agent, instead: str | None = None) -> Agent:
        """Take an agent in, in its own place or in that of the one with the key ``instead``."""
        old = self._agents.get(instead or agent.key)
        if old is not None:
            self._names[old.name] -= 1
        if instead is not None and instead != agent.key:
            self._agents = {
                (agent.key if key == instead else key): other for key, other in self._agents.items()
            }
        self._names[agent.name] += 1
        self._agents[agent.key] = agent
        self.changes += 1
        return agent


def _text(value: object) -> str | None:
    return None if value is None else str(value)
