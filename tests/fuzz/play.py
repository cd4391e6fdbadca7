"""A whole run as a script of lines, played into a conversation, with what must hold after it.

The first letter of a line says what happens (``DOES``), the rest is what with: a frame, or words.
A line that cannot happen now does nothing, so that any bytes at all are a script.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.events import (
    EVENTS,
    Acknowledged,
    Connecting,
    ConnectionGone,
    Disconnected,
    Failed,
    Finished,
    FrameLost,
    FrameNotSent,
    FrameReceived,
    FrameSent,
    FramesTaken,
    HeldEdited,
    HeldReleased,
    HeldRemoved,
    ReasonChanged,
    Reconnected,
    Responded,
    Started,
    Stopped,
    line,
)
from buttermilk_widget.conversation.meanings import meaning
from buttermilk_widget.conversation.patches import Patch, Readiness
from buttermilk_widget.errors import AnswerError
from buttermilk_widget.protocol.decode import decode, replace_surrogates
from buttermilk_widget.protocol.messages import (
    Calling,
    ErrorMessage,
    EventMessage,
    Result,
    UiMessage,
    Unknown,
)
from buttermilk_widget.transcript.transcript import Transcript

MOST = 400
"""Lines of a script that are played; a longer one tells nothing new."""


class Run:
    """A conversation that is told of a script, and what was seen on the way."""

    def __init__(self):
        self.conversation = Conversation(server="http://localhost")
        self.inputs = []
        self.at = 1_700_000_000.0
        self.connected = True
        self.handed = []  # taken to be sent, and not yet gone
        self.given = Counter()  # answers that came out to be sent
        self.typed = 0  # taken from the manager, and not taken back
        self.held = {}  # what is held, as it was typed
        self.heard = set()
        self.page = Page()
        self.tell(Connecting(at=self.at, flow="osb", server="http://localhost"))
        self.tell(Started(at=self.at, request={"flow": "osb", "prompt": "p"}, session="s"))
        self.hand_over("")
        self.sent("")

    def tell(self, told):
        self.conversation.apply(told)
        self.inputs.append(told)

    def now(self):
        self.at += 0.25
        return self.at

    def does(self, letter, rest):
        action = DOES.get(letter)
        if action is None:
            return
        action(self, rest)
        self.holds()

    # --- the server ------------------------------------------------------------------------------

    def receive(self, text):
        if not self.connected:
            return
        conversation = self.conversation
        before, settled = conversation.count, conversation.readiness.settled
        questions = self.questions()
        self.tell(FrameReceived.model_construct(at=self.now(), text=text))
        whole = replace_surrogates(text)
        assert conversation.frames[-1].direction == "in"
        assert conversation.frames[-1].text == whole
        # What is held may go out at once, as the answer to what the frame asks.
        made = [conversation.entry(n) for n in range(before + 1, conversation.count + 1)]
        made = [entry for entry in made if entry.body.kind != "answer"]
        new, entry = len(made), made[0] if made else None
        assert new <= 1, f"one frame made {new} entries"
        again = whole in self.heard
        self.heard.add(whole)
        message = decode(whole)
        if isinstance(message, Unknown):
            assert again or (entry.body.kind, entry.body.raw) == ("unknown", whole)
            assert message.why, "it is not said what is odd"
        elif isinstance(message, Result | EventMessage | ErrorMessage):
            assert again or new == 1, f"a {type(message).__name__} was swallowed"
        elif isinstance(message, Calling):
            assert new == 0, "what hands work over is no talk"
        elif isinstance(message, UiMessage):
            # Put again it is the same question, and is counted there.
            put = [one for one in self.questions() if one not in questions]
            same = [(one.content, one.options) for _, one in put if one.asked > 1]
            assert again or new == 1 or (message.content, message.options) in same
        if entry is not None:
            assert conversation.frames[entry.frame].text == whole
        assert not settled or conversation.readiness.settled, "it came back from its end"

    def questions(self):
        entries = self.conversation.entries
        return [(entry.id, entry.body) for entry in entries if entry.body.kind == "question"]

    # --- the manager -----------------------------------------------------------------------------

    def respond(self, verdict, content, *, aimed=False, confirm=None):
        question = self.conversation.status.question if aimed else None
        before = {held.id for held in self.conversation.status.held}
        told = Responded.model_construct(
            do="respond",
            at=self.now(),
            verdict=verdict,
            content=replace_surrogates(content),
            question=question,
            confirm=confirm,
        )
        if self.may(told):
            self.typed += 1
            for held in self.conversation.status.held:
                if held.id not in before:
                    self.held[held.id] = held.content
            assert before <= {held.id for held in self.conversation.status.held} | set(self.held)

    def edit(self, rest):
        number, words = self.number(rest)
        if self.may(HeldEdited(at=self.now(), held=number, content=replace_surrogates(words))):
            self.held[number] = replace_surrogates(words)

    def remove(self, rest):
        number, _ = self.number(rest)
        if self.may(HeldRemoved(at=self.now(), held=number)):
            self.typed -= 1

    def release(self, rest):
        number, _ = self.number(rest)
        question = self.conversation.status.question or 0
        self.may(HeldReleased(at=self.now(), held=number, question=question))

    def may(self, told):
        """Whether it was taken; what is refused changes nothing."""
        before = self.conversation.since(0, 0.0)
        try:
            self.tell(told)
        except AnswerError as problem:
            said = str(problem)
            assert said, "it was refused without a sentence"
            after = self.conversation.since(0, 0.0)
            assert (before.entries, before.status) == (after.entries, after.status)
            return False
        return True

    def number(self, rest):
        """One of the held, or a number that none has; and the words after it."""
        held = self.conversation.status.held
        place, words = (ord(rest[0]) if rest else 0), rest[1:]
        return (held[place % len(held)].id if held and place % 7 else place), words

    # --- the connection --------------------------------------------------------------------------

    def hand_over(self, _rest):
        frames = self.conversation.data_to_send()
        self.inputs.append(FramesTaken(at=self.now()))
        for frame in frames:
            read = json.loads(frame.text)
            frame.text.encode()
            if frame.answer is not None:
                self.given[frame.answer] += 1
                said = self.conversation.entry(frame.answer).body
                sent = (read.get("confirm"), read.get("selection"))
                assert sent == (said.confirm, said.selection), "it shows other than what went out"
        self.handed += frames

    def sent(self, rest):
        if self.handed and self.connected:
            self.fate(FrameSent, pinged=bool(rest))

    def arrived(self, rest):
        """A pong comes, for an answer or for none; the server may say what it likes."""
        self.tell(Acknowledged(at=self.now(), answer=ord(rest[0]) % 64 if rest else 0))

    def lost(self, _rest):
        if self.handed and self.connected:
            self.fate(FrameLost)

    def unsent(self, _rest):
        if self.handed:
            self.fate(FrameNotSent)

    def fate(self, became, **more):
        frame = self.handed.pop(0)
        self.tell(became(at=self.now(), text=frame.text, answer=frame.answer, **more))

    def disconnected(self, rest):
        if self.connected and not self.conversation.readiness.settled:
            self.connected = False
            self.tell(Disconnected(at=self.now(), reason=replace_surrogates(rest) or "It broke."))

    def reconnected(self, _rest):
        if not self.connected and not self.conversation.readiness.settled:
            self.connected = True
            self.tell(Reconnected(at=self.now()))

    def settles(self, how, rest):
        self.tell(how(at=self.now(), reason=replace_surrogates(rest) or "It is over."))

    def page_hears(self, rest):
        """A patch goes to the page; with words, it is lost on the way."""
        patch = self.conversation.since(self.page.given, self.now())
        self.page.given = patch.seq
        if not rest:
            self.page.apply(patch, self.conversation)

    # --- what must hold --------------------------------------------------------------------------

    def holds(self):
        """After each line: what is cheap to know."""
        status, conversation = self.conversation.status, self.conversation
        answers = 0
        opened = []
        for entry in conversation.entries:
            if entry.body.kind == "answer":
                answers += 1
                assert not (entry.body.confirm and refuses(entry.body)), "a refusal went as a yes"
            elif entry.body.kind == "question":
                replies = [conversation.entry(number).body for number in entry.replies]
                assert sum(reply.state == "sent" for reply in replies) <= 1
                if entry.body.state == "open":
                    opened.append(entry.id)
        assert opened == ([status.question] if status.question else [])
        if status.readiness.settled:
            assert not opened, "a question is open after the end"
            assert not status.remarks
        if status.readiness is Readiness.ASKING:
            assert opened
        if status.readiness is Readiness.LISTENING:
            assert not opened
            assert self.connected
            assert not [held for held in status.held if held.verdict == "text"], "it is held"
        turn = conversation.turn
        assert turn is None or conversation.is_due(turn)
        assert self.typed == answers + len(status.held), "something typed is lost or doubled"
        for held in status.held:
            assert held.content == self.held[held.id]
        assert status.reason, "nothing says what is going on"
        assert not self.given or max(self.given.values()) == 1, "an answer went out twice"

    def holds_at_the_end(self):
        """After the script: what the page, a file and a replay make of it."""
        conversation = self.conversation
        patch = conversation.since(0, 1.0)
        text = patch.model_dump_json()
        text.encode()
        assert Patch.model_validate_json(text) == patch, "the page gets something else"
        json.dumps(patch.model_dump(mode="json"), allow_nan=False)
        self.page.apply(conversation.since(self.page.seq, 1.0), conversation)
        assert self.page.all() == (patch.entries, conversation.agents, conversation.status)
        transcript = Transcript.of(conversation)
        transcript.to_markdown()
        transcript.to_html()
        transcript.save(SAVED)
        again = Transcript.load(SAVED)
        assert again.hash == transcript.hash
        assert again.entries == transcript.entries
        assert Transcript.of(replayed(self.inputs)).hash == transcript.hash
        read = reread(self.inputs)
        assert Transcript.of(replayed(read)).hash == transcript.hash, "a cassette replays otherwise"


def refuses(answer):
    return answer.verdict == "reject" or meaning(answer.selection or "") is False


class Page:
    """The page's rule for patches."""

    def __init__(self):
        self.given = 0
        self.seq = 0
        self.entries = {}
        self.agents = ()
        self.status = None

    def apply(self, patch, conversation):
        if patch.base > self.seq:
            patch = conversation.since(self.seq, 1.0)
        if patch.seq > self.seq:
            self.entries |= {entry.id: entry for entry in patch.entries}
            self.agents = self.agents if patch.agents is None else patch.agents
            self.status = patch.status or self.status
            self.seq = patch.seq

    def all(self):
        return tuple(self.entries[n] for n in sorted(self.entries)), self.agents, self.status


DOES = {
    "i": Run.receive,
    "c": lambda run, rest: run.respond("confirm", rest),
    "r": lambda run, rest: run.respond("reject", rest),
    "o": lambda run, rest: run.respond("choice", rest),
    "y": lambda run, rest: run.respond("choice", rest, confirm=True),
    "n": lambda run, rest: run.respond("choice", rest, confirm=False),
    "t": lambda run, rest: run.respond("text", rest),
    "w": lambda run, rest: run.respond("text", rest, aimed=True),
    "m": lambda run, rest: run.respond("remark", rest),
    "e": Run.edit,
    "x": Run.remove,
    "v": Run.release,
    "h": Run.hand_over,
    "s": Run.sent,
    "g": Run.arrived,
    "l": Run.lost,
    "u": Run.unsent,
    "d": Run.disconnected,
    "a": Run.reconnected,
    "p": Run.page_hears,
    "S": lambda run, rest: run.settles(Stopped, rest),
    "F": lambda run, rest: run.settles(Failed, rest),
    "N": lambda run, rest: run.settles(Finished, rest),
    "G": lambda run, rest: run.settles(ConnectionGone, rest),
    "E": lambda run, rest: run.tell(
        ReasonChanged(at=run.now(), reason=replace_surrogates(rest) or "Wait.")
    ),
}
SAVED = Path(tempfile.mkdtemp(prefix="buttermilk-fuzz-")) / "transcript.jsonl"


def reread(inputs):
    """Inputs, as they come back from the lines of a cassette."""
    written = [json.dumps(line(told), ensure_ascii=False) for told in inputs]
    return [EVENTS.validate_python(json.loads(one)) for one in written]


def replayed(inputs, server="http://localhost"):
    """A conversation that is told these."""
    conversation = Conversation(server=server)
    for told in inputs:
        conversation.apply(told)
    return conversation


def lines(script):
    """The letter and the rest of each line. Bytes that are no text become lone surrogates."""
    text = script.decode("utf-8", "surrogateescape")
    return [(one[:1], one[1:]) for one in text.split("\n")[:MOST]]


def play(script):
    """Play a script, and see that all of it holds.

    Raises:
        AssertionError: something does not.
    """
    run = Run()
    for letter, rest in lines(script):
        run.does(letter, rest)
    run.holds_at_the_end()
    return run
