"""Text to message, in both dialects and in none."""

from __future__ import annotations

import json
from functools import partial

import pytest
from support.costs import walks
from support.recordings import EVERY_FRAME

from buttermilk_widget.protocol.decode import decode, encode, replace_surrogates
from buttermilk_widget.protocol.messages import (
    Announcement,
    Calling,
    Ended,
    ErrorMessage,
    EventMessage,
    ManagerResponse,
    Participants,
    Progress,
    Ready,
    Remark,
    Result,
    RunFlow,
    TaskCompleted,
    TaskStarted,
    UiMessage,
    Unknown,
)

INFO = {"agent_id": "J-1", "role": "JUDGE", "agent_name": "Judge", "parameters": {"model": "m"}}


def read(frame):
    return decode(json.dumps(frame))


def deployed(kind, outputs, **more):
    return read({"type": kind, "message_id": "m1", "timestamp": "t", "outputs": outputs, **more})


def documented(kind, content=None):
    return read({"type": kind, "data": content} if content is not None else {"type": kind})


def payload(message):
    assert isinstance(message, Result), message
    return message.payload


# --- the documented dialect ----------------------------------------------------------------------


def test_the_document_s_own_ui_message():
    message = documented("ui_message", {"content": "Please confirm."})
    assert isinstance(message, UiMessage)
    assert (message.content, message.options, message.dialect) == (
        "Please confirm.",
        (),
        "documented",
    )


def test_a_documented_announcement():
    message = documented("agent_announcement", {"agent_config": INFO, "status": "active"})
    assert isinstance(message, Announcement)
    assert message.agent.key == "J-1"
    assert message.status == "active"


@pytest.mark.parametrize(
    ("outputs", "kind"),
    [
        ("plain words", "text"),
        ({"content": "words"}, "text"),
        ({"a": 1}, "json"),
        ([1, 2], "json"),
        (None, "json"),
        ({"content": "x", "name": "search", "call_id": "c", "results": []}, "tool"),
        ({"conclusion": "c", "prediction": True}, "judgement"),
        ({"conclusion": "c", "reasons": ["r"]}, "judgement"),
        ([{"prediction": "yes", "uncertainty": "low"}], "judgement"),
        ({"assessed_agent_id": "J-1", "correctness": "85%"}, "assessment"),
        ({"assessed_call_id": "m", "correctness": 1.0}, "assessment"),
        ({"assessments": []}, "assessment"),
        ({"conclusion": "c", "divergences": []}, "differences"),
        ({"response": "r", "literature": []}, "research"),
        ({"record_id": "r", "content": "c"}, "record"),
        ({"record_id": "r", "metadata": {"title": "T"}}, "record"),
    ],
)
def test_a_trace_is_known_by_its_shape(outputs, kind):
    message = documented("agent_trace", {"agent_info": INFO, "outputs": outputs, "call_id": "m9"})
    assert payload(message).kind == kind
    assert message.message_id == "m9"
    assert message.agent.role == "JUDGE"


@pytest.mark.parametrize(
    "inner",
    [
        {"outputs": {"content": "it broke", "is_error": True}},
        {"outputs": {"content": "it broke"}, "is_error": True},
        {"outputs": "it broke", "metadata": {"error": True}},
        {
            "outputs": {"content": "it broke", "conclusion": "", "prediction": False},
            "is_error": True,
        },
    ],
)
def test_a_trace_of_an_error_is_trouble(inner):
    message = documented("agent_trace", {"agent_info": INFO, **inner})
    assert isinstance(message, ErrorMessage)
    assert message.content == "it broke"


def test_the_end_the_start_and_a_failed_end():
    assert isinstance(documented("flow_complete"), Ended)
    assert isinstance(documented("flow_complete", {"status": "completed"}), Ended)
    failed = documented("flow_complete", {"status": "failed", "content": "it broke"})
    assert isinstance(failed, ErrorMessage)
    assert failed.fatal
    ready = documented("ready", {"flow": "osb", "content": "set up"})
    assert isinstance(ready, Ready)
    assert ready.content == "set up"


# --- the deployed dialect ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (("system_message", {"content": "flow_completed"}), Ended),
        (("system_message", {"content": "orchestrator_ready"}), Ready),
        (("system_message", {"agent_config": INFO, "announcement_type": "initial"}), Announcement),
        (("system_message", {"content": "hello", "source": "o"}), EventMessage),
        (("system_message", "hello"), EventMessage),
        (("system_message", {"odd": 1}), EventMessage),
        (("system_message", None), EventMessage),
        (("system_message", {"content": "bad", "is_error": True}), ErrorMessage),
        (("system_error", {"content": "bad", "is_error": True}), ErrorMessage),
        (("system_error", "bad"), ErrorMessage),
        (("system_update", {"agent_id": "J-1", "role": "JUDGE", "task_index": 0}), TaskStarted),
        (("system_update", {"agent_id": "J-1", "more_tasks_remain": False}), TaskCompleted),
        (("system_update", {"agent_id": "J-1", "is_error": True}), TaskCompleted),
        (("system_update", {"status": "pending", "waiting_on": {"J-1": 1}}), Progress),
        (("system_update", "somewhere"), Progress),
        (("chat_message", {"participants": {"JUDGE": "judges"}}), Participants),
        (("chat_message", "words"), Result),
        (("ui_message", {"content": "?", "options": ["a"]}), UiMessage),
        (("ui_message", "a bare question"), UiMessage),
        (("ui_message", None), UiMessage),
        (("ui_message", {"content": "bad", "is_error": True}), ErrorMessage),
    ],
)
def test_a_deployed_frame_means(frame, kind):
    message = deployed(*frame)
    assert type(message) is kind
    assert message.dialect == "deployed"
    assert message.message_id == "m1"
    assert message.timestamp == "t"


def test_the_odd_frame_without_outputs_is_trouble():
    message = read({"type": "system_message", "content": {"error": "cannot serialise"}})
    assert isinstance(message, ErrorMessage)
    assert "cannot serialise" in message.content


@pytest.mark.parametrize(
    "outputs",
    [
        {
            "agent_id": "H-1",
            "metadata": {"error": True},
            "outputs": {"content": "x", "is_error": True},
        },
        {"agent_id": "H-1", "metadata": {"error": True}, "content": "x"},
        {"agent_id": "H-1", "outputs": "x", "is_error": True},
        {"agent_id": "H-1", "outputs": "x", "metadata": {"error": True}},
        {"agent_id": "H-1", "outputs": None, "error": "x"},
        {"agent_id": "H-1", "outputs": "", "metadata": {"error": "x"}},
        {"agent_id": "H-1", "outputs": {"content": "x"}, "error": [], "is_error": True},
        {"agent_id": "H-1", "outputs": {"content": "x", "is_error": True}, "metadata": None},
        {"content": "x", "is_error": True, "source": "H-1"},
    ],
)
def test_an_error_hides_in_a_chat_message(outputs):
    message = deployed("chat_message", outputs)
    assert isinstance(message, ErrorMessage)
    assert (message.content, message.source) == ("x", "H-1")


# --- bare outputs --------------------------------------------------------------------------------


def bare(outputs, metadata=None, **more):
    given = {"agent_id": "HOST-1", "outputs": outputs, "metadata": metadata or {}, **more}
    return deployed("chat_message", given)


def test_a_bare_output_is_the_words_of_its_agent():
    usage = {"prompt_tokens": 1, "completion_tokens": 2}
    message = bare("Hello.", {"model": "m", "finish_reason": "stop", "usage": usage})
    assert (payload(message).kind, payload(message).content) == ("text", "Hello.")
    assert message.agent.key == "HOST-1"
    assert message.metadata == {"model": "m", "finish_reason": "stop", "usage": usage}
    assert message.calls == 0


@pytest.mark.parametrize(
    ("outputs", "kind", "content"),
    [
        ("", "text", ""),
        (None, "text", ""),
        ({"content": "words", "thought": "hm"}, "text", "words"),
        ({"content": "words", "source": "HOST"}, "text", "words"),
        ([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], "text", "one\n\ntwo"),
        ({"content": [{"type": "text", "text": "one"}]}, "text", "one"),
        ({"conclusion": "c", "reasons": ["r"], "prediction": True}, "judgement", None),
        ({"assessed_call_id": "m", "correctness": 1.0}, "assessment", None),
        ({"response": "r", "literature": []}, "research", None),
        ({"record_id": "r", "content": "c"}, "record", "c"),
        ({"content": "x", "name": "search", "call_id": "c", "results": []}, "tool", "x"),
    ],
)
def test_a_bare_output_is_read_by_its_shape(outputs, kind, content):
    made = payload(bare(outputs))
    assert made.kind == kind
    assert content is None or made.content == content


@pytest.mark.parametrize(
    "outputs",
    [
        *(0, False, 1.5, [], {}, [1, 2], {"a": {"b": [1]}}, ["words", "in a list"]),
        [{"type": "text", "text": "one"}, {"type": "image", "url": "u"}],
        [{"type": "text", "text": "one", "annotations": [1]}],
        [{"type": "text", "text": 1}],
        [{"type": "text", "text": "one"}, "two"],
    ],
)
def test_any_other_json_of_an_agent_is_kept_as_it_is(outputs):
    message = bare(outputs)
    assert payload(message).kind == "json"
    assert payload(message).value == outputs
    assert message.agent.key == "HOST-1"


@pytest.mark.parametrize(
    ("given", "key", "metadata"),
    [
        ({"outputs": "hi"}, None, {}),
        ({"agent_id": "X-9", "outputs": "hi"}, "X-9", {}),
        ({"agent_id": None, "outputs": "hi", "metadata": [1]}, None, {}),
        ({"agent_id": 7, "outputs": "hi", "metadata": "so"}, "7", {}),
        ({"agent_id": "X", "outputs": "hi", "call_id": "c", "metadata": {"model": "m"}}, "X", {"call_id": "c", "model": "m"}),
    ],
)  # fmt: skip
def test_a_bare_output_may_have_less_or_more_beside_it(given, key, metadata):
    message = deployed("chat_message", given)
    assert payload(message).content == "hi"
    assert (message.agent and message.agent.key) == key
    assert message.metadata == metadata


def test_a_bare_output_that_says_nothing_is_no_raw_json():
    message = deployed("chat_message", {"agent_id": "HOST-1", "metadata": {"model": "m"}})
    assert (payload(message).kind, payload(message).content) == ("text", "")


def test_the_envelope_knows_better_who_speaks_and_where_its_trace_is():
    message = deployed(
        "chat_message",
        {"agent_id": "x", "outputs": "hi"},
        agent_info=INFO,
        tracing_link="https://trace.example/1",
    )
    assert (message.agent.key, message.tracing_link) == ("J-1", "https://trace.example/1")
    inner = {"agent_info": INFO, "outputs": "hi", "tracing_link": "t", "metadata": {"model": "m"}}
    message = documented("agent_trace", inner)
    assert (message.tracing_link, message.metadata) == ("t", {"model": "m"})


def test_what_looks_like_a_bare_output_and_has_words_of_its_own_is_no_such():
    message = deployed(
        "chat_message", {"content": "words", "agent_id": "a", "outputs": "o", "x": 1}
    )
    assert payload(message).content == "words"


@pytest.mark.parametrize(
    ("outputs", "tool_calls", "calls"),
    [
        ("Calling ANALYST_call", 1, 1),
        ("Calling ANALYST_call, JUDGE_call", 2, 2),
        ("Calling ANALYST_call and JUDGE_call.", 2, 2),
        ("Calling A_call, B_call, and C_call", 3, 3),
        (" Calling END_call ", True, 1),
        ("Calling A_call", [{"name": "A_call"}], 1),
        ("Calling A_call", "A_call", 1),
    ],
)
def test_that_a_host_hands_work_over_is_no_talk(outputs, tool_calls, calls):
    message = bare(outputs, {"tool_calls": tool_calls})
    assert isinstance(message, Calling)
    assert (message.content, message.calls, message.agent.key) == (outputs, calls, "HOST-1")


@pytest.mark.parametrize(
    ("outputs", "tool_calls", "calls"),
    [
        ("Let me see. Calling ANALYST_call", 1, 1),
        ("Calling ANALYST_call now", 1, 1),
        ("Calling", 1, 1),
        ({"content": "Calling A_call"}, 2, 2),
        (None, 1, 1),
        ("Calling ANALYST_call", 0, 0),
        ("Calling ANALYST_call", None, 0),
        ("Calling ANALYST_call", -3, 0),
        ("Calling ANALYST_call", [], 0),
        ("Calling ANALYST_call", {}, 0),
    ],
)
def test_words_beside_a_call_or_with_none_are_talk(outputs, tool_calls, calls):
    message = bare(outputs, {"tool_calls": tool_calls})
    assert isinstance(message, Result)
    assert message.calls == calls


def test_who_is_called_is_read_in_a_time_that_the_words_cannot_stretch():
    for words in (
        "Calling a" + "and" * 5000 + "!",
        "Calling a" + " and a" * 5000 + "!",
        "Calling " + "a," * 5000,
    ):
        assert isinstance(bare(words, {"tool_calls": 1}), Result)
        read = partial(bare, words, {"tool_calls": 1})
        assert walks(read, len(words), 3) <= 3  # 0.3 was measured


@pytest.mark.parametrize(
    ("given", "content"),
    [
        ({"outputs": {"a": 1}, "error": "it broke"}, '{"a": 1}\n\nit broke'),
        ({"outputs": "half of it", "error": ["one", {"code": 2}]}, 'half of it\n\none\n\n{"code": 2}'),
        ({"outputs": None, "is_error": True}, '{"agent_id": "HOST-1", "outputs": null, "is_error": true}'),
    ],
)  # fmt: skip
def test_a_bare_output_that_failed_says_what_it_has_and_what_went_wrong(given, content):
    message = deployed("chat_message", {"agent_id": "HOST-1", **given})
    assert isinstance(message, ErrorMessage)
    assert (message.content, message.agent.key, message.fatal) == (content, "HOST-1", False)


def test_a_bare_output_may_be_the_end_of_all():
    message = bare({"content": "out of tokens", "is_error": True, "fatal": True}, {"model": "m"})
    assert (message.content, message.fatal, message.metadata) == (
        "out of tokens",
        True,
        {"model": "m"},
    )


def test_what_a_model_used_is_kept_with_its_words():
    message = deployed(
        "chat_message",
        {"content": "x", "source": "A", "models_usage": {"prompt_tokens": 3}, "metadata": {"k": 1}},
    )
    assert message.metadata == {"models_usage": {"prompt_tokens": 3}, "k": 1}
    assert message.source == "A"


# --- questions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "read_as", "yes_or_no"),
    [
        (True, (), True),
        (False, (), False),
        (None, (), False),
        ([], (), False),
        (["a", "b"], ("a", "b"), False),
        (["a", 1, None, True], ("a", "1", "", "true"), False),
        ([["nested"], {"label": "x"}], ('["nested"]', '{"label": "x"}'), False),
        ("only this", ("only this",), False),
        (" ", (), False),
        (3, (), False),
        (1, (), False),
        ({"a": "b"}, (), False),
    ],
)
def test_options_of_any_kind(options, read_as, yes_or_no):
    for message in (
        deployed("ui_message", {"content": "?", "options": options}),
        documented("ui_message", {"content": "?", "options": options}),
    ):
        assert isinstance(message, UiMessage)
        assert (message.content, message.options, message.yes_or_no) == ("?", read_as, yes_or_no)


def test_a_record_joins_its_parts_and_has_its_text_once():
    record = payload(
        deployed(
            "record",
            {
                "record_id": 7,
                "metadata": {"title": "T"},
                "content": ["a", "b"],
                "text_content": "a b",
            },
        )
    )
    assert (record.record_id, record.title, record.content) == ("7", "T", "a\n\nb")
    assert (
        payload(deployed("record", {"text_content": "only this", "title": "U"})).content
        == "only this"
    )


def test_literature_may_be_cited_or_sourced_or_bare():
    research = payload(
        deployed(
            "research_result",
            {
                "response": "r",
                "literature": [{"summary": "s", "citation": "C"}, {"source": "S"}, "bare"],
            },
        )
    )
    assert [(item.summary, item.source) for item in research.literature] == [
        ("s", "C"),
        ("", "S"),
        ("bare", ""),
    ]
    assert payload(deployed("research_result", {"response": "r"})).literature == ()


@pytest.mark.parametrize("outputs", [{"prediction": "perhaps"}, [1], "just words", 3, None, {}])
def test_a_result_is_what_its_type_says_however_odd_its_payload_is(outputs):
    assert payload(deployed("judge_reasons", outputs)).kind == "judgement"
    assert payload(deployed("assessments", outputs)).kind == "assessment"
    assert payload(deployed("research_result", outputs)).kind == "research"


def test_a_result_that_is_an_error_is_trouble():
    message = deployed("judge_reasons", {"content": "it broke", "is_error": True})
    assert isinstance(message, ErrorMessage)
    assert message.content == "it broke"


def test_a_judgement_that_comes_as_talk_is_known_by_its_shape():
    for outputs in ({"conclusion": "c", "prediction": "no"}, '{"reasons": [], "prediction": 0}'):
        made = payload(deployed("chat_message", outputs))
        assert (made.kind, made.prediction) == ("judgement", False)


def test_the_envelope_s_fields_are_not_the_payload_s():
    made = documented(
        "judge_reasons",
        {"conclusion": "c", "agent_info": INFO, "message_id": "m", "call_id": "c", "more": 1},
    )
    assert payload(made).unread == {"more": 1}
    assert payload(documented("judge_reasons", "words")).conclusion == "words"


def test_a_result_type_is_read_in_the_other_envelope_too():
    wrapped = documented("judge_reasons", {"outputs": {"conclusion": "c"}, "agent_info": INFO})
    assert payload(wrapped).kind == "judgement"
    assert payload(documented("judge_reasons", {"conclusion": "c"})).kind == "judgement"
    assert payload(read({"type": "agent_trace", "outputs": "words"})).kind == "text"


def test_defaults_may_be_absent_at_every_depth():
    judgement = payload(deployed("judge_reasons", {}))
    assert (judgement.prediction, judgement.reasons, judgement.uncertainty) == (None, (), None)
    assert read({"type": "judge_reasons"}) is not None
    assert payload(deployed("chat_message", "x", agent_info={"role": "A", "parameters": None})).kind


@pytest.mark.parametrize("info", [{}, "words", {"agent_id": None}])
def test_an_agent_without_a_name_is_nobody(info):
    assert deployed("chat_message", "x", agent_info=info).agent is None


# --- neither -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "not an object"),
        ("3", "not an object"),
        ('{"type": "dance"}', "'dance'"),
        ('{"type": ["ui_message"]}', "neither dialect"),
        ("{}", "neither dialect"),
        ("[" * 100_000, "too deep to read"),
        ('{"type": "chat_message", "outputs": ' + "[" * 150 + "]" * 150 + "}", "too deep to show"),
    ],
)
def test_what_is_of_neither_dialect_says_why(text, why):
    message = decode(text)
    assert isinstance(message, Unknown)
    assert why in message.why


def test_a_payload_that_cannot_be_read_says_where():
    message = deployed("system_update", {"agent_id": "x", "task_index": "many"})
    assert isinstance(message, Unknown)
    assert message.why.startswith("task_index:")
    assert message.message_id == "m1"


def test_numbers_that_json_does_not_have_stay_words():
    value = payload(
        decode('{"type": "chat_message", "outputs": {"a": [NaN, Infinity, 1e999, 1.5, 3]}}')
    )
    assert value.value == {"a": ["NaN", "Infinity", "1e999", 1.5, 3]}
    digits = "9" * 5000
    assert payload(decode(f'{{"type": "chat_message", "outputs": [{digits}]}}')).value == [digits]


def test_lone_surrogates_are_mended_and_pairs_kept():
    content = payload(
        decode('{"type": "chat_message", "outputs": ["\\ud800", {"\\udfff": 1}, "\\ud83d\\ude00"]}')
    )
    assert content.value == ["\ufffd", {"\ufffd": 1}, "\U0001f600"]
    assert replace_surrogates("a\ud800b\U0001f600") == "a\ufffdb\U0001f600"


def test_every_recorded_frame_is_known():
    assert not [text for text in EVERY_FRAME if isinstance(decode(text), Unknown)]


# --- out -----------------------------------------------------------------------------------------


def test_frames_out_leave_out_what_is_not_said():
    assert json.loads(encode(RunFlow(flow="osb", criteria="c1"))) == {
        "type": "run_flow",
        "flow": "osb",
        "criteria": "c1",
    }
    assert json.loads(encode(ManagerResponse(confirm=True, content="yes"))) == {
        "type": "manager_response",
        "confirm": True,
        "content": "yes",
    }
    assert json.loads(encode(Remark(content="é"))) == {"type": "ui_message", "content": "é"}


# --- how much --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "read"),
    [
        (lambda: '"' + "a, b [c] {d} " * 100_000 + '"', True),  # words are one part
        (lambda: "[" + "0," * 299_900 + "0]", True),
        (lambda: "[" + "0," * 300_100 + "0]", False),
        (lambda: '["' + ", " * 300_000 + '", ' + "[]," * 300_100 + "0]", False),
        (lambda: '["' + '\\", ' * 300_000 + '"' + ",0" * 200_000 + "]", True),
        (lambda: '["' + '\\", ' * 300_000, None),
        (lambda: "{" + '"a":0,' * 150_100 + '"b":0}', False),
    ],
)
def test_a_frame_of_too_many_parts_is_not_read(payload, read):
    message = decode('{"type": "chat_message", "outputs": ' + payload() + "}")
    if read:
        assert isinstance(message, Result)
    else:
        assert isinstance(message, Unknown)
        assert message.why.startswith("It is not JSON" if read is None else "It has more than 300,")


def test_a_number_that_is_none_stays_text():
    for digits in ("1e999999", "9" * 10**6, "0." + "9" * 10**6, "-" + "9" * 500):
        made = decode(f'{{"type": "chat_message", "outputs": {digits}}}')
        assert made.payload.content == digits


def test_a_score_is_a_number():
    for odd in ("NaN", "Infinity", '"NaN"', "1e999"):
        made = decode(f'{{"type": "assessments", "outputs": {{"correctness": {odd}}}}}')
        assert made.payload.correctness is None
        assert list(made.payload.unread) == ["correctness"]
