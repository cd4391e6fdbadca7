"""What every agent of a group does: join, hear, work, leave; and the host, who asks.

(Annotations are real here, not text: autogen-core reads them to route messages.)
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from autogen_core import CancellationToken, MessageContext, RoutedAgent, TopicId, message_handler

from buttermilk_widget.errors import WrongAnswer
from buttermilk_widget.messages import AgentInfo, ManagerResponse, Model, Payload, Remark, Text

from . import replies
from .group import (
    TOPIC,
    Arrive,
    Ask,
    AskAgain,
    Asked,
    Done,
    Failed,
    Leave,
    Reply,
    Said,
    Say,
    Shown,
    Status,
    Step,
    Trouble,
)

log = logging.getLogger(__name__)

P = TypeVar("P", bound=Model)

TRIES = 20
"""Answers to one question that may be of no use before the flow breaks off."""


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
        await self._announce("active", "initial", "has joined")

    @message_handler
    async def on_leave(self, message: Leave, ctx: MessageContext) -> None:  # noqa: ARG002
        """Leave."""
        await self._announce("left", "leaving", "has left")

    @message_handler
    async def on_step(self, message: Step, ctx: MessageContext) -> Done:
        """Work once."""
        if message.starts:
            await self._announce("working", "update", "is at work")
        if self.pace > 0:
            await ctx.cancellation_token.link_future(
                asyncio.ensure_future(asyncio.sleep(self.pace))
            )
        try:
            made = list(self.work(message))
        except Exception as problem:
            log.exception("%s failed at a step", self.who.key)
            # Idle first: what a client shows last of this agent is then that it failed.
            await self._announce("idle", "update", "has stopped work")
            await self.publish(Failed(who=self.who, content=self._sentence(problem)))
            return Done()
        for payload in made:
            await self.publish(Said(who=self.who, payload=payload))
        if message.ends:
            await self._announce("idle", "update", "has done its step")
        return Done(made=tuple(payload.kind for payload in made))

    async def publish(self, shown: Shown) -> None:
        """Say something to the group."""
        await self.publish_message(shown, TopicId(TOPIC, self.id.key))

    async def _announce(self, status: str, kind: str, does: str) -> None:
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


class Host(Participant):
    """The agent that asks the manager, one question at a time, and speaks between the steps.

    The first answer that came before any question is kept for the first question; one that comes
    later, when nothing is asked, is said to have gone to nobody.
    """

    def __init__(self, who: AgentInfo, *, human_in_loop: bool = True) -> None:
        super().__init__(who)
        self._human = human_in_loop
        self._asked = False
        self._early: ManagerResponse | None = None
        self._open: asyncio.Future[ManagerResponse] | None = None
        self._question: Asked | None = None

    @message_handler
    async def on_say(self, message: Say, ctx: MessageContext) -> None:  # noqa: ARG002
        """Say something in the flow's own name."""
        await self.publish(Said(who=self.who, payload=Text(content=message.content)))

    @message_handler
    async def on_ask(self, message: Ask, ctx: MessageContext) -> Reply:
        """Ask until there is an answer that can be taken, but not for ever.

        Raises:
            WrongAnswer: no answer could be taken, many times over; something answers by itself.
        """
        for _ in range(TRIES):
            if not self._human:
                return replies.unasked(message)
            reply = replies.read(message, await self._answer(message, ctx.cancellation_token))
            if isinstance(reply, Reply):
                return reply
            await self.publish(Trouble(content=reply, source=self.who.key))
        raise WrongAnswer(f"{TRIES} answers to “{message.content}” could not be taken.")

    @message_handler
    async def on_ask_again(self, message: AskAgain, ctx: MessageContext) -> None:  # noqa: ARG002
        """Put the open question again, under its id."""
        if self._open is not None and self._question is not None:
            await self.publish(self._question)

    @message_handler
    async def on_answer(self, message: ManagerResponse, ctx: MessageContext) -> None:  # noqa: ARG002
        """The manager has answered: the open question, a later first one, or nothing at all."""
        if message.human_in_loop is not None:
            self._human = message.human_in_loop
        if self._open is not None:
            waiting, self._open = self._open, None
            if not waiting.done():
                waiting.set_result(message)
        elif not replies.says_something(message):
            return
        elif not self._asked and self._early is None:
            self._early = message
        else:
            await self.publish(
                Trouble(
                    content="Nothing is being asked, so this answer went to nobody. Answer when a "
                    "question is open; words for the group go as a ui_message.",
                    source=self.who.key,
                )
            )

    async def _answer(self, asked: Ask, token: CancellationToken) -> ManagerResponse:
        self._asked = True
        early, self._early = self._early, None
        if early is None:
            # Open before it is asked: the answer may be as quick as the question.
            self._open = asyncio.get_running_loop().create_future()
            waiting = token.link_future(self._open)
            self._question = Asked(content=asked.content, options=asked.options)
            await self.publish(self._question)
            answer: ManagerResponse = await waiting
            return answer
        await self.publish(Asked(content=asked.content, options=asked.options))
        words = replies.said(early) or ("yes" if early.confirm else "no")
        await self.publish(
            Said(
                who=self.who,
                payload=Text(
                    content=f"The answer “{words}”, given before anything was asked, is taken for "
                    "this question."
                ),
            )
        )
        return early


@dataclass(frozen=True)
class Part:
    """One place in a flow's cast: how the agent is known, and the class that plays it."""

    who: AgentInfo
    plays: type[Participant]
