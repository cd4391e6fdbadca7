"""What a flow's script can do: ask the manager, have an agent do a step, say something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autogen_core import AgentId

from . import interpret as replies
from .group_messages import (
    Arrive,
    Ask,
    AskAgain,
    Done,
    Greet,
    Leave,
    Listen,
    Reply,
    Rest,
    Say,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autogen_core import CancellationToken, SingleThreadedAgentRuntime

HOST = "HOST"
"""The id of the agent that asks."""

OPTIONS = ("confirm", "reject")


class ScriptContext:
    """The group, as a script sees it. Every wait here ends when the run is stopped.

    Args:
        runtime: Where the agents live.
        key: The source of the run's topic, which is the key of its agents.
        agents: The ids of the agents, in the order of the cast.
        token: Ends whatever is waited for.
    """

    def __init__(
        self,
        runtime: SingleThreadedAgentRuntime,
        key: str,
        agents: Sequence[str],
        token: CancellationToken,
    ) -> None:
        self._runtime = runtime
        self._key = key
        self._agents = agents
        self._token = token

    async def confirm(self, question: str, *, without: str) -> bool:
        """Whether the manager says yes. After a no, ``without`` tells what follows from it."""
        reply = await self._ask(Ask(content=question, wants="confirm", options=OPTIONS))
        if reply.accepted:
            return True
        unclear = reply.words and replies.plain(reply.words) not in replies.NO | replies.YES
        why = f" (“{reply.words}” is not a yes)" if unclear else ""
        await self.say(f"Skipped{why}. {without}")
        return False

    async def choose(self, question: str, options: Sequence[str]) -> str:
        """The option that the manager chooses."""
        return (
            await self._ask(Ask(content=question, wants="choice", options=tuple(options)))
        ).words

    async def words(self, question: str) -> str:
        """What the manager says, in words; nothing, if they want no questions."""
        return (await self._ask(Ask(content=question, wants="words"))).words

    async def greet(self, question: str, *, first: str = "") -> None:
        """In a chat: ask the one question in words, and wait for nothing.

        ``first`` is an instruction that came with the request for the flow.
        """
        await self._send(HOST, Greet(content=question, first=first))

    async def listen(self) -> str | None:
        """In a chat: what the manager says next; ``None`` if nobody is there to say more.

        The host is at work on it until ``rest``.
        """
        reply = await self._send(HOST, Listen())
        assert isinstance(reply, Reply)  # noqa: S101 - what on_listen returns
        return reply.words if reply.accepted else None

    async def rest(self) -> None:
        """In a chat: what the manager said has been dealt with."""
        await self._send(HOST, Rest())

    async def step(self, agent: str, step: Step | None = None) -> tuple[str, ...]:
        """Have an agent do a step; the kinds of payload that came of it, none if it failed."""
        done = await self._send(agent, step or Step())
        assert isinstance(done, Done)  # noqa: S101 - what on_step returns
        return done.made

    async def say(self, content: str) -> None:
        """Say something in the host's name."""
        await self._send(HOST, Say(content=content))

    async def open(self) -> None:
        """Have every agent join, in the order of the cast."""
        for agent in self._agents:
            await self._runtime.send_message(Arrive(), AgentId(agent, self._key))

    async def ask_again(self) -> None:
        """Put the open question again, if there is one."""
        await self._send(HOST, AskAgain())

    async def close(self) -> None:
        """Have every agent leave. Not by the token, which has ended by then."""
        for agent in self._agents:
            await self._runtime.send_message(Leave(), AgentId(agent, self._key))

    async def _ask(self, asked: Ask) -> Reply:
        reply = await self._send(HOST, asked)
        assert isinstance(reply, Reply)  # noqa: S101 - what on_ask returns
        return reply

    async def _send(self, agent: str, message: Any) -> Any:
        return await self._runtime.send_message(
            message, AgentId(agent, self._key), cancellation_token=self._token
        )
