"""The orchestrator: a flow on autogen-core's runtime, and the race that it cures.

The runtime comes to be in ``_setup``, which takes a while; the callback by which the person's words
reach the group is handed out before. What came in that window was once lost with
``'AutogenOrchestrator' object has no attribute '_runtime'``. Here it is queued, and delivered in
order when there is a runtime.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from autogen_core import (
    AgentId,
    ClosureAgent,
    ClosureContext,
    MessageContext,
    SingleThreadedAgentRuntime,
    TopicId,
    TypeSubscription,
)

from .agents import (
    GROUP,
    PERSON,
    FromManager,
    Host,
    Outcome,
    Part,
    Said,
    Task,
    Worker,
    announcement,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    Publish = Callable[[FromManager], Awaitable[None]]

MANAGER = "MANAGER"
HOST = "HOST"

_log = logging.getLogger(__name__)


class AutogenOrchestrator:
    """One run of a flow.

    Args:
        flow: The flow's name.
        parts: The agents that take part; the MANAGER is made automatically.
        to_person: Takes each frame, as ``type`` and ``data``, that is for the person.
        topic: The key of the group's topic; a session's id.
        setup_delay: Seconds that setting up takes, beside its own work.
        pace: Seconds that an agent takes over a step, beside its own work.
    """

    _runtime: SingleThreadedAgentRuntime

    def __init__(
        self,
        flow: str,
        parts: Sequence[Part],
        to_person: Callable[[str, dict[str, Any]], None],
        *,
        topic: str = "default",
        setup_delay: float = 0.0,
        pace: float = 0.0,
    ) -> None:
        self.flow = flow
        self._parts = {part.agent_id: part for part in parts}
        self._to_person = to_person
        self._topic = TopicId(GROUP, topic)
        self._setup_delay = setup_delay
        self._pace = pace
        self._early: deque[FromManager] | None = deque()
        self._answers: deque[FromManager] = deque()
        self._asking: asyncio.Future[FromManager] | None = None
        self._asked = False
        self._said = 0

    # --- the window ------------------------------------------------------------------------------

    def make_publish_callback(self) -> Publish:
        """The way for the person's words to the group; good from now on, set up or not."""

        async def publish(message: FromManager) -> None:
            if self._early is not None:
                self._early.append(message)
            else:
                await self._publish(message)

        return publish

    async def _publish(self, message: FromManager) -> None:
        await self._runtime.publish_message(message, TopicId(PERSON, self._topic.source))

    async def _setup(self) -> None:
        """Make the runtime, register everybody, and deliver what came meanwhile."""
        await asyncio.sleep(self._setup_delay)
        self._runtime = SingleThreadedAgentRuntime()
        for part in self._parts.values():
            await Worker.register(self._runtime, part.agent_id, partial(self._worker, part))
        await Host.register(self._runtime, HOST, lambda: Host(self._heard))
        await self._runtime.add_subscription(TypeSubscription(PERSON, HOST))

        async def to_person(_closure: ClosureContext, message: Said, _ctx: MessageContext) -> None:
            self._to_person(message.type, message.data)

        await ClosureAgent.register_closure(
            self._runtime,
            MANAGER,
            to_person,
            description="Carries what the group says to the person.",
            subscriptions=lambda: [TypeSubscription(GROUP, MANAGER)],
            unknown_type_policy="ignore",
        )
        self._runtime.start()
        for part in self._parts.values():
            await self.say("agent_announcement", announcement(part, "active", "has joined"))
        await self.say(
            "ready", {"flow": self.flow, "content": f"The flow {self.flow!r} is set up."}
        )
        while self._early:
            await self._publish(self._early.popleft())
        self._early = None

    def _worker(self, part: Part) -> Worker:
        return Worker(part, self._pace, self.stamp)

    # --- a flow's means --------------------------------------------------------------------------

    async def run(self, script: Callable[[AutogenOrchestrator], Awaitable[None]]) -> None:
        """Set up, play the flow's script, and take leave; frames tell of everything."""
        await self._setup()
        try:
            await script(self)
            for part in self._parts.values():
                await self.say("agent_announcement", announcement(part, "left", "has left"))
            await self._runtime.stop_when_idle()
        finally:
            await self.close()

    async def close(self) -> None:
        """Let the runtime go; safe before it exists, and more than once."""
        runtime = self.__dict__.pop("_runtime", None)
        if runtime is not None:
            await runtime.close()

    async def say(self, kind: str, content: dict[str, Any]) -> None:
        """Say something to the group; the MANAGER carries it to the person."""
        await self._runtime.publish_message(Said(kind, content), self._topic)

    async def ask(self, content: str, options: Sequence[str] = ()) -> FromManager:
        """Ask the manager, and wait for the answer; one that came early is taken first."""
        asked: dict[str, Any] = {"content": content, **self.stamp()}
        if options:
            asked["options"] = list(options)
        self._asked = True
        self._asking = asyncio.get_running_loop().create_future()
        await self.say("ui_message", asked)
        if self._answers:
            self._asking.set_result(self._answers.popleft())
        try:
            return await self._asking
        finally:
            self._asking = None

    async def work(self, agent_id: str, /, **inputs: Any) -> Outcome | None:
        """Give an agent a step; ``None`` when it went wrong, which the group is told."""
        try:
            made = await self._runtime.send_message(
                Task(inputs), AgentId(agent_id, self._topic.source)
            )
        except Exception as error:  # noqa: BLE001 - whatever an agent raises, the flow goes on
            _log.warning("%s went wrong", agent_id, exc_info=error)
            said = str(error) if isinstance(error, LookupError) else type(error).__name__
            await self.say(
                "agent_trace",
                {
                    "agent_info": self._parts[agent_id].config,
                    "outputs": {
                        "source": agent_id,
                        "content": f"The step went wrong: {said} The flow goes on without it.",
                        "is_error": True,
                    },
                    **self.stamp(),
                },
            )
            return None
        return made if isinstance(made, Outcome) else None

    async def host_says(self, content: str) -> None:
        """Have the host say something to the group."""
        host = {"agent_id": HOST, "role": HOST, "agent_name": "Host"}
        await self.say("agent_trace", {"agent_info": host, "outputs": content, **self.stamp()})

    def stamp(self) -> dict[str, str]:
        """The next message's id and time."""
        self._said += 1
        now = datetime.now(UTC).isoformat()
        return {"message_id": f"{self.flow}-{self._topic.source}-{self._said}", "timestamp": now}

    async def _heard(self, message: FromManager) -> None:
        """The manager spoke: to the question that is open, or else to nobody in particular."""
        if message.remark:
            await self.host_says(f"Noted, and passed to the group: *{message.content}*")
        elif self._asking is not None and not self._asking.done():
            self._asking.set_result(message)
        elif not self._asked:
            self._answers.append(message)
        else:
            await self.say(
                "ui_message",
                {
                    "source": HOST,
                    "content": "That answer came while nothing was asked, and is not used. Wait "
                    "for a question; a ui_message reaches the group at any time.",
                    "is_error": True,
                },
            )
