"""What every agent of a group does: join, hear, work, leave.

(Annotations are real here, not text: autogen-core reads them to route messages.)
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from autogen_core import MessageContext, RoutedAgent, TopicId, message_handler

from buttermilk_widget.protocol.messages import AgentInfo, Model, Payload, Remark

from .group_messages import TOPIC, Arrive, Done, Failed, Leave, Said, Shown, Status, Step

log = logging.getLogger(__name__)

P = TypeVar("P", bound=Model)


class Participant(RoutedAgent):
    """An agent that hears what the others say and, asked for a step, adds what it makes of it.

    Args:
        who: How it is known.
        pace: Seconds that a step takes, so that a person can follow.
    """

    def __init__(self, who: AgentInfo, pace: float = 0.0) -> None:
        super().__init__(who.description)
        self.who = who
        self.pace = pace
        self.heard: list[Said] = []
        self.remarks: list[str] = []

    def work(self, step: Step) -> Sequence[Payload]:
        """What comes of a step. May raise: the group is told, and the flow goes on."""
        raise NotImplementedError

    def told(self, kind: type[P]) -> list[tuple[Said, P]]:
        """What was heard of a kind, oldest first, with who said it."""
        return [(said, said.payload) for said in self.heard if isinstance(said.payload, kind)]

    def latest(self, kind: type[P]) -> P | None:
        """The last thing heard of a kind."""
        known = self.told(kind)
        return known[-1][1] if known else None

    # --- what it hears ---------------------------------------------------------------------------

    @message_handler
    async def on_said(self, message: Said, ctx: MessageContext) -> None:  # noqa: ARG002
        """Another agent's result."""
        self.heard.append(message)

    @message_handler
    async def on_remark(self, message: Remark, ctx: MessageContext) -> None:  # noqa: ARG002
        """Words of the manager to the group."""
        self.remarks.append(message.content)

    # --- what it is asked to do ------------------------------------------------------------------

    @message_handler
    async def on_arrive(self, message: Arrive, ctx: MessageContext) -> None:  # noqa: ARG002
        """Join."""
        await self.announce("active", "has joined", kind="initial")

    @message_handler
    async def on_leave(self, message: Leave, ctx: MessageContext) -> None:  # noqa: ARG002
        """Leave."""
        await self.last_words()
        await self.announce("left", "has left", kind="leaving")

    @message_handler
    async def on_step(self, message: Step, ctx: MessageContext) -> Done:
        """Work once."""
        if message.starts:
            await self.announce("working", "is at work")
        if self.pace > 0:
            await ctx.cancellation_token.link_future(
                asyncio.ensure_future(asyncio.sleep(self.pace))
            )
        try:
            made = list(self.work(message))
        except Exception as problem:
            log.exception("%s failed at a step", self.who.key)
            # Idle first: what a client shows last of this agent is then that it failed.
            await self.announce("idle", "has stopped work")
            await self.publish(Failed(who=self.who, content=self._sentence(problem)))
            return Done()
        for payload in made:
            await self.publish(Said(who=self.who, payload=payload))
        if message.ends:
            await self.announce("idle", "has done its step")
        return Done(made=tuple(payload.kind for payload in made))

    async def last_words(self) -> None:
        """Say what is left to say before it leaves; most have nothing."""

    async def publish(self, shown: Shown) -> None:
        """Say something to the group."""
        await self.publish_message(shown, TopicId(TOPIC, self.id.key))

    async def announce(self, status: str, does: str, *, kind: str = "update") -> None:
        """Say what the agent is at."""
        await self.publish(
            Status.model_validate(
                {
                    "who": self.who,
                    "status": status,
                    "announcement_type": kind,
                    "content": f"{self.who.agent_name} {does}.",
                }
            )
        )

    def _sentence(self, problem: Exception) -> str:
        first = (str(problem).strip().splitlines() or [""])[0]
        why = f"{type(problem).__name__}: {first}" if first else type(problem).__name__
        return f"{self.who.agent_name} could not do its step ({why}). The flow goes on without it."


@dataclass(frozen=True)
class Part:
    """One place in a flow's cast: how the agent is known, and the class that plays it."""

    who: AgentInfo
    plays: type[Participant]
