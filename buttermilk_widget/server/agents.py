"""The agents of a flow, as autogen-core runs them, and what they say to each other."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autogen_core import MessageContext, RoutedAgent, TopicId, message_handler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

GROUP = "group"
"""The type of the topic on which a flow's agents speak."""

PERSON = "person"
"""The type of the topic on which the person is heard."""


@dataclass
class Said:
    """A frame for the person, on its way to the MANAGER."""

    type: str
    data: dict[str, Any]


@dataclass
class FromManager:
    """What the person said. ``remark``: it answers nothing."""

    confirm: bool
    content: str
    selection: str = ""
    remark: bool = False


@dataclass
class Task:
    """A step for one agent."""

    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Outcome:
    """What an agent made of a task, and the id under which the group heard it."""

    outputs: Any
    message_id: str


@dataclass(frozen=True)
class Part:
    """An agent's part in a flow.

    Attributes:
        agent_id: Unique in the flow; also the agent's type in the runtime.
        role: What it does there.
        description: The same, in a sentence.
        work: Makes the outputs from a task's inputs.
        parameters: What the work was set up with, as the group is told.
    """

    agent_id: str
    role: str
    description: str
    work: Callable[[dict[str, Any]], Any]
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, Any]:
        """What an announcement and a result say of the agent."""
        return {
            "agent_id": self.agent_id,
            "role": self.role,
            "agent_name": self.agent_id.replace("-", " ").title(),
            "description": self.description,
            "parameters": {"model": "rules", **self.parameters},
        }


class Worker(RoutedAgent):
    """An agent that does its part when it is given a task, and tells the group what it made."""

    def __init__(self, part: Part, pace: float, stamp: Callable[[], dict[str, str]]) -> None:
        super().__init__(part.description)
        self._part = part
        self._pace = pace
        self._stamp = stamp

    @message_handler
    async def on_task(
        self,
        message: Task,
        ctx: MessageContext,  # noqa: ARG002 - autogen-core's form
    ) -> Outcome:
        """Do the work, and publish it."""
        await self._announce("working", "is at work")
        try:
            await asyncio.sleep(self._pace)
            outputs = self._part.work(message.inputs)
            stamp = self._stamp()
            await self._say(
                "agent_trace", {"agent_info": self._part.config, "outputs": outputs, **stamp}
            )
        finally:
            await self._announce("idle", "has done its step")
        return Outcome(outputs, stamp["message_id"])

    async def _announce(self, status: str, content: str) -> None:
        await self._say("agent_announcement", announcement(self._part, status, content))

    async def _say(self, kind: str, content: dict[str, Any]) -> None:
        await self.publish_message(Said(kind, content), TopicId(GROUP, self.id.key))


class Host(RoutedAgent):
    """Hears what the manager says, and passes it to whoever waits for it."""

    def __init__(self, heard: Callable[[FromManager], Awaitable[None]]) -> None:
        super().__init__("Asks the manager, and leads the flow by what they answer.")
        self._heard = heard

    @message_handler
    async def on_manager(
        self,
        message: FromManager,
        ctx: MessageContext,  # noqa: ARG002 - autogen-core's form
    ) -> None:
        """Pass it on."""
        await self._heard(message)


def announcement(part: Part, status: str, content: str) -> dict[str, Any]:
    """The payload that tells of an agent's coming, going, or doing."""
    return {
        "agent_config": part.config,
        "status": status,
        "announcement_type": {"active": "initial", "left": "leaving"}.get(status, "update"),
        "content": f"{part.config['agent_name']} {content}.",
    }
