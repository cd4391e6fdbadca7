"""The agents that speak with the manager: the host of a sequence, and the host of a chat.

(Annotations are real here, not text: autogen-core reads them to route messages.)
"""

import asyncio
from collections import deque

from autogen_core import CancellationToken, MessageContext, message_handler

from buttermilk_widget.errors import WrongAnswer
from buttermilk_widget.protocol.messages import AgentInfo, ManagerResponse, Text

from . import interpret as replies
from .group_messages import Ask, AskAgain, Asked, Greet, Listen, Reply, Rest, Said, Say, Trouble
from .participants import Participant
from .room import Room

TRIES = 20
"""Answers to one question that may be of no use before the flow breaks off."""


class Host(Participant):
    """What the hosts of both kinds of flow have in common.

    Args:
        who: How it is known.
        waiting: Where each answer is counted out once it waits no longer.
        human_in_loop: Whether the manager is asked at all; an answer may change it.
    """

    def __init__(self, who: AgentInfo, waiting: Room, *, human_in_loop: bool = True) -> None:
        super().__init__(who)
        self._waiting = waiting
        self._human = human_in_loop
        self._unanswered: Asked | None = None

    @message_handler
    async def on_say(self, message: Say, ctx: MessageContext) -> None:  # noqa: ARG002
        """Say something in the flow's own name."""
        await self.publish(Said(who=self.who, payload=Text(content=message.content)))

    @message_handler
    async def on_ask_again(self, message: AskAgain, ctx: MessageContext) -> None:  # noqa: ARG002
        """Put the open question again, under its id."""
        if self._unanswered is not None:
            await self.publish(self._unanswered)

    async def complain(self, sentence: str) -> None:
        """Say what is wrong with what the manager said."""
        await self.publish(Trouble(content=sentence, source=self.who.key))


class SequenceHost(Host):
    """The agent that asks the manager, one question at a time, and speaks between the steps.

    The first answer that came before any question is kept for the first question; one that comes
    later, when nothing is asked, is said to have gone to nobody.
    """

    def __init__(self, who: AgentInfo, waiting: Room, *, human_in_loop: bool = True) -> None:
        super().__init__(who, waiting, human_in_loop=human_in_loop)
        self._asked = False
        self._early: ManagerResponse | None = None
        self._open: asyncio.Future[ManagerResponse] | None = None

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
            await self.complain(reply)
        raise WrongAnswer(f"{TRIES} answers to “{message.content}” could not be taken.")

    @message_handler
    async def on_answer(self, message: ManagerResponse, ctx: MessageContext) -> None:  # noqa: ARG002
        """The manager has answered: the open question, a later first one, or nothing at all."""
        self._waiting.leave(message)
        if message.human_in_loop is not None:
            self._human = message.human_in_loop
        if self._open is not None:
            waiting, self._open, self._unanswered = self._open, None, None
            if not waiting.done():
                waiting.set_result(message)
        elif not replies.says_something(message):
            return
        elif not self._asked and self._early is None:
            self._early = message
        else:
            await self.complain(
                "Nothing is being asked, so this answer went to nobody. Answer when a "
                "question is open; words for the group go as a ui_message."
            )

    async def _answer(self, asked: Ask, token: CancellationToken) -> ManagerResponse:
        self._asked = True
        early, self._early = self._early, None
        if early is None:
            # Open before it is asked: the answer may be as quick as the question.
            self._open = asyncio.get_running_loop().create_future()
            waiting = token.link_future(self._open)
            self._unanswered = Asked(content=asked.content, options=asked.options)
            await self.publish(self._unanswered)
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


class ChatHost(Host):
    """The host of a chat: it greets once, and then takes each thing that the manager says.

    It takes it at any time, answered or not: what comes while it is at work waits in order. It says
    ``working`` when it begins with one and ``idle`` when it has dealt with it.
    """

    def __init__(self, who: AgentInfo, waiting: Room, *, human_in_loop: bool = True) -> None:
        super().__init__(who, waiting, human_in_loop=human_in_loop)
        self._first = ""
        self._instructions: deque[ManagerResponse] = deque()
        self._news = asyncio.Event()

    @message_handler
    async def on_greet(self, message: Greet, ctx: MessageContext) -> None:  # noqa: ARG002
        """Ask the one question in words, if anybody is there to answer."""
        self._first = message.first
        if self._human:
            self._unanswered = Asked(content=message.content)
            await self.publish(self._unanswered)

    @message_handler
    async def on_answer(self, message: ManagerResponse, ctx: MessageContext) -> None:  # noqa: ARG002
        """The manager has said something: it waits for its turn."""
        if message.human_in_loop is not None:
            self._human = message.human_in_loop
        if replies.said(message):
            self._unanswered = None
            self._instructions.append(message)
        else:
            self._waiting.leave(message)
            if message.human_in_loop is None:
                await self.complain("That has no words: say in words what you would like.")
        self._news.set()

    @message_handler
    async def on_listen(self, message: Listen, ctx: MessageContext) -> Reply:  # noqa: ARG002
        """Begin with the next instruction, once there is one.

        Not accepted: there is none, and nobody to say another.
        """
        while not (self._first or self._instructions):
            if not self._human:
                return Reply(accepted=False)
            self._news.clear()
            await ctx.cancellation_token.link_future(asyncio.ensure_future(self._news.wait()))
        await self.announce("working", "is at work")
        return Reply(words=self._next())

    @message_handler
    async def on_rest(self, message: Rest, ctx: MessageContext) -> None:  # noqa: ARG002
        """The instruction has been dealt with."""
        await self.announce("idle", "is listening")

    async def last_words(self) -> None:
        """Say how much of what the manager said was not dealt with."""
        left = len(self._instructions)
        if left:
            what = "The last message that you sent was" if left == 1 else f"{left} messages were"
            await self.complain(f"{what} not dealt with: the flow has ended.")

    def _next(self) -> str:
        if self._first:
            words, self._first = self._first, ""
            return words
        instruction = self._instructions.popleft()
        self._waiting.leave(instruction)
        return replies.said(instruction)
