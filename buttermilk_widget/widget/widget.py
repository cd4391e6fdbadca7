"""The anywidget model: commands come up from the page, patches go down to it.

The only Python file that knows anywidget. Commands arrive on a thread of the kernel and are handed
to the loop's thread at once; that thread alone reads the conversation, sends, and sets traits.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from IPython.display import publish_display_data
from pydantic import ValidationError

from buttermilk_widget._tracebacks import HidingInternals, describe_chain, hide_internals, log
from buttermilk_widget.cassette.cassette import Cassette
from buttermilk_widget.client import default_server, options
from buttermilk_widget.client import flows as offers
from buttermilk_widget.client.credentials import checked
from buttermilk_widget.client.session import FIRST_FRAME, RECONNECT, Session, request
from buttermilk_widget.client.transport import HEARTBEAT, MAX_FRAME, SILENCE
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.patches import (
    COMMANDS,
    AskCard,
    AskFrames,
    AskOffers,
    Card,
    EditHeld,
    FlowList,
    FramePreview,
    Frames,
    Patch,
    Play,
    Readiness,
    Recording,
    ReleaseHeld,
    RemoveHeld,
    Replay,
    Reply,
    Respond,
    Start,
    Status,
    Stop,
    Sync,
)
from buttermilk_widget.errors import (
    ButtermilkError,
    NotListed,
    RunError,
    UnknownKeyword,
    did_you_mean,
)
from buttermilk_widget.protocol.decode import without_surrogates
from buttermilk_widget.transcript import truncate as excerpts
from buttermilk_widget.transcript.compress import compress
from buttermilk_widget.transcript.wording import labels_of

from . import kernel, loop
from .replies import CommandReplies
from .run import Run
from .snapshot import ELSEWHERE, SnapshotWriter, StaticOutput

if TYPE_CHECKING:
    import asyncio
    import os
    import ssl
    from collections.abc import Coroutine, Mapping

    from buttermilk_widget.client.credentials import Headers
    from buttermilk_widget.client.script import Manager, Script
    from buttermilk_widget.conversation.patches import Flow
    from buttermilk_widget.protocol.messages import RunFlow

COALESCE = 0.05
"""Least seconds between patches: the Jupyter server drops what is above 1,000 messages a second."""

FRAMES = 200
"""How many frames the page is given at once, when it asks for them."""

LONG_FRAME = 10_000
"""Characters of a frame that the page is given; the whole is in ``run.frames``."""

Asked = Start | Respond | EditHeld | RemoveHeld | ReleaseHeld | Play
"""What the page asks for, and is told at once whether it is done."""

OUT_OF_STEP = (
    "The page and the kernel disagree on what this means: reload the page, and restart the kernel."
)

_BUNDLE = Path(__file__).parents[1] / "static" / "widget.js"
_NOT_BUILT = """export default { render({ el }) { el.textContent =
"The front end is not built: run 'npm ci' and 'npm run build' in js/, then restart the kernel." } }
"""
_KEYWORDS = (
    "server",
    "headers",
    "ssl",
    "first_frame",
    "reconnect",
    "max_frame",
    "heartbeat",
    "silence",
    "height",
    "cassette",
    "mode",
    "pace",
    "manager",
    "labels",
    "checkpoint",
    "copy",
)


class FlowWidget(anywidget.AnyWidget):
    """A conversation with a flow of a Buttermilk server, in the output of a cell.

    Args:
        server: The server's address, or a port of this machine. Without one, that of the
            environment variable ``BUTTERMILK_SERVER``, or else the built-in server, started beside
            the kernel.
        headers: Sent with each request and with the WebSocket, and shown nowhere; or a function
            that gives them each time, as from the environment.
        ssl: A context, or ``False`` to trust any certificate.
        first_frame: Seconds from asking for a flow to its first frame.
        reconnect: Seconds for which a dropped connection is tried again.
        max_frame: The largest frame to take, in bytes.
        heartbeat: Seconds after which a server that says nothing is pinged.
        silence: Seconds without a frame or a pong after which the connection is taken for dead. A
            server that is busy answers late, and keeps its connection until then.
        height: Of the conversation, in pixels; 0 is the widget's own.
        cassette: A file that runs are recorded in, and replayed from: then no server is needed.
        mode: What to do with the cassette: *once* replays it if it is there, else records it;
            *record* records it anew; *replay* never uses the network; *live* leaves it alone. The
            environment variable ``BUTTERMILK_CASSETTE_MODE`` overrides it.
        pace: Of a replay: 0 is at once, 1 as it was, 0.5 in half the time.
        manager: A :class:`.Script`, or a function of the question, that answers for the person.
        labels: The study's words for a prediction, as ``{True: "in breach", False: "not in
            breach"}``; the page and every export use them. Without them the words are neutral.
        checkpoint: Whether a settled run is kept in the widget's state, for a page with no kernel.
        copy: Whether a settled run is also kept as an ordinary output under the widget.

    Raises:
        BadAddress: ``server`` cannot be an address.
        BadParameter: something else that was given cannot be used.
        BadCassette: the cassette cannot be used.
        MissingExtra: no server is named and the built-in one is not installed.
        UnknownKeyword: a keyword is none of these.
    """

    # Its text, not the file: anywidget would keep each widget that was made from a file for good.
    _esm = _BUNDLE.read_text(encoding="utf-8") if _BUNDLE.exists() else _NOT_BUILT

    readiness = traitlets.Unicode(Readiness.OFFLINE.value, read_only=True).tag(sync=True)
    flow = traitlets.Unicode(None, allow_none=True, read_only=True).tag(sync=True)
    height = traitlets.Int(0).tag(sync=True)
    checkpoint = traitlets.Bytes(b"", read_only=True).tag(sync=True)

    @hide_internals
    def __init__(
        self,
        server: str | int | None = None,
        *,
        headers: Headers | None = None,
        ssl: ssl.SSLContext | bool = True,
        first_frame: float = FIRST_FRAME,
        reconnect: float = RECONNECT,
        max_frame: int = MAX_FRAME,
        heartbeat: float = HEARTBEAT,
        silence: float = SILENCE,
        height: int = 0,
        cassette: str | os.PathLike[str] | None = None,
        mode: str = "once",
        pace: float = 0.0,
        manager: Manager | Script | None = None,
        labels: Mapping[bool, str] | None = None,
        checkpoint: bool = True,
        copy: bool = True,
        **unknown: object,
    ) -> None:
        for name in unknown:
            raise UnknownKeyword(
                f"FlowWidget has no keyword {name!r}.{did_you_mean(name, _KEYWORDS)}"
            )
        height = options.whole("height", height, "pixels")
        self._labels = labels_of(labels)
        self._cassette = None if cassette is None else Cassette(cassette, mode)
        named = default_server.named(server)
        self._label = default_server.BUILT_IN if named is None else str(named)
        # Whoever replays needs no server, and so no built-in one.
        replays = self._cassette is not None and self._cassette.replays
        self._server = named if named or replays else default_server.built_in()
        if named is not None and not replays:
            named.warn(stacklevel=3)
        self._session_options: dict[str, Any] = {
            "headers": checked(headers),
            "ssl": ssl,
            "first_frame": first_frame,
            "reconnect": reconnect,
            "max_frame": max_frame,
            "heartbeat": heartbeat,
            "silence": silence,
            "cassette": self._cassette,
            "pace": pace,
            "manager": manager,
        }
        Session(self._server, **self._session_options)  # whatever it refuses is refused here
        self._runs = 0
        self._session: Session | None = None
        self._latest: Run | None = None
        self._given = 0
        self._noticed = ""
        self._flush: asyncio.TimerHandle | None = None
        self._flushed = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._replies = CommandReplies()
        self._checkpoints = checkpoint
        self._static = StaticOutput() if copy else None
        self._keeper: SnapshotWriter | None = None
        super().__init__(height=height)
        self.on_msg(self._on_page)

    def __repr__(self) -> str:
        cassette = f", cassette={str(self._cassette.path)!r}" if self._cassette else ""
        return f"FlowWidget({self._label!r}{cassette})"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is not None:
            # What a page shows that has no kernel and no state of the widget.
            bundle[0]["text/html"] = f"<small>{ELSEWHERE}</small>"
        return bundle

    def _ipython_display_(self) -> None:
        bundle = self._repr_mimebundle_()
        if bundle is not None:
            publish_display_data(*bundle)  # type: ignore[no-untyped-call]
        if self._static is not None:
            self._static.show()

    @HidingInternals()
    def run(
        self,
        flow: str,
        *,
        prompt: str | None = None,
        record_id: str | None = None,
        **parameters: Any,
    ) -> Run:
        """Run a flow, in a session of its own, and return at once.

        Args:
            flow: Its name.
            prompt: What the flow is to work on.
            record_id: The record that it is to work on.
            parameters: Whatever else the flow takes.

        Raises:
            BadParameter: a parameter cannot be sent.
            RunError: this widget's last run has not ended.
        """
        wanted = request(flow, prompt=prompt, record_id=record_id, **parameters)
        return loop.call(lambda: self._start(wanted))

    @property
    def latest(self) -> Run | None:
        """The latest run, whichever way it was started: by :meth:`run`, or in the page."""
        return self._latest

    @HidingInternals()
    def flows(self) -> tuple[Flow, ...]:
        """The flows on offer, with what the server says of each; in a replay, those of the cassette.

        Raises:
            NotListed: the server does not list them; a flow runs all the same, by its name.
            ServerError: the server cannot be reached.
        """
        return loop.submit(self._flows()).result()

    def close(self) -> None:
        """Stop a run that has not ended, and take the widget off the page."""
        session, self._session = getattr(self, "_session", None), None
        # At the end of the process the loop's thread is gone, and to start another would hang.
        if session is not None and not sys.is_finalizing():
            loop.submit(self._part_with(session, self._keeper))
        if self.comm is not None:
            self.layout.close()  # its own, and a widget too
        super().close()

    # --- on the loop's thread --------------------------------------------------------------------

    def _start(self, wanted: RunFlow) -> Run:
        if self._session is not None and not self._session.readiness.settled:
            raise RunError(
                "This widget's run has not ended yet: await it, stop it with run.stop(), or make "
                "another FlowWidget."
            )
        self._runs += 1
        session = Session(
            self._server,
            conversation=Conversation(run=self._runs, server=self._label, labels=self._labels),
            changed=self._changed,
            **self._session_options,
        )
        keeper = SnapshotWriter(
            session,
            store=self._store if self._checkpoints else None,
            copy=self._static,
            resend=lambda: self.send_state(["readiness", "flow", "checkpoint"]),
        )
        # One that is refused takes the place of none, and keeps none from being started.
        session.start(wanted)
        self._session, self._keeper, self._given, self._noticed = session, keeper, 0, ""
        self._latest = Run(session, keeper, wanted.flow)
        return self._latest

    def _changed(self) -> None:
        """Something is new: send it at once, or with what else is new since the last patch."""
        if self._flush is None:
            soon = max(loop.get_loop().time(), self._flushed + COALESCE)
            self._flush = loop.get_loop().call_at(soon, self._send_news)

    def _send_news(self) -> None:
        self._flush = None
        self._flushed = loop.get_loop().time()
        if self._session is None:
            return
        conversation = self._session.conversation
        patch = conversation.since(self._given, time.time())
        # A frame may have changed nothing, as the same line of progress every ten seconds.
        if patch.seq > self._given:
            self._given = patch.seq
            self._tell_patch(patch)
        self._tell_replay()
        self._tell_recording(known=self._noticed)
        self.set_trait("flow", conversation.status.flow)
        self.set_trait("readiness", conversation.readiness.value)
        if self._keeper is not None:
            self._keeper.notice()

    @staticmethod
    async def _part_with(session: Session, keeper: SnapshotWriter | None) -> None:
        """End the run, and keep it as it ended."""
        await session.close()
        if keeper is not None:
            await keeper.kept()

    def _store(self, checkpoint: bytes) -> None:
        self.set_trait("checkpoint", checkpoint)

    def _tell_patch(self, patch: Patch) -> None:
        self.send({"kind": patch.kind}, buffers=[compress(excerpts.truncate_patch(patch))])

    def _tell_replay(self) -> None:
        replay = self._session.replay if self._session is not None else None
        if replay is not None:
            self._tell(replay)

    def _tell_recording(self, known: str | None = None) -> None:
        """Say what is wrong with the recording, unless that is ``known``."""
        recording = self._session.recording if self._session is not None else None
        if recording is not None and recording.notice != known:
            self._noticed = recording.notice
            self._tell(recording)

    def _tell(self, message: FlowList | Frames | Replay | Recording | Card | Reply) -> None:
        self.send(message.model_dump(mode="json"))

    def _obey(self, content: dict[str, Any]) -> None:
        try:
            command = COMMANDS.validate_python(without_surrogates(content))
        except ValidationError:
            if isinstance(content.get("id"), str):
                self._tell(Reply(id=content["id"], problem=OUT_OF_STEP))
            return
        match command:
            case Sync():
                self._tell_patch(self._state(command))
                self._tell_replay()
                self._tell_recording()
            case AskFrames():
                self._tell(self._frames(command))
            case AskCard():
                self._tell(self._card(command))
            case AskOffers():
                self._do(self._offer())
            case _:
                self._obey_once(command)

    def _obey_once(self, command: Asked | Stop) -> None:
        """Do it, unless it was done: then the reply was lost, and is given again."""
        if not self._replies.new(command.id):
            reply = self._replies.get(command.id)
            if reply is not None:
                self._tell(reply)
        elif isinstance(command, Stop):
            self._do(self._stop(command.id))
        else:
            self._reply(Reply(id=command.id, problem=self._try(command)))

    def _reply(self, reply: Reply) -> None:
        self._replies.note(reply)
        self._tell(reply)

    def _state(self, asked: Sync) -> Patch:
        if self._session is None:
            status = Status(server=self._label, reason="No flow has been asked for yet.")
            return Patch(run=0, base=0, seq=1, at=time.time(), agents=(), status=status)
        conversation = self._session.conversation
        seq = asked.seq if asked.run == conversation.run else 0
        return conversation.since(seq, time.time())

    def _card(self, asked: AskCard) -> Card:
        session = self._session
        if session is None or session.conversation.run != asked.run:
            return Card(run=asked.run)
        return session.transcript.card(run=asked.run)

    def _frames(self, asked: AskFrames) -> Frames:
        conversation = self._session.conversation if self._session is not None else None
        if conversation is None or conversation.run != asked.run:
            return Frames(run=asked.run, start=asked.start, total=0)
        start = max(asked.start, 0)
        return Frames(
            run=asked.run,
            start=start,
            total=len(conversation.frames),
            frames=tuple(
                FramePreview(
                    direction=frame.direction,
                    at=frame.at,
                    text=frame.text[:LONG_FRAME],
                    length=len(frame.text),
                )
                for frame in conversation.frames[start : start + FRAMES]
            ),
        )

    def _try(self, command: Asked) -> str:
        """Do what the page asks; what stands against it, or nothing. The page always hears."""
        try:
            self._carry_out(command)
        except ButtermilkError as problem:
            return str(problem)
        except Exception as error:  # noqa: BLE001 - a page that hears nothing asks again and again
            return _went_wrong(error)
        return ""

    def _carry_out(self, command: Asked) -> None:
        if isinstance(command, Start):
            self._start(
                request(
                    command.flow,
                    prompt=command.prompt,
                    record_id=command.record_id,
                    **offers.values(command.typed),
                )
            )
            return
        session = self._live()
        match command:
            case Respond():
                session.respond(
                    command.verdict,
                    command.content,
                    question=command.question,
                    confirm=command.confirm,
                )
            case EditHeld():
                session.edit_held(command.held, command.content)
            case RemoveHeld():
                session.remove_held(command.held)
            case ReleaseHeld():
                session.release_held(command.held, command.question)
            case Play():
                session.lead(command.action)

    def _live(self) -> Session:
        if self._session is None:
            raise RunError("There is no run yet: start one first.")
        return self._session

    async def _stop(self, number: str) -> None:
        problem = ""
        try:
            if self._session is not None:
                await self._session.stop()
        except Exception as error:  # noqa: BLE001 - as in _try
            problem = _went_wrong(error)
        self._reply(Reply(id=number, problem=problem))

    async def _flows(self) -> tuple[Flow, ...]:
        return await Session(self._server, **self._session_options).offered()

    async def _offer(self) -> None:
        replays = self._cassette is not None and self._cassette.replays
        server = str(self._cassette.path) if self._cassette and replays else self._label
        try:
            self._tell(FlowList(server=server, flows=await self._flows()))
        except NotListed:
            self._tell(FlowList(server=server, listed=False))
        except ButtermilkError as problem:
            self._tell(FlowList(server=server, problem=str(problem)))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = loop.get_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- on a thread of the kernel ---------------------------------------------------------------

    @traitlets.observe("comm")
    def _attend(self, change: Any) -> None:
        if change.new is not None:
            kernel.attend(change.new, self._handle_msg)

    def _on_page(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        loop.get_loop().call_soon_threadsafe(self._obey, content)


def _went_wrong(error: Exception) -> str:
    wrong = RunError(
        f"buttermilk_widget itself went wrong ({type(error).__name__}); please report it, with what "
        "the log says."
    )
    wrong.__context__ = error
    log.error("%s", describe_chain(wrong))
    return str(wrong)
