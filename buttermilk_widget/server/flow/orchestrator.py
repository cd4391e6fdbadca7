"""One run of a flow: its runtime, its agents, and the way in for what the manager says.

The race of the document is real here: ``make_publish_callback`` is handed out before ``_setup``
has made ``_runtime``. What arrives in that window is queued, and delivered in order once the
runtime exists.

(Annotations are real here, not text: autogen-core reads those of the MANAGER's closure.)
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from autogen_core import (
    AgentId,
    CancellationToken,
    ClosureAgent,
    ClosureContext,
    MessageContext,
    SingleThreadedAgentRuntime,
    TopicId,
    TypeSubscription,
)

from buttermilk_widget.errors import RunOver
from buttermilk_widget.protocol.messages import ManagerResponse, Remark
from buttermilk_widget.server.settings import Settings

from .cast import host
from .flows import Flow
from .group_messages import (
    TOPIC,
    Asked,
    Failed,
    Finished,
    Frame,
    Ready,
    Said,
    Shown,
    Status,
    Trouble,
)
from .hosts import Host
from .parameters import Parameters
from .participants import Part, Participant
from .room import Room
from .script_context import ScriptContext

log = logging.getLogger(__name__)

MANAGER = "MANAGER"
"""The type of the agent that carries what is said to the person."""

PATIENCE = 10.0
"""Seconds that the agents get to come to rest at the end."""

FromManager = ManagerResponse | Remark
Publish = Callable[[FromManager], Awaitable[None]]
Ui = Callable[[Frame], None]


def _room(settings: Settings) -> Room:
    return Room(
        ("message", "messages that wait"),
        settings.most_waiting,
        settings.words_bytes,
        "Send it again when the flow has dealt with some of them.",
    )


def _room_for_remarks(settings: Settings) -> Room:
    return Room(
        ("remark", "remarks of this run"),
        settings.most_remarks,
        settings.words_bytes,
        "A new run takes remarks again.",
    )


class SetupFailed(Exception):
    """The flow could not be set up; the cause tells why."""


class AutogenOrchestrator:
    """A flow on a ``SingleThreadedAgentRuntime``.

    Args:
        flow: What to run.
        parameters: Its parameters.
        ui: Takes each frame for the client; must not block.
        key: The source of the run's topic.
        settings: How fast.
        queue_early: Whether input that comes before the runtime is queued. Without it such input
            fails as the document describes; it is there to be shown and tested.
    """

    _runtime: SingleThreadedAgentRuntime  # made by _setup, and not there before

    def __init__(
        self,
        flow: Flow,
        parameters: Parameters,
        ui: Ui,
        *,
        key: str = "run",
        settings: Settings | None = None,
        queue_early: bool = True,
    ) -> None:
        self._flow = flow
        self._parameters = parameters
        self._ui = ui
        self._topic = TopicId(TOPIC, key)
        self._settings = settings or Settings()
        self._early: deque[FromManager] | None = deque() if queue_early else None
        self._waiting = _room(self._settings)
        self._remarks = _room_for_remarks(self._settings)
        self._token = CancellationToken()
        self._floor: ScriptContext | None = None
        self.leaving = False

    def make_publish_callback(self) -> Publish:
        """A function that takes what the manager says to the group; to be had at once.

        It raises ``RunOver`` when the run has ended, and ``NoRoom`` when too much waits or is kept.
        """

        async def publish(message: FromManager) -> None:
            if self.leaving:
                raise RunOver("The flow has ended, so this went to nobody.")
            (self._remarks if isinstance(message, Remark) else self._waiting).take(message)
            if self._early is not None:
                self._early.append(message)
            else:
                await self._runtime.publish_message(message, self._topic)

        return publish

    async def ask_again(self) -> None:
        """Put the open question again, if there is one."""
        if self._floor is not None and not self.leaving:
            await self._floor.ask_again()

    async def run(self) -> Finished:
        """Set up, play the script, and clean up however it ends.

        Raises:
            SetupFailed: it could not start.
        """
        try:
            try:
                floor = await self._setup()
            except Exception as error:
                log.exception("The flow %s could not be set up", self._flow.name)
                raise SetupFailed from error
            content = await self._flow.script(floor, self._parameters)
            return Finished(flow=self._flow.name, status="completed", content=content)
        finally:
            await self._teardown()

    async def _setup(self) -> ScriptContext:
        await asyncio.sleep(self._settings.setup_delay)
        cast = [host(self._flow.mode, self._parameters), *self._flow.cast(self._parameters)]
        self._runtime = SingleThreadedAgentRuntime()
        await self._register_manager()
        for part in cast:
            await self._register(part)
        self._runtime.start()
        self._floor = ScriptContext(
            self._runtime, self._topic.source, [part.who.key for part in cast], self._token
        )
        await self._floor.open()
        await self._runtime.publish_message(Ready(flow=self._flow.name), self._topic)
        await self._deliver_early()
        return self._floor

    async def _deliver_early(self) -> None:
        """Publish what was queued; what comes meanwhile queues behind it, so the order holds."""
        while self._early:
            await self._runtime.publish_message(self._early.popleft(), self._topic)
        self._early = None

    async def _register_manager(self) -> None:
        """The MANAGER: an agent that hears everything and hands it to the UI's callback."""

        async def hear(
            _agent: ClosureContext,
            message: Status | Said | Failed | Asked | Trouble | Ready,
            _ctx: MessageContext,
        ) -> None:
            # Told to ignore other types, autogen-core 0.7 still calls: the manager's own words.
            if isinstance(message, Shown):
                self._ui(message.frame())

        await ClosureAgent.register_closure(
            self._runtime,
            MANAGER,
            hear,
            unknown_type_policy="ignore",
            description="The person, by way of the UI.",
            subscriptions=lambda: [TypeSubscription(TOPIC, MANAGER)],
        )

    async def _register(self, part: Part) -> None:
        def make() -> Participant:
            if issubclass(part.plays, Host):
                human = self._parameters.human_in_loop
                return part.plays(part.who, self._waiting, human_in_loop=human)
            return part.plays(part.who, self._settings.pace)

        await part.plays.register(self._runtime, part.who.key, make)
        # Made now, not with its first message: one that cannot be made fails the set-up. And before
        # it subscribes: autogen-core drops what is said for everybody if one hearer cannot be made.
        await self._runtime.try_get_underlying_agent_instance(
            AgentId(part.who.key, self._topic.source), Participant
        )
        await self._runtime.add_subscription(TypeSubscription(TOPIC, part.who.key))

    async def _teardown(self) -> None:
        """End what is waited for, let the agents leave, and stop the runtime."""
        self.leaving = True
        self._token.cancel()
        if self._floor is None:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._floor.close()
                # Shielded: cancelled in the middle, it forgets the runtime's task and leaves it.
                await asyncio.shield(asyncio.ensure_future(self._runtime.stop_when_idle()))
        except TimeoutError:
            log.exception("The agents of %s did not come to rest", self._flow.name)
        await self._runtime.close()
