"""What holds of a conversation whatever is thrown at it."""

from __future__ import annotations

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from recordings import EVERY_FRAME

from buttermilk_widget import ButtermilkError, Readiness
from buttermilk_widget.conversation import Conversation
from buttermilk_widget.messages import RunFlow

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


class Manager(RuleBasedStateMachine):
    """A person who types at any time, a server that asks at any time, a line that breaks."""

    def __init__(self):
        super().__init__()
        self.conversation = Conversation()
        self.conversation.start(RunFlow(flow="osb"), 0.0)
        self.conversation.data_to_send()
        self.store = Store()
        self.at = 1.0
        self.words = 0
        self.kept = set()
        self.connected = True
        self.ready = False
        self.sent = []
        self.given = 0

    def now(self):
        self.at += 1.0
        return self.at

    def receive(self, frame):
        self.conversation.receive(json.dumps(frame), self.now())

    def respond(self, verdict, content="", question=None):
        try:
            self.conversation.respond(verdict, content, self.now(), question=question)
        except ButtermilkError:
            return False
        return True

    @rule(aimed=st.booleans())
    def types(self, aimed):
        self.words += 1
        words = f"words {self.words}"
        question = self.conversation.status.question if aimed else None
        if self.respond("text", words, question):
            self.kept.add(words)

    @rule(verdict=st.sampled_from(["confirm", "reject"]))
    def decides(self, verdict):
        self.respond(verdict)

    @rule(option=st.sampled_from(["a", "b", "confirm", "none"]))
    def chooses(self, option):
        self.respond("choice", option)

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
            self.conversation.edit_held(item.id, words, self.now())
            self.kept = (self.kept - {item.content}) | {words}
        elif how == "remove":
            self.conversation.remove_held(item.id, self.now())
            self.kept -= {item.content}
        elif item.facing is not None and self.connected:
            try:
                self.conversation.release_held(item.id, item.facing, self.now())
            except ButtermilkError:
                assert item in self.conversation.status.held

    @precondition(lambda self: self.connected)
    @rule(form=st.sampled_from([["confirm", "reject"], ["a", "b"], []]), same=st.booleans())
    def is_asked(self, form, same):
        self.ready = True
        self.receive(
            {
                "type": "ui_message",
                "outputs": {"content": "again" if same else f"at {self.at}", "options": form},
            }
        )

    @precondition(lambda self: self.connected)
    @rule()
    def hears_a_result(self):
        self.receive({"type": "chat_message", "outputs": "hello", "agent_info": {"agent_id": "A"}})

    @precondition(lambda self: self.connected)
    @rule()
    def hears_ready(self):
        self.ready = True
        self.receive({"type": "ready", "data": {"content": "set up"}})

    @precondition(lambda self: self.connected)
    @rule(fate=st.sampled_from(["sent", "sent", "sent", "lost", "unsent"]))
    def hands_over(self, fate):
        for frame in self.conversation.data_to_send():
            getattr(self.conversation, fate)(frame, self.now())
            if fate != "unsent":
                self.sent.append(frame)
        if fate != "sent":
            self.drops()

    @precondition(lambda self: self.connected)
    @rule()
    def drops(self):
        self.connected = False
        self.conversation.disconnected("It dropped.", self.now())

    @precondition(lambda self: not self.connected)
    @rule()
    def comes_back(self):
        self.connected = True
        if not self.conversation.readiness.settled:
            self.conversation.reconnected(self.now())

    @precondition(lambda self: self.words > 4)
    @rule()
    def ends(self):
        self.conversation.stop("Stopped.", self.now())

    @rule(lost=st.booleans(), twice=st.booleans())
    def the_page_hears(self, lost, twice):
        patch = self.conversation.since(self.given, self.at)
        self.given = patch.seq
        for _ in range((not lost) + twice):
            self.store.apply(patch, lambda seq: self.conversation.since(seq, self.at))

    @invariant()
    def nothing_typed_is_lost_or_doubled(self):
        held = [item.content for item in self.conversation.status.held if item.verdict == "text"]
        said = [
            entry.body.content
            for entry in self.conversation.entries
            if entry.body.kind == "answer" and entry.body.content.startswith("words")
        ]
        assert sorted(held + said) == sorted(self.kept)

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

    def teardown(self):
        self.store.apply(self.conversation.since(self.store.seq, self.at), None)
        patch = whole(self.conversation)
        assert (
            tuple(self.store.entries[number] for number in sorted(self.store.entries))
            == patch.entries
        )
        assert self.store.status == self.conversation.status
        assert self.store.agents == self.conversation.agents


Manager.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestManager = Manager.TestCase
