"""What holds of a conversation whatever is thrown at it."""

from __future__ import annotations

import copy
import json

from fuzz.play import replayed, reread
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from support.recordings import EVERY_FRAME

from buttermilk_widget import ButtermilkError, Readiness
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.events import (
    Acknowledged,
    ConnectionGone,
    Disconnected,
    Finished,
    FrameLost,
    FrameNotSent,
    FrameReceived,
    FrameSent,
    FramesTaken,
    HeldEdited,
    HeldReleased,
    HeldRemoved,
    Reconnected,
    Responded,
    Started,
    Stopped,
)
from buttermilk_widget.protocol.messages import RunFlow

TRIES = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ANY_TEXT = st.text(st.characters(), max_size=200)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
TYPES = [
    *sorted({json.loads(text)["type"] for text in EVERY_FRAME}),
    *("agent_announcement", "agent_trace", "flow_complete", "ready", "dance"),
]
KEYS = [
    *("content", "options", "agent_config", "agent_info", "agent_id", "role", "task_index"),
    *("participants", "is_error", "metadata", "outputs", "literature", "divergences", "source"),
    *("assessments", "record_id", "conclusion", "reasons", "prediction", "status", "waiting_on"),
    *("parameters", "more_tasks_remain", "fatal", "message_id", "timestamp", "call_id", "thought"),
]
PAYLOAD = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6) | JSON
ENVELOPE = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional={
        "data": PAYLOAD,
        "outputs": PAYLOAD,
        "agent_info": PAYLOAD,
        "message_id": JSON,
        "timestamp": JSON,
    },
)


def whole(conversation):
    """The patch crosses the comm as it is."""
    patch = conversation.since(0, 1.0)
    text = patch.model_dump_json()
    text.encode()
    json.dumps(patch.model_dump(mode="json"), allow_nan=False).encode()
    return patch


def receive(*texts):
    conversation = Conversation()
    conversation.start(RunFlow(flow="osb"), 0.0)
    for number, text in enumerate(texts):
        before = conversation.count
        conversation.receive(text, float(number))
        assert conversation.frames[-1].direction == "in"
        assert conversation.count - before <= 1
    whole(conversation)
    return conversation


@TRIES
@given(ANY_TEXT)
def test_any_text_is_received(text):
    receive(text)


@TRIES
@given(st.lists(JSON.map(json.dumps), max_size=3))
def test_any_json_is_received(texts):
    receive(*texts)


@TRIES
@given(st.lists(ENVELOPE.map(json.dumps), max_size=6))
def test_any_envelope_is_received(texts):
    receive(*texts)


@st.composite
def mutated(draw):
    """A recorded frame with something dropped, replaced or retagged at any depth, or cut off."""
    text = draw(st.sampled_from(EVERY_FRAME))
    how = draw(st.sampled_from(["cut", "retag", "drop", "replace", "twice"]))
    if how == "cut":
        return text[: draw(st.integers(0, len(text)))]
    if how == "twice":
        return text[:-1] + ", " + text[1:]
    frame = copy.deepcopy(json.loads(text))
    if how == "retag":
        return json.dumps({**frame, "type": draw(st.sampled_from(TYPES))})
    node = frame
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and node[key] and draw(st.booleans()):
            node = node[key]
            continue
        if how == "drop":
            del node[key]
        else:
            node[key] = draw(JSON)
        break
    return json.dumps(frame)


@TRIES
@given(st.lists(mutated(), min_size=1, max_size=5))
def test_mutated_recordings_are_received(texts):
    receive(*texts)


def test_the_worst_texts_are_received():
    deep = '{"type": "chat_message", "outputs": ' + '{"a": ' * 10_000 + "1" + "}" * 10_000 + "}"
    conversation = receive(
        deep,
        '{"type": "chat_message", "outputs": [NaN, -Infinity, 1e400]}',
        '{"type": "chat_message", "outputs": ' + "9" * 10_000 + "}",
        '{"type": "ui_message", "type": "chat_message", "outputs": "twice"}',
        '{"type": "chat_message", "outputs": "\\ud800"}',
        "\ud800",
    )
    assert [e.body.kind for e in conversation.entries] == [
        *("unknown", "json", "text", "text", "text", "unknown"),
    ]


class Store:
    """The page's rule, in a few lines."""

    def __init__(self):
        self.seq = 0
        self.entries = {}
        self.agents = ()
        self.status = None

    def apply(self, patch, ask):
        if patch.base > self.seq:
            patch = ask(self.seq)
        if patch.seq <= self.seq:
            return
        self.entries |= {entry.id: entry for entry in patch.entries}
        self.agents = patch.agents if patch.agents is not None else self.agents
        self.status = patch.status or self.status
        self.seq = patch.seq


MODES = {
    "unknown": None,
    "adaptive": {"execution_mode": "adaptive", "template": "t"},
    "sequential": {"execution_mode": "sequential"},
}
OPTIONS = [
    ["confirm", "reject"],
    ["Proceed", "Do not proceed"],
    ["a", "b"],
    ["a", "Yes", "Abort"],
    True,
    [],
    [],
]
REFUSALS = {"reject", "Do not proceed", "Abort"}


class Manager(RuleBasedStateMachine):
    """A person who types at any time, a server that asks at any time, a line that breaks.

    The flow may be a sequence, or a chat, or not say which. All that the conversation is told is
    told to another one as well, in the end.
    """

    def __init__(self):
        super().__init__()
        self.conversation = Conversation()
        self.inputs = []
        self.tell(Started(at=0.0, request={"flow": "osb"}))
        self.take()
        self.store = Store()
        self.at = 1.0
        self.words = 0
        self.kept = set()
        self.order = []  # of what was typed as words for no question, and not edited since
        self.connected = True
        self.ready = False
        self.sent = []
        self.given = 0
        self.listened = False

    def tell(self, told):
        self.conversation.apply(told)
        self.inputs.append(told)

    def take(self):
        """The frames that are to be sent; that they were taken is told."""
        self.inputs.append(FramesTaken(at=0.0))
        return self.conversation.data_to_send()

    def now(self):
        self.at += 1.0
        return self.at

    def receive(self, frame):
        self.tell(FrameReceived(at=self.now(), text=json.dumps(frame)))

    def respond(self, verdict, content="", question=None, confirm=None):
        """Whether it is taken; what is refused changes nothing."""
        before = self.conversation.since(0, 0.0)
        try:
            self.tell(
                Responded(
                    at=self.now(),
                    verdict=verdict,
                    content=content,
                    question=question,
                    confirm=confirm,
                )
            )
        except ButtermilkError:
            assert self.conversation.since(0, 0.0) == before
            return False
        return True

    @initialize(mode=st.sampled_from([*MODES]), greeted=st.booleans())
    def the_host_joins(self, mode, greeted):
        self.mode = mode
        if MODES[mode] is not None:
            config = {"agent_id": "HOST-1", "role": "HOST", "parameters": MODES[mode]}
            self.receive({"type": "system_message", "outputs": {"agent_config": config}})
        if greeted:
            self.is_asked([], same=False, number=None)
            self.types(aimed=True)
            assert (self.conversation.readiness is Readiness.LISTENING) == (mode != "sequential")

    @rule(aimed=st.booleans())
    def types(self, aimed):
        self.words += 1
        words = f"words {self.words}"
        question = self.conversation.status.question if aimed else None
        listening = self.conversation.readiness is Readiness.LISTENING
        if self.respond("text", words, question):
            self.kept.add(words)
            if question is None:
                self.order.append(words)
        else:
            assert not listening

    @rule(words=st.sampled_from(["yes", "no", "do not proceed", "Abort", "a"]), aimed=st.booleans())
    def types_what_may_be_an_answer(self, words, aimed):
        self.respond("text", words, self.conversation.status.question if aimed else None)

    @rule(verdict=st.sampled_from(["confirm", "reject"]))
    def decides(self, verdict):
        self.respond(verdict)

    @rule(
        option=st.sampled_from(["a", "b", "confirm", "Proceed", "Abort", "none"]),
        confirm=st.sampled_from([None, None, True, False]),
    )
    def chooses(self, option, confirm):
        self.respond("choice", option, confirm=confirm)

    @rule()
    def remarks(self):
        may = self.conversation.status.remarks
        assert self.respond("remark", "a remark") is may

    @rule(data=st.data())
    def edits_removes_or_releases(self, data):
        held = self.conversation.status.held
        if not held:
            return
        item = data.draw(st.sampled_from(held))
        how = data.draw(st.sampled_from(["edit", "remove", "release"]))
        if how == "edit":
            self.words += 1
            words = f"words {self.words}"
            self.tell(HeldEdited(at=self.now(), held=item.id, content=words))
            self.kept = (self.kept - {item.content}) | {words}
            self.order = [words if one == item.content else one for one in self.order]
        elif how == "remove":
            self.tell(HeldRemoved(at=self.now(), held=item.id))
            self.kept -= {item.content}
        elif item.facing is not None and self.connected:
            try:
                self.tell(HeldReleased(at=self.now(), held=item.id, question=item.facing))
            except ButtermilkError:
                assert item in self.conversation.status.held
            else:
                self.order = [one for one in self.order if one != item.content]

    @precondition(lambda self: self.connected)
    @rule(
        options=st.sampled_from(OPTIONS), same=st.booleans(), number=st.none() | st.integers(1, 2)
    )
    def is_asked(self, options, same, number):
        self.ready = True
        content = "again" if same else f"at {self.at}"
        frame = {"type": "ui_message", "outputs": {"content": content, "options": options}}
        self.receive(frame if number is None else {**frame, "message_id": f"q-{number}"})

    @precondition(lambda self: self.connected)
    @rule()
    def hears_a_result(self):
        self.receive({"type": "chat_message", "outputs": "hello", "agent_info": {"agent_id": "A"}})

    @precondition(lambda self: self.connected)
    @rule(outputs=st.sampled_from(["hello", {"a": 1}, None, {"content": "x", "is_error": True}]))
    def hears_a_bare_output(self, outputs):
        count = self.conversation.count
        bare = {"agent_id": "HOST-1", "metadata": {"model": "m"}, "outputs": outputs}
        self.receive({"type": "chat_message", "outputs": bare})
        assert self.conversation.count == count + 1
        assert self.conversation.entry(count + 1).speaker.key == "HOST-1"

    @precondition(lambda self: self.connected)
    @rule(
        words=st.sampled_from(["Calling A_call", "Calling A_call, B_call", "See. Calling A_call"])
    )
    def hears_that_work_is_handed_over(self, words):
        count = self.conversation.count
        bare = {"agent_id": "HOST-1", "metadata": {"tool_calls": 1}, "outputs": words}
        self.receive({"type": "chat_message", "outputs": bare})
        assert self.conversation.count - count == words.startswith("See")

    @precondition(lambda self: self.connected)
    @rule(more=st.sampled_from([{}, {"more_tasks_remain": False}, {"is_error": True}]))
    def hears_of_a_task(self, more):
        outputs = {"agent_id": "A", "role": "A", "task_index": 0, **more}
        self.receive({"type": "system_update", "outputs": outputs})

    @precondition(lambda self: self.connected)
    @rule(status=st.sampled_from(["idle", "pending"]), waiting=st.booleans())
    def hears_how_the_flow_is(self, status, waiting):
        outputs = {"status": status, "message": status, "waiting_on": {"A": 1} if waiting else {}}
        before = self.conversation.readiness
        self.receive({"type": "system_update", "outputs": outputs})
        assert self.conversation.readiness is before

    @precondition(lambda self: self.connected)
    @rule()
    def hears_ready(self):
        self.ready = True
        self.receive({"type": "ready", "data": {"content": "set up"}})

    @precondition(lambda self: self.connected)
    @rule(fate=st.sampled_from(["sent", "sent", "sent", "pinged", "lost", "unsent"]))
    def hands_over(self, fate):
        for frame in self.take():
            fields = {"at": self.now(), "text": frame.text, "answer": frame.answer}
            became = {"lost": FrameLost, "unsent": FrameNotSent}.get(fate, FrameSent)
            self.tell(became(**fields, **({"pinged": True} if fate == "pinged" else {})))
            if fate != "unsent":
                self.sent.append(frame)
        if fate in ("lost", "unsent"):
            self.drops()

    @precondition(lambda self: self.connected)
    @rule(data=st.data())
    def hears_that_an_answer_arrived(self, data):
        answers = [frame.answer for frame in self.sent if frame.answer is not None]
        if answers:
            self.tell(Acknowledged(at=self.now(), answer=data.draw(st.sampled_from(answers))))

    @precondition(lambda self: self.connected)
    @rule()
    def drops(self):
        self.connected = False
        self.tell(Disconnected(at=self.now(), reason="It dropped."))

    @precondition(lambda self: not self.connected)
    @rule()
    def comes_back(self):
        self.connected = True
        if not self.conversation.readiness.settled:
            self.tell(Reconnected(at=self.now()))

    @precondition(lambda self: self.words > 4)
    @rule(how=st.sampled_from([Stopped, Finished, ConnectionGone]))
    def ends(self, how):
        self.tell(how(at=self.now(), reason="It is over."))

    @rule(lost=st.booleans(), twice=st.booleans())
    def the_page_hears(self, lost, twice):
        patch = self.conversation.since(self.given, self.at)
        self.given = patch.seq
        for _ in range((not lost) + twice):
            self.store.apply(patch, lambda seq: self.conversation.since(seq, self.at))

    def answers(self):
        return [e for e in self.conversation.entries if e.body.kind == "answer"]

    @invariant()
    def nothing_typed_is_lost_or_doubled(self):
        held = [item.content for item in self.conversation.status.held if item.verdict == "text"]
        said = [e.body.content for e in self.answers()]
        ours = [words for words in held + said if words.startswith("words")]
        assert sorted(ours) == sorted(self.kept)

    @invariant()
    def what_was_typed_for_no_question_goes_out_in_its_order(self):
        said = [e.body.content for e in self.answers() if e.body.content in self.order]
        held = [h.content for h in self.conversation.status.held if h.content in self.order]
        kept = [words for words in self.order if words in self.kept]
        assert said + held == kept

    @invariant()
    def nothing_is_held_while_the_host_listens(self):
        if self.conversation.readiness is Readiness.LISTENING:
            self.listened = True
            assert self.connected
            assert self.mode != "sequential"
            assert self.conversation.question is None
            assert not [h for h in self.conversation.status.held if h.verdict == "text"]

    @invariant()
    def no_refusal_goes_out_as_a_yes(self):
        for entry in self.answers():
            if entry.body.verdict == "reject" or entry.body.selection in REFUSALS:
                assert entry.body.confirm is not True
            if entry.body.verdict == "text":
                assert entry.body.confirm is None
        for text in (frame.text for frame in self.sent):
            frame = json.loads(text)
            assert not (frame.get("confirm") and frame.get("selection") in REFUSALS)

    @invariant()
    def what_an_answer_shows_is_what_goes_out(self):
        for frame in self.sent:
            if frame.answer is not None:
                body, text = self.conversation.entry(frame.answer).body, json.loads(frame.text)
                assert (body.confirm, body.selection) == (
                    text.get("confirm"),
                    text.get("selection"),
                )

    @invariant()
    def nothing_goes_out_before_the_server_is_ready(self):
        if not self.ready:
            assert not [f for f in self.sent if f.answer is not None]
            assert self.conversation.question is None

    @invariant()
    def a_question_has_one_answer_but_for_those_that_were_lost(self):
        for entry in self.conversation.entries:
            if entry.body.kind == "question":
                answers = [self.conversation.entry(n).body for n in entry.replies]
                assert sum(answer.state == "sent" for answer in answers) <= 1

    @invariant()
    def no_frame_goes_out_twice(self):
        answers = [frame.answer for frame in self.sent if frame.answer is not None]
        assert len(answers) == len(set(answers))

    @invariant()
    def the_state_is_consistent(self):
        status = self.conversation.status
        if status.readiness is Readiness.ASKING:
            assert self.conversation.question.body.state == "open"
            assert self.connected
        if status.readiness.settled:
            assert status.question is None
        opened = [
            e
            for e in self.conversation.entries
            if e.body.kind == "question" and e.body.state == "open"
        ]
        assert [e.id for e in opened] == ([status.question] if status.question else [])
        if status.remarks:
            assert self.ready
            assert self.connected
            assert status.readiness is Readiness.WORKING

    @invariant()
    def a_turn_is_the_manager_s_and_new_turns_have_new_numbers(self):
        turn = self.conversation.turn
        if turn is None:
            return
        assert self.conversation.readiness in (Readiness.ASKING, Readiness.LISTENING)
        assert self.conversation.is_due(turn)
        asked = [e.body.number for e in self.conversation.entries if e.body.kind == "question"]
        assert turn.number > max(asked, default=0) or turn.form != "chat"

    def teardown(self):
        self.store.apply(self.conversation.since(self.store.seq, self.at), None)
        patch = whole(self.conversation)
        assert (
            tuple(self.store.entries[number] for number in sorted(self.store.entries))
            == patch.entries
        )
        assert self.store.status == self.conversation.status
        assert self.store.agents == self.conversation.agents
        assert replayed(reread(self.inputs), server=None).since(0, 1.0) == patch


Manager.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestManager = Manager.TestCase
