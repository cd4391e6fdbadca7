"""Other tools' recordings, made into cassettes and replayed."""

from __future__ import annotations

import json
import os

import pytest
from support.full_disk import Disk
from support.recorded_runs import warned
from support.recordings import NAMES, WIRE

from buttermilk_widget import BadCassette, Cassette, Conversation, Readiness, Session, Transcript
from buttermilk_widget.cassette.cassette import MODE
from buttermilk_widget.protocol.messages import RunFlow
from buttermilk_widget.transcript.convert import ENDS, SERVER, convert, inputs, read, split_runs

BEGAN = 1_764_000_000.0
RUNS = [name for name in NAMES if name != "http_endpoints"]
FLOW = {"type": "run_flow", "flow": "osb"}


@pytest.fixture(autouse=True)
def no_mode(monkeypatch):
    monkeypatch.delenv(MODE, raising=False)


@pytest.fixture
def source(tmp_path):
    return tmp_path / "recording.jsonl"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "runs" / "cassette.jsonl"


def recorded(*steps):
    """A recording's text: direction and frame, a second apart."""
    return "".join(
        json.dumps({"t": t, "dir": way, "frame": frame}) + "\n"
        for t, (way, frame) in enumerate(steps)
    )


def folded(text, number=0):
    """The conversation of one run in a recording."""
    conversation = Conversation()
    for told in inputs(split_runs(read(text))[number], BEGAN):
        conversation.apply(told)
    return conversation


def asks(content, *options):
    return "in", {"type": "ui_message", "outputs": {"content": content, "options": list(options)}}


def responds(**fields):
    return "out", {"type": "manager_response", **fields}


def said(*steps):
    """Question and answers, as the conversation has them, of a run with these steps."""
    bodies = [entry.body for entry in folded(recorded(("out", FLOW), *steps)).entries]
    return [(body.verdict, body.content) for body in bodies if body.kind == "answer"]


async def replayed(path):
    """The conversations of all runs in a cassette, replayed by sessions with no server."""
    cassette = Cassette(path, "replay")
    conversations = []
    for recording in cassette.recordings:
        async with Session("http://localhost:1", cassette=cassette) as session:
            session.start(RunFlow.model_validate(recording.request))
            while await session.more(session.conversation.count):
                pass
            await session.closed()  # some of it comes after the end
            conversations.append(session.conversation)
    return cassette.recordings, conversations


# --- every recording of a real server ------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
async def test_a_recording_replays_to_the_same_transcript_as_its_fold(name, target):
    path = WIRE / f"{name}.jsonl"
    assert convert(path, target, began=BEGAN) == target
    recordings, conversations = await replayed(target)
    assert len(recordings) == (2 if name == "new_session_per_run" else 1)
    for number, (recording, replay) in enumerate(zip(recordings, conversations, strict=True)):
        fold = folded(path.read_text(), number)
        assert Transcript.of(replay).hash == Transcript.of(fold).hash == recording.hash
        assert replay.readiness.value == recording.ended
        assert replay.status.server == recording.server == SERVER


@pytest.mark.parametrize("name", RUNS)
def test_every_frame_of_both_ways_is_in_the_cassette_as_it_was(name, target):
    text = (WIRE / f"{name}.jsonl").read_text()
    steps = [json.loads(line) for line in text.splitlines()]
    frames = [(s["dir"], s["frame"]) for s in steps if s["dir"] in ("in", "out")]
    convert(WIRE / f"{name}.jsonl", target, began=BEGAN)
    found = [
        (one.do, one.text)
        for recording in Cassette(target, "replay").recordings
        for one in recording.inputs
        if hasattr(one, "text")
    ]
    for (way, frame), (do, was) in zip(frames, found, strict=True):
        assert do == way or (way, do) == ("out", "unsent")
        assert was == frame["__raw__"] if "__raw__" in frame else json.loads(was) == frame


@pytest.mark.parametrize("name", RUNS)
def test_converting_twice_gives_the_same_file(name, tmp_path):
    one, other = (convert(WIRE / f"{name}.jsonl", tmp_path / n, began=BEGAN) for n in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_answers_are_those_of_the_recording_and_nobody_knows_who_gave_them():
    answers = [e.body for e in folded((WIRE / "real_ok.jsonl").read_text()).entries]
    answers = [body for body in answers if body.kind == "answer"]
    assert [(answer.verdict, answer.by) for answer in answers] == [("confirm", "replay")] * 4


def test_an_answer_that_no_question_was_open_for_is_a_frame_and_no_answer():
    conversation = folded((WIRE / "real_double_confirm.jsonl").read_text())
    frames = [json.loads(f.text)["type"] for f in conversation.frames if f.direction == "out"]
    assert frames.count("manager_response") == 6
    assert sum(entry.body.kind == "answer" for entry in conversation.entries) == 4


def test_a_break_is_a_gap_and_the_session_goes_on():
    conversation = folded((WIRE / "disconnect_at_prompt.jsonl").read_text())
    (gap,) = conversation.gaps
    assert (gap.body.began, gap.body.until) == (BEGAN + 3.725, BEGAN + 5.747)
    assert conversation.readiness is Readiness.ENDED
    assert conversation.session == "5498e0f3-8f20-42db-a202-d64099f10bfd"


def test_a_recording_that_ends_before_its_flow_says_so():
    conversation = folded((WIRE / "delete_mid_flow.jsonl").read_text())
    assert (conversation.readiness, conversation.status.reason) == (Readiness.LOST, ENDS)
    assert conversation.status.since == BEGAN + 6.012


def test_a_recording_with_no_run_is_refused(target):
    with pytest.raises(BadCassette, match="holds no run: no run_flow was sent in it"):
        convert(WIRE / "http_endpoints.jsonl", target)
    assert not target.exists()


# --- runs ----------------------------------------------------------------------------------------


def test_each_flow_asked_for_over_a_socket_of_its_own_is_a_run():
    opens = ("event", {"ws": "open", "session": "s-2"})
    two = split_runs(
        read(recorded(("in", "early"), ("out", FLOW), opens, ("out", {**FLOW, "prompt": "x"})))
    )
    assert [course.wanted.prompt for course in two] == [None, "x"]
    assert [len(course.steps) for course in two] == [2, 2]


@pytest.mark.parametrize("between", [[], [("event", {"ws": "open"}), ("in", "more")]])
def test_a_flow_asked_for_over_the_socket_of_another_is_a_frame_of_its_run(between):
    conversation = folded(recorded(("out", FLOW), *between, ("out", {**FLOW, "flow": "panel"})))
    assert conversation.status.flow == "osb"
    assert [f.direction for f in conversation.frames].count("out") == 2


def test_a_flow_that_cannot_be_asked_for_is_refused():
    with pytest.raises(BadCassette, match="asks for a flow in a way that cannot be replayed, at 1"):
        split_runs(read(recorded(("http", {}), ("out", {**FLOW, "prompt": 5}))))


def test_a_frame_that_was_not_sent_is_none_that_was():
    failed = ("event", {"send_failed": "the socket is closing"})
    asked, answered = asks("Go on?", "confirm", "reject"), responds(confirm=True)
    conversation = folded(recorded(("out", FLOW), asked, answered, failed))
    question, answer = (entry.body for entry in conversation.entries)
    assert (question.state, answer.state) == ("unanswered", "lost")


def test_odd_events_and_closed_sockets_change_nothing():
    ends = ("in", {"type": "flow_complete", "data": {}})
    closed, odd = ("event", {"ws": "closed"}), ("event", "a note")
    conversation = folded(recorded(("out", FLOW), odd, ends, closed, ("http", {})))
    assert conversation.readiness is Readiness.ENDED


# --- answers -------------------------------------------------------------------------------------


async def test_the_manager_s_messages_in_a_recorded_chat_are_answers_of_its_replay(target):
    convert(WIRE / "llm_chat.jsonl", target, began=BEGAN)
    _, (replay,) = await replayed(target)
    answers = [(e.about, e.body) for e in replay.entries if e.body.kind == "answer"]
    assert [(about, a.verdict, a.content, a.confirm, a.by) for about, a in answers] == [
        (3, "text", "hello there", None, "replay"),
        (None, "text", "please analyse it", None, "replay"),
        (None, "text", "please judge it", None, "replay"),
        (None, "text", "bye", None, "replay"),
    ]
    assert replay.readiness is Readiness.ENDED


async def test_a_recorded_choice_has_the_confirm_that_went_with_it(target):
    convert(WIRE / "options_from_an_agent.jsonl", target, began=BEGAN)
    _, (replay,) = await replayed(target)
    (answer,) = [e.body for e in replay.entries if e.body.kind == "answer"]
    assert (answer.verdict, answer.content, answer.confirm, answer.selection) == (
        "choice",
        "unsure",
        True,
        "unsure",
    )


def test_what_is_said_while_a_host_listens_is_said_if_it_is_words():
    greeting = (asks("Hi!"), responds(content="hello"))
    assert said(*greeting, responds(content="more"), responds(content=" ")) == [
        ("text", "hello"),
        ("text", "more"),
    ]
    assert said(*greeting, ("out", {"type": "ui_message", "content": "x"})) == [("text", "hello")]
    assert said(*greeting, responds(confirm=True), responds(content="on")) == [
        ("text", "hello"),
        ("text", "on"),
    ]


@pytest.mark.parametrize(
    ("options", "frame", "read_as"),
    [
        (("confirm", "reject"), {"confirm": True}, ("confirm", "", True, None)),
        (("confirm", "reject"), {"confirm": True, "content": "so"}, ("confirm", "so", True, None)),
        (
            ("confirm", "reject"),
            {"confirm": True, "selection": "confirm", "content": None, "halt": False},
            ("confirm", "", True, "confirm"),
        ),
        (("confirm", "reject"), {"confirm": False, "halt": True}, ("reject", "", False, None)),
        (("confirm", "reject"), {"confirm": False, "content": "no"}, ("reject", "no", False, None)),
        # The deployed server takes neither for a yes.
        (("confirm", "reject"), {"content": "yes"}, ("text", "yes", None, None)),
        (("confirm", "reject"), {"selection": "confirm"}, ("text", "confirm", None, "confirm")),
        (("confirm", "reject"), {"content": "perhaps"}, ("text", "perhaps", None, None)),
        (
            ("A", "B"),
            {"confirm": True, "selection": "B", "content": "x"},
            ("choice", "B", True, "B"),
        ),
        (("A", "B"), {"content": "A"}, ("choice", "A", None, None)),
        (("A", "B"), {"content": "a"}, ("text", "a", None, None)),
        (("A", "B"), {"content": "neither"}, ("text", "neither", None, None)),
        (("A", "B"), {"confirm": True}, ("confirm", "", True, None)),
        (("A", "B"), {"confirm": True, "selection": "C"}, ("confirm", "", True, "C")),
        ((), {"content": "words", "confirm": False}, ("text", "words", False, None)),
        ((), {"confirm": True, "selection": "go"}, ("confirm", "", True, "go")),
        # Nothing is decided and nothing said.
        (("confirm", "reject"), {"halt": True}, None),
        (("confirm", "reject"), {"interrupt": True, "human_in_loop": None}, None),
        (("confirm", "reject"), {"human_in_loop": False}, None),
        (("confirm", "reject"), {"content": "  "}, None),
        ((), {}, None),
        # The deployed server drops these without a word.
        (("confirm", "reject"), {"confirm": True, "mood": "good"}, None),
        (("confirm", "reject"), {"confirm": "true"}, None),
        ((), {"content": 5}, None),
    ],
)
def test_an_answer_is_what_its_frame_says_and_no_more(options, frame, read_as):
    conversation = folded(recorded(("out", FLOW), asks("What now?", *options), responds(**frame)))
    given = [entry.body for entry in conversation.entries if entry.body.kind == "answer"]
    assert [(one.verdict, one.content, one.confirm, one.selection) for one in given] == (
        [read_as] if read_as else []
    )
    assert [one.by for one in given] == ["replay"] * len(given)
    question = conversation.entries[1].body
    assert question.state == ("answered" if read_as else "unanswered")


@pytest.mark.parametrize(
    ("frame", "read_as"),
    [
        ({"type": "manager_response", "content": "yes"}, ("confirm", "yes")),
        ({"type": "ui_message", "content": "No."}, ("reject", "No.")),
        (
            {"type": "manager_response", "content": "let me think", "more": 1},
            ("text", "let me think"),
        ),
        ({"type": "ui_message", "data": {"content": "yes"}}, None),
    ],
)
def test_a_documented_server_reads_words(frame, read_as):
    asked = ("in", {"type": "ui_message", "data": {"content": "Please confirm."}})
    assert said(asked, ("out", frame)) == ([read_as] if read_as else [])


def test_the_deployed_server_hears_no_ui_message():
    assert said(asks("Words?"), ("out", {"type": "ui_message", "content": "words"})) == []


def test_what_a_recording_shows_of_the_manager_is_in_the_ledger_and_no_more():
    ledgers = {
        name: [
            (one.verdict, one.words, one.confirm, one.by, one.outcome)
            for one in Transcript.of(folded((WIRE / f"{name}.jsonl").read_text())).decisions
        ]
        for name in ("real_doc_reply", "halt", "interrupt_resume", "options_from_an_agent")
    }
    assert ledgers["real_doc_reply"] == [("text", "yes", None, "replay", "rejected")] * 4
    assert ledgers["halt"] == [
        ("reject", "", False, "replay", "rejected"),
        *[("confirm", "", True, "replay", "accepted")] * 3,
    ]
    assert ledgers["interrupt_resume"] == []
    assert ledgers["options_from_an_agent"] == [("choice", "unsure", True, "replay", "accepted")]


def test_what_a_chat_s_host_was_told_is_what_the_manager_said():
    conversation = folded((WIRE / "llm_chat.jsonl").read_text())
    answers = [entry.body for entry in conversation.entries if entry.body.kind == "answer"]
    assert [(one.verdict, one.content, one.state) for one in answers] == [
        ("text", words, "sent")
        for words in ("hello there", "please analyse it", "please judge it", "bye")
    ]


def test_words_between_two_questions_are_a_remark_if_they_are_nothing_else():
    first = (asks("Go on?", "confirm", "reject"), responds(confirm=True))
    for words, remarks in (
        ({"content": "hear me"}, [("remark", "hear me")]),
        ({"content": "yes", "confirm": True}, []),
        ({"interrupt": True}, []),
    ):
        assert said(*first, responds(**words)) == [("confirm", ""), *remarks]


def test_what_is_no_answer_and_what_went_while_there_was_no_connection_answers_nothing():
    asked = asks("Words?")
    assert said(asked, ("out", {"type": "other", "content": "x"})) == []
    assert said(asked, ("out", "no json")) == []
    assert said(asked, ("out", "[" * 10_000)) == []
    assert said(asked, ("event", {"ws": "closed"}), responds(content="x")) == []


# --- the lines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The recording is empty"),
        ("\n \n", "The recording is empty"),
        ("no json", r"no recording of a server\. Its line 1: it is not JSON"),
        ("[" * 100_000, r"no recording of a server\. Its line 1: it is not JSON"),
        ('{"x": 1}', r"no recording of a server\. Its line 1: it is not of the form"),
        ('{"cassette": 1}', "a cassette already"),
        ('{"transcript": 1}', r"a transcript: Transcript\.load reads it"),
        *(
            (recorded(("in", {})) + line + "\n" + recorded(("in", {})), f"Line 2 .* bad: {why}")
            for line, why in (
                ("{", r"it is not JSON\. Mend it or take it out, and convert again"),
                ("[]", "it is not of the form"),
                ('{"t": true, "dir": "in", "frame": {}}', "it is not of the form"),
                ('{"t": NaN, "dir": "in", "frame": {}}', "it is not of the form"),
                ('{"t": 1e10, "dir": "in", "frame": {}}', "it is not of the form"),
                ('{"t": "1", "dir": "in", "frame": {}}', "it is not of the form"),
                ('{"t": 1, "dir": "up", "frame": {}}', "it is not of the form"),
                ('{"t": 1, "dir": "in"}', "it is not of the form"),
            )
        ),
    ],
)
def test_what_is_no_recording_is_refused_with_its_line(text, sentence):
    with pytest.raises(BadCassette, match=sentence):
        read(text)


def test_a_last_line_that_was_half_written_and_empty_lines_are_left_out():
    text = recorded(("out", FLOW), ("in", {"type": "ready"}))
    assert [step.way for step in read(f"\n{text}\n{text[:20]}")] == ["out", "in"]


def test_a_frame_is_an_object_or_its_text_and_stays_what_it_was():
    frames = ["{ not json", {"__raw__": '{"a":  1}', "chars": 9}, {"é": "\ud800"}, ["x"], None]
    steps = read(recorded(*(("in", frame) for frame in frames)))
    assert [step.text for step in steps] == [
        *("{ not json", '{"a":  1}', '{"é": "\N{REPLACEMENT CHARACTER}"}', '["x"]', "null")
    ]
    assert [step.frame for step in steps][:2] == [{}, {"a": 1}]


# --- the file ------------------------------------------------------------------------------------


def began(path):
    return Cassette(path, "replay").recordings[0].at


def test_the_beginning_is_as_given_or_as_the_server_or_the_file_says(source, target):
    odd = ("in", {"type": "x", "timestamp": "soon"}), ("in", {"type": "x", "timestamp": 5})
    zoned = ("in", {"type": "x", "timestamp": "2026-11-23T01:00:04+01:00"})
    local = ("in", {"type": "x", "timestamp": "2026-11-23T00:00:04"})
    for dated in (zoned, local):
        source.write_text(recorded(("out", FLOW), *odd, dated))
        assert began(convert(source, target)) == 1_795_392_001.0
    assert began(convert(source, target, began=7.0)) == 7.0
    source.write_text(recorded(("out", FLOW), *odd))
    os.utime(source, (BEGAN, BEGAN))
    assert began(convert(source, target)) == BEGAN - 2


def test_a_cassette_is_made_anew_and_whole_or_not_at_all(source, target):
    source.write_text(recorded(("out", FLOW)))
    before = convert(source, target).read_text()
    assert convert(source, target).read_text() == before
    source.write_text(recorded(("out", FLOW)) + "bad\n" + recorded(("out", FLOW)))
    with pytest.raises(BadCassette, match="Line 2"):
        convert(source, target)
    assert target.read_text() == before


def test_a_file_that_cannot_be_read_or_written_is_a_sentence(source, tmp_path):
    with pytest.raises(BadCassette, match="cannot be read: No such file"):
        convert(source, tmp_path / "x")
    source.write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadCassette, match="cannot be read: it is not text in UTF-8"):
        convert(source, tmp_path / "x")
    source.write_text(recorded(("out", FLOW)))
    with pytest.raises(BadCassette, match="a file of its own"):
        convert(source, source)
    with pytest.raises(BadCassette, match="cannot be written: Is a directory"):
        convert(source, tmp_path)


def test_a_mode_that_the_environment_wants_is_for_runs_and_not_for_converting(
    source, target, monkeypatch
):
    source.write_text(recorded(("out", FLOW)))
    monkeypatch.setenv(MODE, "replay")
    assert convert(source, target).exists()


def test_on_a_full_disk_the_cassette_that_was_there_stays(tmp_path):
    path = tmp_path / "c.jsonl"
    convert(WIRE / "real_ok.jsonl", path)
    before = path.read_bytes()
    for room in (0, 100, 5000):
        with Disk(room), pytest.raises(BadCassette, match="cannot be written: No space left"):
            convert(WIRE / "real_types.jsonl", path)
        assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["c.jsonl"]


def test_half_an_emoji_anywhere_is_replaced(source, target):
    half = "\ud83d"
    asked = {"type": "run_flow", "flow": "osb", "prompt": half, half: [half]}
    said = {"type": "chat_message", "outputs": {half: half, "content": half}, "timestamp": half}
    source.write_text(
        recorded(("out", asked), ("in", said), ("in", {"__raw__": half}), ("in", half))
    )
    (made,) = Cassette(convert(source, target), "replay").recordings
    assert made.request == {"flow": "osb", "prompt": "\ufffd", "\ufffd": ["\ufffd"]}
    assert Transcript.load(target).hash == made.hash


def test_what_looks_like_a_secret_is_said_with_its_line(tmp_path):
    frame = {"type": "run_flow", "flow": "osb", "prompt": "use sk-0123456789abcdefXYZ"}
    (tmp_path / "wire.jsonl").write_text(json.dumps({"t": 0, "dir": "out", "frame": frame}))
    with warned(r"holds what looks like an API key \(line 2\)"):
        convert(tmp_path / "wire.jsonl", tmp_path / "c.jsonl")
