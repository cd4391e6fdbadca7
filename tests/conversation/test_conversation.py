"""The core, by what goes in and what comes out; no I/O."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from support.conversations import ask, fates, held, kinds, out, say, sequence, started, tell
from support.recordings import NAMES, frames, steps

from buttermilk_widget import NoQuestion, Readiness, RunOver, WrongAnswer
from buttermilk_widget.conversation.conversation import REMEMBERED, Conversation
from buttermilk_widget.protocol.messages import RunFlow

# --- every recording -----------------------------------------------------------------------------

SET_UP = {"event": 2}
EXPECTED = {
    # name: entries by kind, readiness, question left open, roles at the end
    "delete_mid_flow": (SET_UP, "working", None, "ANALYST JUDGE HOST"),
    "disconnect_at_prompt": ({**SET_UP, "question": 4, "text": 1, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "disconnect_reconnect": ({**SET_UP, "text": 1, "judgement": 1}, "working", None, "ANALYST JUDGE HOST"),
    "halt": ({**SET_UP, "question": 4, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "http_endpoints": ({}, "starting", None, ""),
    "interrupt_resume": ({**SET_UP, "text": 1, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "judges_by_model_and_criteria": ({**SET_UP, "judgement": 4}, "ended", None, "JUDGE HOST JUDGE JUDGE JUDGE"),
    "llm_chat": ({**SET_UP, "question": 1, "text": 2, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "malformed": ({}, "starting", None, ""),
    "mock": ({"text": 3, "question": 1, "record": 1}, "asking", "How should I proceed with this analysis?", "  "),
    "new_session_per_run": ({"event": 4, "text": 2, "judgement": 2}, "ended", None, "ANALYST JUDGE HOST ANALYST JUDGE HOST"),
    "options_from_an_agent": ({**SET_UP, "question": 1, "text": 2, "judgement": 1}, "ended", None, "ASKER ANALYST JUDGE HOST"),
    "blocked_12s": ({**SET_UP, "text": 2, "judgement": 1}, "ended", None, "BLOCKER ANALYST JUDGE HOST"),
    "real_auto": ({**SET_UP, "text": 1, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "real_doc_reply": ({**SET_UP, "question": 4}, "ended", None, "ANALYST JUDGE HOST"),
    "real_double_confirm": ({**SET_UP, "question": 4, "text": 1, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "real_fail": ({**SET_UP, "trouble": 2, "text": 1}, "ended", None, "FAILER FAILER2 ANALYST HOST"),
    "real_llmhost": ({**SET_UP, "question": 1, "trouble": 1}, "asking", "Hi! What would you like to do?", "ANALYST JUDGE HOST"),
    "real_ok": ({**SET_UP, "question": 4, "text": 1, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "real_race": ({**SET_UP, "question": 4, "text": 1, "judgement": 1}, "ended", None, "ANALYST JUDGE HOST"),
    "real_types": (
        {"event": 4, "text": 2, "json": 2, "record": 2, "judgement": 1, "assessment": 1, "differences": 1, "research": 1, "tool": 2, "question": 1, "trouble": 2},
        "ended",
        None,
        "TYPES HOST",
    ),
    "second_run": (SET_UP, "working", None, "ANALYST JUDGE HOST"),
    "unknown_flow": ({}, "starting", None, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_folds(name):
    entries, readiness, question, roles = EXPECTED[name]
    conversation = started()
    for text in frames(name):
        conversation.receive(text, 10.0)
    assert Counter(kinds(conversation)) == entries
    assert conversation.readiness == readiness
    assert (conversation.question and conversation.question.body.content) == question
    assert " ".join(agent.role for agent in conversation.agents) == roles


@pytest.mark.parametrize("name", NAMES)
def test_no_recorded_frame_is_ready_before_the_first_ui_message(name):
    conversation = started()
    ready = False
    for text in frames(name):
        conversation.receive(text, 10.0)
        ready = ready or json.loads(text)["type"] == "ui_message"
        if not ready and not conversation.readiness.settled:
            assert not conversation.status.remarks
            assert conversation.question is None
            conversation.respond("text", "too early", 10.0)
            assert out(conversation) == []


def test_the_recorded_answers_can_be_given_where_they_were_given():
    conversation = started()
    answered = 0
    for _, direction, text in steps("real_ok"):
        if direction == "in":
            conversation.receive(text, 10.0)
        elif "manager_response" in text:
            conversation.respond("confirm", "", 10.0)
            assert out(conversation)[0]["confirm"] is True
            answered += 1
    assert answered == 4
    assert conversation.readiness is Readiness.ENDED
    states = [e.body.state for e in conversation.entries if e.body.kind == "question"]
    assert states == ["answered"] * 4


# --- starting ------------------------------------------------------------------------------------


def test_before_the_first_question_the_state_says_why():
    conversation = Conversation(server="http://s")
    assert conversation.readiness is Readiness.OFFLINE
    conversation.connecting("osb", 1.0)
    assert conversation.status.reason == "Connecting to http://s."
    assert Conversation().status.server is None
    conversation.start(RunFlow(flow="osb"), 2.0)
    assert conversation.readiness is Readiness.STARTING
    assert conversation.status.since == 2.0
    assert "is held until it asks" in conversation.status.reason
    assert out(conversation) == [{"type": "run_flow", "flow": "osb"}]
    say(conversation, "system_message", {"content": "Setting up", "source": "orchestrator"})
    assert conversation.status.activity == "Setting up"
    assert conversation.readiness is Readiness.STARTING


def test_work_is_working_but_not_ready():
    conversation = started()
    say(conversation, "system_update", {"agent_id": "J-1", "role": "JUDGE", "task_index": 0})
    assert conversation.readiness is Readiness.WORKING
    assert [agent.state for agent in conversation.agents] == ["working"]
    assert not conversation.status.remarks
    say(conversation, "system_update", {"agent_id": "J-1", "more_tasks_remain": False})
    assert conversation.status.activity == ""


def test_an_explicit_ready_message_is_ready():
    for conversation in (started(), started()):
        tell(conversation, "ready", flow="osb", content="set up")
        assert conversation.readiness is Readiness.WORKING
        assert conversation.status.remarks
    assert kinds(conversation) == []


def test_the_ten_second_updates_change_a_line_and_the_roster_only():
    conversation = started()
    tell(conversation, "agent_announcement", agent_config={"agent_id": "J-1", "role": "JUDGE"})
    say(
        conversation,
        "system_update",
        {"status": "pending", "message": "waiting", "waiting_on": {"J-1": 1, "x": 1}},
    )
    assert conversation.status.activity == "waiting"
    say(conversation, "system_update", {"agent_id": "J-1", "more_tasks_remain": False})
    say(conversation, "system_update", {"status": "idle", "message": "Flow currently idle"})
    assert conversation.status.activity == "Flow currently idle"
    assert kinds(conversation) == []
    say(conversation, "system_update", {"task_index": 1})
    say(conversation, "system_update", {"agent_id": "orchestrator", "more_tasks_remain": False})
    assert [agent.key for agent in conversation.agents] == ["J-1"]


# --- questions -----------------------------------------------------------------------------------


def test_a_question_asked_again_is_one_question():
    conversation = started()
    for _ in range(3):
        ask(conversation)
    assert kinds(conversation) == ["question"]
    assert conversation.question.body.asked == 3
    conversation.respond("confirm", "", 11.0)
    ask(conversation)
    assert kinds(conversation) == ["question", "answer", "question"]


def test_another_question_closes_the_one_before():
    conversation = started()
    ask(conversation, "one")
    ask(conversation, "two")
    assert [e.body.state for e in conversation.entries] == ["unanswered", "open"]
    assert conversation.question.id == 2


def test_an_answer_is_an_entry_about_its_question():
    conversation = started()
    ask(conversation)
    conversation.respond("reject", "not yet", 11.0, question=1, by="script")
    question, answer = conversation.entries
    assert (answer.about, question.replies) == (1, (2,))
    assert (answer.body.verdict, answer.body.content, answer.body.by) == (
        "reject",
        "not yet",
        "script",
    )
    assert out(conversation) == [
        {"type": "manager_response", "confirm": False, "content": "not yet", "selection": "reject"}
    ]
    assert conversation.readiness is Readiness.WORKING


def test_one_answer_goes_to_one_question():
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", 11.0, question=1)
    with pytest.raises(NoQuestion, match="may have been answered already"):
        conversation.respond("confirm", "", 11.0, question=1)
    with pytest.raises(NoQuestion, match="Nothing is being asked"):
        conversation.respond("confirm", "", 11.0)
    assert len(out(conversation)) == 1


def test_free_text_is_the_answer_where_no_options_are_given():
    conversation = started()
    ask(conversation, "What would you like?", ())
    conversation.respond("text", "a summary", 11.0)
    assert out(conversation) == [{"type": "manager_response", "content": "a summary"}]


def test_a_documented_question_with_the_word_confirm_can_be_confirmed():
    conversation = started()
    tell(conversation, "ui_message", content="Please confirm.")
    conversation.respond("confirm", "", 11.0)
    assert out(conversation) == [{"type": "manager_response", "confirm": True, "content": "yes"}]


# --- held input ----------------------------------------------------------------------------------


def test_words_are_held_until_a_question_takes_them_one_for_one():
    conversation = sequence()
    for words in ("one", "two"):
        conversation.respond("text", words, 3.0)
    assert out(conversation) == []
    assert all("in its turn" in item.note for item in conversation.status.held)
    ask(conversation, "first?", ())
    assert [f["content"] for f in out(conversation)] == ["one"]
    assert held(conversation) == ["two"]
    ask(conversation, "second?", ())
    assert [f["content"] for f in out(conversation)] == ["two"]


def test_held_words_do_not_go_into_a_question_to_confirm_without_a_word():
    conversation = started()
    conversation.respond("text", "yes", 3.0)
    ask(conversation)
    assert out(conversation) == []
    (item,) = conversation.status.held
    assert item.facing == 1
    assert "reject the step" in item.note
    conversation.release_held(item.id, 1, 11.0)
    assert out(conversation)[0]["confirm"] is True
    assert held(conversation) == []


def test_held_words_that_are_an_option_are_chosen():
    conversation = started()
    conversation.respond("text", "LATER", 3.0)
    conversation.respond("text", "maybe", 3.0)
    tell(conversation, "ui_message", content="Confirm?", options=["later", "maybe"])
    assert out(conversation)[0]["selection"] == "later"
    ask(conversation, "which?", ("later", "maybe"))
    assert out(conversation) == []  # here it is not known which one accepts the step
    assert held(conversation) == ["maybe"]


def test_words_that_meet_a_question_on_their_way_are_held_beside_it():
    conversation = started()
    ask(conversation)
    conversation.respond("text", "typed for something else", 11.0)
    assert out(conversation) == []
    assert conversation.status.held[0].facing == 1
    conversation.respond("confirm", "", 12.0)
    assert len(out(conversation)) == 1
    assert conversation.status.held[0].facing is None


def test_words_aimed_at_a_question_to_confirm_go_there():
    conversation = started()
    ask(conversation)
    conversation.respond("text", "no, because", 11.0, question=1)
    assert out(conversation) == [{"type": "manager_response", "content": "no, because"}]


def test_held_input_can_be_changed_and_taken_back():
    conversation = started()
    for words in ("one", "two"):
        conversation.respond("text", words, 3.0)
    conversation.edit_held(1, "uno", 3.5)
    assert held(conversation) == ["uno", "two"]
    conversation.remove_held(1, 4.0)
    assert held(conversation) == ["two"]
    with pytest.raises(NoQuestion, match="no longer held"):
        conversation.edit_held(1, "again", 4.5)
    with pytest.raises(WrongAnswer, match="remove the held input"):
        conversation.edit_held(2, " ", 4.5)
    with pytest.raises(NoQuestion, match="still held"):
        conversation.release_held(2, 1, 5.0)
    with pytest.raises(WrongAnswer, match="no words were typed"):
        conversation.respond("text", " ", 5.0)


def test_taking_the_first_back_lets_the_next_go():
    conversation = started()
    ask(conversation, "which?", ("yes", "no", "b"))
    conversation.respond("text", "neither", 11.0)
    conversation.respond("text", "still neither", 11.0)
    conversation.edit_held(2, "no", 11.5)
    assert out(conversation) == []
    conversation.remove_held(1, 12.0)
    assert [f["selection"] for f in out(conversation)] == ["no"]


# --- remarks -------------------------------------------------------------------------------------


def test_a_remark_goes_between_questions_in_the_server_s_dialect():
    documented, deployed = started(), started()
    tell(documented, "ready", content="")
    ask(deployed)
    with pytest.raises(WrongAnswer, match="while nothing is being asked"):
        deployed.respond("remark", "hello", 11.0)
    deployed.respond("confirm", "", 11.0)
    out(deployed)
    for conversation in (documented, deployed):
        conversation.respond("remark", "hello", 12.0)
        with pytest.raises(WrongAnswer, match="the remark is empty"):
            conversation.respond("remark", " ", 12.0)
        assert conversation.entries[-1].body.verdict == "remark"
    assert out(documented) == [{"type": "ui_message", "content": "hello"}]
    assert out(deployed) == [{"type": "manager_response", "content": "hello"}]


# --- results -------------------------------------------------------------------------------------


def judged(conversation, message_id="m1"):
    say(conversation, "judge_reasons", {"conclusion": "c"}, message_id=message_id)


def scored(conversation, call="m1"):
    say(conversation, "assessments", {"assessed_call_id": call, "correctness": 0.5}, message_id="a")


@pytest.mark.parametrize("order", [(judged, scored), (scored, judged)])
def test_an_assessment_finds_its_judgement_in_either_order(order):
    conversation = started()
    for event in order:
        event(conversation)
    by_kind = {entry.body.kind: entry for entry in conversation.entries}
    assert by_kind["assessment"].about == by_kind["judgement"].id
    assert by_kind["judgement"].replies == (by_kind["assessment"].id,)


def test_an_assessment_of_something_else_stays_alone():
    conversation = started()
    judged(conversation, "m2")
    scored(conversation)
    say(conversation, "judge_reasons", {"conclusion": "without an id"})
    say(conversation, "assessments", {"correctness": 1.0})
    assert [entry.about for entry in conversation.entries] == [None] * 4


def test_an_entry_says_who_and_when_and_where_its_frame_is():
    conversation = started()
    info = {"agent_id": "J-1", "role": "JUDGE", "agent_name": "Judge", "parameters": {"model": "m"}}
    say(
        conversation,
        "chat_message",
        "hello",
        agent_info=info,
        timestamp="2026-11-23T00:00:00",
        message_id=5,
    )
    (entry,) = conversation.entries
    assert (entry.speaker.name, entry.speaker.model) == ("Judge", "m")
    assert (entry.at, entry.server_time, entry.message_id) == (10.0, "2026-11-23T00:00:00", "5")
    assert json.loads(conversation.frames[entry.frame].text)["outputs"] == "hello"
    assert conversation.entry(1) is entry
    assert conversation.count == 1


def test_trouble_names_its_agent_and_the_flow_goes_on():
    conversation = started()
    tell(conversation, "agent_announcement", agent_config={"agent_id": "J-1", "role": "JUDGE"})
    say(conversation, "system_error", {"source": "JUDGE", "content": "it broke", "is_error": True})
    (entry,) = conversation.entries
    assert entry.speaker.key == "J-1"
    assert conversation.agents[0].state == "failed"
    say(conversation, "system_error", {"source": "nobody", "content": "it broke", "is_error": True})
    assert conversation.entries[2].speaker is None
    assert not conversation.readiness.settled


def test_fatal_trouble_fails_the_run():
    conversation = started()
    tell(conversation, "ui_message", content="There is no such flow.", is_error=True, fatal=True)
    assert conversation.readiness is Readiness.FAILED
    assert conversation.status.reason == "There is no such flow."
    assert kinds(conversation) == ["trouble"]


def test_an_unknown_frame_is_an_entry_that_keeps_its_text():
    conversation = started()
    for text in (
        "not json",
        '{"type": "dance", "x": 1}',
        '{"type": "dance", "agent_info": {"agent_id": "a"}}',
    ):
        conversation.receive(text, 10.0)
        assert conversation.entries[-1].body.raw == text
    assert conversation.dialect is None


# --- the end -------------------------------------------------------------------------------------


def test_finished_is_the_end_even_if_nothing_follows():
    conversation = started()
    ask(conversation)
    say(conversation, "system_update", {"status": "finished"})
    assert conversation.readiness is Readiness.ENDED
    assert conversation.question is None
    assert conversation.entries[1].body.state == "unanswered"


@pytest.mark.parametrize("end", ["fail", "stop", "lose"])
def test_an_end_is_final_and_keeps_what_was_held(end):
    conversation = started()
    conversation.respond("text", "unsent", 3.0)
    getattr(conversation, end)("It is over.", 20.0)
    state = conversation.readiness
    assert state.settled
    for change in (conversation.fail, conversation.stop, conversation.lose):
        change("no", 21.0)
    conversation.disconnected("no", 21.0)
    conversation.reconnected(21.0)
    ask(conversation, at=22.0)
    assert conversation.readiness is state
    assert conversation.status.reason == "It is over."
    assert conversation.entries[-1].body.state == "unanswered"
    assert "can still be copied" in conversation.status.held[0].note
    with pytest.raises(RunOver, match="It is over"):
        conversation.respond("text", "more", 23.0)
    conversation.explain("It is over, and confirmed.")
    assert conversation.status.reason.endswith("confirmed.")


# --- the connection ------------------------------------------------------------------------------


def test_a_gap_is_an_entry_that_says_from_when_to_when():
    conversation = started()
    ask(conversation)
    conversation.disconnected("It dropped.", 20.0)
    conversation.disconnected("It dropped again.", 25.0)
    assert conversation.readiness is Readiness.CONNECTING
    assert len(conversation.gaps) == 1
    assert conversation.gaps[0].body.until is None
    conversation.reconnected(95.0)
    assert conversation.gaps[0].body.until == 95.0
    assert "1 min 15 s" in conversation.gaps[0].body.content
    assert conversation.readiness is Readiness.ASKING
    conversation.respond("confirm", "", 96.0)
    assert len(out(conversation)) == 1


def test_reconnected_says_what_may_be_missing():
    conversation = started()
    conversation.disconnected("It dropped.", 20.0)
    conversation.reconnected(25.0)
    assert conversation.readiness is Readiness.STARTING
    say(conversation, "chat_message", "hello")
    conversation.disconnected("It dropped.", 30.0)
    conversation.reconnected(35.0)
    assert conversation.readiness is Readiness.WORKING
    assert "if the flow ended then" in conversation.status.reason
    conversation.reconnected(36.0)
    assert len(conversation.gaps) == 2
    assert conversation.heard


def test_a_gap_is_closed_by_the_end():
    conversation = started()
    conversation.disconnected("It dropped.", 20.0)
    conversation.lose("Gone.", 30.0)
    assert conversation.gaps[0].body.until == 30.0


def test_an_answer_without_a_connection_waits_for_it_and_goes_by_itself():
    conversation = started()
    ask(conversation)
    conversation.disconnected("It dropped.", 20.0)
    conversation.respond("confirm", "", 21.0)
    conversation.respond("text", "and this", 21.0)
    assert "when the connection is back" in conversation.status.held[0].note
    assert out(conversation) == []
    conversation.reconnected(30.0)
    assert [f["confirm"] for f in out(conversation)] == [True]
    assert held(conversation) == ["and this"]


def test_an_answer_that_was_never_handed_over_opens_its_question_again():
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", 11.0)
    conversation.disconnected("It dropped.", 12.0)
    conversation.reconnected(13.0)
    assert conversation.question.id == 1
    assert conversation.entries[2].body.state == "lost"
    conversation.respond("confirm", "", 14.0)
    assert len(out(conversation)) == 1


def test_an_answer_that_broke_on_its_way_is_marked_lost_and_not_sent_again():
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", 11.0)
    (frame,) = conversation.data_to_send()
    conversation.lost(frame, 12.0)
    conversation.disconnected("It dropped.", 12.0)
    conversation.reconnected(13.0)
    assert conversation.entries[2].body.state == "lost"
    assert conversation.question is None
    assert conversation.data_to_send() == []


def test_what_is_no_answer_may_be_lost_too():
    conversation = Conversation()
    conversation.start(RunFlow(flow="osb"), 1.0)
    conversation.disconnected("It dropped.", 2.0)
    assert [f.direction for f in conversation.frames] == ["out"]
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", 11.0)
    ask(conversation, "next?")
    (frame,) = conversation.data_to_send()
    conversation.unsent(frame, 12.0)
    assert conversation.question.body.content == "next?"


def test_a_silence_is_said_with_its_length_until_something_comes():
    conversation = started()
    say(conversation, "system_message", {"content": "setting up"})
    reason = conversation.status.reason
    assert conversation.reason_at(99.0) == reason
    conversation.silent(20.0)
    assert conversation.status.reason == reason
    assert conversation.reason_at(60.0) == (
        f"{reason} The server has been silent for 40 s; it may be busy."
    )
    seq = conversation.seq
    conversation.silent(20.0)
    assert conversation.seq == seq
    say(conversation, "chat_message", "here I am", at=70.0)
    assert conversation.status.silent_since is None
    conversation.silent(80.0)
    conversation.silent(None)
    assert conversation.reason_at(99.0) == conversation.status.reason


def test_a_silence_ends_with_the_connection_and_with_the_run():
    conversation = started()
    conversation.silent(20.0)
    conversation.disconnected("The connection dropped.", 30.0)
    assert conversation.status.silent_since is None
    conversation.reconnected(31.0)
    conversation.silent(40.0)
    conversation.stop("Stopped.", 50.0)
    assert conversation.reason_at(60.0) == "Stopped."
    conversation.silent(55.0)
    assert conversation.status.silent_since is None


# --- since ---------------------------------------------------------------------------------------


def test_since_gives_what_changed_and_nothing_else():
    conversation = started()
    ask(conversation)
    say(conversation, "chat_message", "hello")
    seq = conversation.since(0, 20.0).seq
    assert [e.id for e in conversation.since(0, 20.0).entries] == [1, 2]
    conversation.respond("confirm", "", 21.0)
    patch = conversation.since(seq, 22.0)
    assert [e.id for e in patch.entries] == [1, 3]
    assert patch.agents is None
    assert patch.status.readiness is Readiness.WORKING
    assert conversation.since(patch.seq, 23.0).status is None


@pytest.mark.parametrize("seq", [-1, 10_000])
def test_a_sequence_number_of_another_history_is_answered_whole(seq):
    conversation = started()
    ask(conversation)
    patch = conversation.since(seq, 20.0)
    assert patch.base == 0
    assert len(patch.entries) == 1


# --- a line that dies ----------------------------------------------------------------------------


def test_an_answer_to_the_open_question_goes_before_words_that_are_held_for_none():
    conversation = started()
    conversation.respond("text", "early words", 11.0)
    ask(conversation)
    conversation.disconnected("it broke", 12.0)
    conversation.respond("confirm", "", 13.0)
    conversation.reconnected(14.0)
    (frame,) = conversation.data_to_send()
    assert json.loads(frame.text)["confirm"] is True
    assert [held.content for held in conversation.status.held] == ["early words"]


def test_words_for_no_question_keep_their_order_though_one_is_open_again_in_a_gap():
    conversation = sequence()
    ask(conversation, "What should they look at?", ())
    conversation.respond("text", "the post", 11.0)
    conversation.respond("text", "first", 12.0)
    conversation.disconnected("it broke", 13.0)  # the answer never went: the question is open again
    conversation.respond("text", "second", 14.0)
    assert [item.note for item in conversation.status.held] == [
        "It goes out when the connection is back.",
        "It goes out, in its turn, when a question is open.",
    ]
    conversation.reconnected(15.0)
    assert [frame["content"] for frame in out(conversation)] == ["first"]
    assert held(conversation) == ["second"]


def test_words_that_do_not_answer_what_is_open_in_a_gap_say_what_they_would_do():
    conversation = started()
    ask(conversation)
    conversation.disconnected("it broke", 13.0)
    conversation.respond("text", "yes", 14.0)
    (item,) = conversation.status.held
    assert item.facing == 1
    assert "reject the step" in item.note
    conversation.reconnected(15.0)
    assert out(conversation) == []


def test_an_answer_that_nothing_came_after_is_in_doubt_when_the_line_breaks():
    conversation = started()
    for number, heard in ((1, True), (2, False)):
        ask(conversation, f"Go on {number}?")
        conversation.respond("confirm", "", 12.0)
        (frame,) = conversation.data_to_send()[-1:]
        conversation.sent(frame, 12.0)
        if heard:
            conversation.receive('{"type": "chat_message", "outputs": "on it"}', 13.0)
    conversation.disconnected("it broke", 14.0)
    states = [e.body.state for e in conversation.entries if e.body.kind == "answer"]
    assert states == ["sent", "lost"]


def answered(conversation, count, *, pinged=True):
    """Ask and answer so often, and write each answer to the socket."""
    for number in range(count):
        ask(conversation, f"Go on {number}?")
        conversation.respond("confirm", "", 12.0)
        for frame in conversation.data_to_send():
            conversation.sent(frame, 12.0, pinged=pinged)
    return [e.id for e in conversation.entries if e.body.kind == "answer"]


def test_what_comes_after_a_pinged_answer_does_not_say_that_it_arrived():
    conversation = started()
    answered(conversation, 1)
    say(conversation, "chat_message", "this was on its way before")
    assert conversation.on_the_way
    conversation.disconnected("it broke", 14.0)
    assert fates(conversation) == ["lost"]
    assert not conversation.on_the_way


def test_a_pong_says_that_an_answer_and_all_before_it_have_arrived():
    conversation = started()
    _, second, _ = answered(conversation, 3)
    conversation.arrived(second)
    conversation.disconnected("it broke", 14.0)
    assert fates(conversation) == ["sent", "sent", "lost"]


def test_a_pong_may_be_heard_before_it_is_told_that_the_answer_went():
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", 12.0)
    (frame,) = conversation.data_to_send()
    conversation.arrived(frame.answer)
    conversation.sent(frame, 12.0, pinged=True)
    conversation.disconnected("it broke", 14.0)
    assert fates(conversation) == ["sent"]


def test_an_answer_that_was_written_to_a_dead_line_stays_in_doubt():
    conversation = started()
    ask(conversation)
    conversation.respond("confirm", "", 12.0)
    (frame,) = conversation.data_to_send()
    conversation.disconnected("it broke", 13.0)
    conversation.sent(frame, 13.1, pinged=True)
    conversation.reconnected(14.0)
    say(conversation, "chat_message", "hello again")
    conversation.arrived(99)
    assert fates(conversation) == ["lost"]


def test_an_answer_that_crossed_the_end_is_in_doubt_when_the_line_closes():
    conversation = started()
    answered(conversation, 1)
    ask(conversation)
    conversation.respond("confirm", "", 12.0)
    say(conversation, "system_message", {"content": "flow_completed"})
    assert conversation.on_the_way
    conversation.disconnected("The connection was closed.", 14.0)
    assert fates(conversation) == ["lost", "lost"]
    assert conversation.readiness is Readiness.ENDED
    assert conversation.gaps == ()


# --- frames that the network brings twice --------------------------------------------------------


def test_a_frame_that_came_twice_is_one_entry_and_two_frames():
    conversation = started()
    for _ in range(2):
        say(conversation, "chat_message", "one", message_id="m-1", timestamp="2026-01-01T10:00:00")
        ask_ids = {"message_id": "m-2", "timestamp": "2026-01-01T10:00:01"}
        say(conversation, "ui_message", {"content": "Go on?"}, **ask_ids)
    assert kinds(conversation) == ["text", "question"]
    assert conversation.question.body.asked == 1
    assert len([f for f in conversation.frames if f.direction == "in"]) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"message_id": "m-1"}, {"message_id": "m-1"}),
        ({"timestamp": "10:00"}, {"timestamp": "10:00"}),
        ({"message_id": "m-1", "timestamp": "10:00"}, {"message_id": "m-1", "timestamp": "10:01"}),
        ({"message_id": "m-1", "timestamp": "10:00"}, {"message_id": "m-2", "timestamp": "10:00"}),
    ],
)
def test_alike_without_the_same_id_and_time_is_said_twice(one, other):
    conversation = started()
    say(conversation, "chat_message", "ok", **one)
    say(conversation, "chat_message", "ok", **other)
    assert kinds(conversation) == ["text", "text"]


def test_only_the_latest_ids_are_known_again():
    conversation = started()
    for number in [*range(REMEMBERED + 1), REMEMBERED, 0]:
        say(
            conversation, "chat_message", f"n {number}", message_id=f"m-{number}", timestamp="10:00"
        )
    assert conversation.count == REMEMBERED + 2
    assert conversation.entries[-1].body.content == "n 0"


def test_the_same_id_and_time_with_other_words_is_another_message():
    conversation = started()
    ids = {"message_id": "call-1", "timestamp": "10:00"}
    say(conversation, "chat_message", "one result", **ids)
    say(conversation, "chat_message", "another result", **ids)
    assert kinds(conversation) == ["text", "text"]


# --- a question that is put again under its id ---------------------------------------------------


def asked_by_id(conversation, number="q-1", content="Go on?"):
    say(conversation, "ui_message", {"content": content}, message_id=number)


def test_a_question_whose_answer_may_be_lost_is_open_again_when_it_is_put_again():
    conversation = started()
    asked_by_id(conversation)
    conversation.respond("text", "yes, do", 12.0)
    for frame in conversation.data_to_send():
        conversation.sent(frame, 12.0, pinged=True)
    conversation.disconnected("it broke", 13.0)
    conversation.reconnected(14.0)
    asked_by_id(conversation)
    assert kinds(conversation) == ["question", "answer", "gap"]
    assert conversation.question.id == 1
    assert conversation.readiness is Readiness.ASKING
    conversation.respond("text", "yes, do", 15.0)
    assert [frame["content"] for frame in out(conversation)] == ["yes, do"]
    assert fates(conversation) == ["lost", "sent"]


def test_a_question_that_crosses_its_answer_is_not_asked_twice():
    conversation = sequence()
    asked_by_id(conversation)
    conversation.respond("text", "yes, do", 12.0)
    conversation.respond("text", "for the next one", 12.0)
    asked_by_id(conversation)
    assert kinds(conversation) == ["question", "answer"]
    assert conversation.entries[1].body.asked == 2
    assert held(conversation) == ["for the next one"]


def test_an_open_question_that_is_put_again_under_its_id_stays_one():
    conversation = started()
    for _ in range(3):
        asked_by_id(conversation)
    assert conversation.question.body.asked == 3
    assert kinds(conversation) == ["question"]


def test_another_question_under_the_same_id_is_another_question():
    conversation = started()
    asked_by_id(conversation)
    asked_by_id(conversation, content="And this?")
    assert [e.body.content for e in conversation.entries] == ["Go on?", "And this?"]
    assert conversation.question.id == 2


def test_a_question_that_was_passed_over_or_comes_after_the_end_is_not_opened_again():
    conversation = started()
    asked_by_id(conversation, "q-1")
    asked_by_id(conversation, "q-2", "And this?")
    asked_by_id(conversation, "q-1")
    assert conversation.question.id == 2
    say(conversation, "system_message", {"content": "flow_completed"})
    asked_by_id(conversation, "q-2", "And this?")
    assert conversation.question is None
    assert kinds(conversation) == ["question", "question"]
