"""Who takes part in a run, and who is at work."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from buttermilk_widget.protocol.messages import as_name

from .labels import Namesakes, shown_name
from .patches import Agent, Speaker, Steps

if TYPE_CHECKING:
    from buttermilk_widget.protocol.messages import AgentInfo, Announcement

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
        self._agents: dict[int, Agent] = {}  # by place, which an agent keeps
        self._places: dict[str, int] = {}  # by key
        self._known_as: dict[str, dict[int, None]] = {}  # places by role and by name
        self._namesakes: dict[str, Namesakes] = {}  # by what is shown as the name
        self._shown: dict[int, str] = {}  # that name, by place
        self._stale: set[str] = set()  # those whose labels are to be made anew
        self._speakers: dict[str, Speaker] = {}  # as each was named last
        self._roles: Counter[str] = Counter()
        self._expected: dict[str, int] = {}  # role -> step
        self._host: str | None = None
        self.leads: Literal["sequence", "chat"] | None = None
        """What the host says that it leads through, if it says so."""
        self.working: dict[str, None] = {}
        """The keys of the agents that are at work, in the order in which they began."""
        self._reached = 0
        self._steps: dict[str, int] | None = None  # as _expected, found; None is to be found anew

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Everyone, frozen, and under the label that tells each from all others."""
        self._label()
        return tuple(self._agents.values())

    def _label(self) -> None:
        """Make those labels anew that may have changed. Nobody needs them with each frame."""
        for name in self._stale:
            for place in self._namesakes[name].places:
                label = self._namesakes[name].label(place, name)
                if self._agents[place].label != label:
                    self._agents[place] = self._agents[place].model_copy(update={"label": label})
        self._stale.clear()

    def called(self, key: str) -> str:
        """The label of the agent with this key."""
        place = self._places[key]
        return self._namesakes[self._shown[place]].label(place, self._shown[place])

    def expect(self, participants: dict[str, str], at: float) -> None:
        """Note the roles that will take part, with their descriptions."""
        self._expected = {role: step for step, role in enumerate(participants, 1)}
        for role, description in participants.items():
            if not self._roles[role] and self._with(role) is None:
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
        self._note_mode(info)
        key = info.key
        known = self._with(key) or self._awaited(info.role)
        fields = {
            "key": key,
            "name": info.agent_name or info.role or key,
            "role": info.role or "",
            "description": info.description,
            "model": _text(info.parameters.get("model")),
            "template": _text(info.parameters.get("template")),
            "criteria": info.parameters.get("criteria"),
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
        agent = self._with(key)
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
        reached = self._sequence().get(role, 0)
        if reached > self._reached:
            self._reached = reached
            self.changes += 1

    @property
    def steps(self) -> Steps | None:
        """How far the sequence is, if the flow is one."""
        sequence = self._sequence()
        return Steps(reached=self._reached, total=len(sequence)) if sequence else None

    def _note_mode(self, info: AgentInfo) -> None:
        """Note what a host says of itself. One with a template is led by a language model."""
        mode = info.parameters.get("execution_mode")
        if mode not in ("sequential", "adaptive"):
            return
        sequence = mode == "sequential" and not info.parameters.get("template")
        self.leads = "sequence" if sequence else "chat"
        self._led_by(info.role if sequence else None)

    def _led_by(self, host: str | None) -> None:
        if host != self._host:
            self._host, self._steps = host, None

    def _sequence(self) -> dict[str, int]:
        """The number of the step of each role."""
        if self._host is None or self._expected:
            return {} if self._host is None else self._expected
        # With no list of participants, the roles in the order of their announcements; a host that
        # is on no list has no step of its own.
        if self._steps is None:
            self._steps = {}
            for agent in self._agents.values():
                self._comes_next(self._steps, agent.role)
        return self._steps

    def _comes_next(self, steps: dict[str, int], role: str) -> None:
        if role != self._host:
            steps.setdefault(role, len(steps) + 1)

    def find(self, name: str) -> Agent | None:
        """The agent with this id, or else with this role or name."""
        places = self._known_as.get(name) if name else None
        return self._with(name) or (self._agents[next(iter(places))] if places else None)

    def _with(self, key: str) -> Agent | None:
        place = self._places.get(key)
        return None if place is None else self._agents[place]

    def speaker(self, agent: Agent) -> Speaker:
        """The agent as an entry keeps it; entries that name it alike share one value."""
        speaker = Speaker(
            key=agent.key,
            name=agent.name,
            role=agent.role,
            model=agent.model,
            template=agent.template,
            criteria=agent.criteria,
        )
        if speaker != self._speakers.get(agent.key):
            self._speakers[agent.key] = speaker
        return self._speakers[agent.key]

    def _awaited(self, role: str | None) -> Agent | None:
        agent = self._with(role or "")
        return agent if agent is not None and agent.state == "expected" else None

    def _put(self, agent: Agent, instead: str | None = None) -> Agent:
        """Take an agent in, in its own place or in that of the one with the key ``instead``."""
        place = self._places.pop(instead or agent.key, len(self._agents))
        self._note(place, self._agents.get(place), agent)
        self._places[agent.key] = place
        self._agents[place] = agent
        self.changes += 1
        return agent

    def _note(self, place: int, old: Agent | None, new: Agent) -> None:
        """Keep what is found by name and by role; an agent costs the same, however many there are."""
        if old is None or _identity(old) != _identity(new):
            self._rename(place, new)
        if old is not None and old.state == "working":
            del self.working[old.key]
        if new.state == "working":
            self.working[new.key] = None
        if old is not None:
            self._roles[old.role] -= 1
            for name in {old.name, old.role} - {new.name, new.role}:
                del self._known_as[name][place]
        self._roles[new.role] += 1
        for name in (new.name, new.role):
            self._known_as.setdefault(name, {})[place] = None
        if self._steps is not None and old is None:
            self._comes_next(self._steps, new.role)
        elif old is not None and old.role != new.role:
            self._steps = None

    def _rename(self, place: int, agent: Agent) -> None:
        """Put an agent among its namesakes; the labels of all of them may change."""
        name, before = shown_name(agent), self._shown.get(place)
        self._namesakes.setdefault(name, Namesakes()).put(place, agent)
        self._shown[place] = name
        self._stale.add(name)
        if before is not None and before != name:
            self._namesakes[before].remove(place)
            self._stale.add(before)
            if not self._namesakes[before]:
                del self._namesakes[before]
                self._stale.remove(before)


def _identity(agent: Agent) -> tuple[object, ...]:
    return agent.key, agent.name, agent.role, agent.model, agent.template, agent.criteria


def _text(value: object) -> str | None:
    return None if value is None else as_name(str(value))
