"""A chat in the core: when the host listens, what ends that, and what becomes of what is typed."""

from __future__ import annotations

import json

import pytest
from support.conversations import ask, fates, held, host, kinds, out, say, sequence, started, tell
from support.recordings import frames, steps

from buttermilk_widget import NoQuestion, Readiness, RunOver, WrongAnswer
from buttermilk_widget.conversation.chat import PATIENCE
from buttermilk_widget.conversation.conversation import LISTENING
from buttermilk_widget.transcript.decisions import ledger

GREETING = "Hi! What would you like to do?"


def chat(answer="hello", **parameters):
    """A chat whose host has greeted and was answered."""
    conversation = started()
    host(conversation, **(parameters or {"execution_mode": "adaptive", "template": "t"}))
    ask(conversation, GREETING, ())
    conversation.respond("text", answer, 11.0)
    sent(conversation)
    return conversation


def sent(conversation, *, arrived=True):
    """What goes to the server now, in words; it is known to have arrived, or is on its way."""
    given = conversation.data_to_send()
    for frame in given:
        conversation.sent(frame, 20.0, pinged=True)
    if given and arrived:
        conversation.arrived(given[-1].answer)
    return [json.loads(frame.text) for frame in given]


def words(given):
    return [frame.get("content") for frame in given]


def bare(conversation, outputs, at=12.0, agent="HOST-1", **metadata):
    """What a host says, or an agent, with no envelope around it."""
    given = {"agent_id": agent, "metadata": metadata, "outputs": outputs}
    say(conversation, "chat_message", given, at)


def task(conversation, agent="ANALYST-1", at=12.0, **more):
    info = {"agent_id": agent, "role": agent.partition("-")[0], "task_index": 0}
    say(conversation, "system_update", {**info, **more}, at)


def idle(conversation, at):
    say(conversation, "system_update", {"source": "HOST-1", "step_name": "IDLE", "status": "idle", "message": "Flow currently idle"}, at)  # fmt: skip


def result(conversation, content="the result", agent="ANALYST-1", at=13.0):
    info = {"agent_id": agent, "role": agent.partition("-")[0]}
    say(conversation, "chat_message", content, at, agent_info=info)


# --- it begins -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parameters",
    [
        {"execution_mode": "adaptive", "template": "t"},
        {"execution_mode": "adaptive"},
        {"execution_mode": "sequential", "template": "t"},  # a model leads it all the same
        {"model": "m"},
        {},
    ],
)
def test_it_begins_when_a_question_in_words_was_answered_in_words(parameters):
    conversation = started()
    if parameters:
        host(conversation, **parameters)
    ask(conversation, GREETING, ())
    assert conversation.readiness is Readiness.ASKING
    conversation.respond("text", "hello", 11.0)
    assert conversation.readiness is Readiness.LISTENING
    assert conversation.status.reason == LISTENING
    assert conversation.status.since == 11.0
    assert not conversation.status.remarks


def test_a_documented_host_is_listened_to_alike():
    conversation = started()
    tell(conversation, "ui_message", content=GREETING)
    conversation.respond("text", "hello", 11.0)
    assert conversation.readiness is Readiness.LISTENING
    conversation.respond("text", "more", 12.0)
    assert out(conversation) == [
        {"type": "manager_response", "content": "hello"},
        {"type": "manager_response", "content": "more"},
    ]


def test_a_sequence_does_not_listen():
    conversation = sequence()
    ask(conversation, "What should they look at?", ())
    conversation.respond("text", "the post", 11.0)
    assert conversation.readiness is Readiness.WORKING
    conversation.respond("text", "and this", 12.0)
    assert words(out(conversation)) == ["the post"]
    assert held(conversation) == ["and this"]


@pytest.mark.parametrize("options", [("confirm", "reject"), ("a", "ok"), True])
def test_a_question_of_another_kind_does_not_begin_it(options):
    conversation = started()
    host(conversation, execution_mode="adaptive")
    say(conversation, "ui_message", {"content": "Well?", "options": options})
    conversation.respond("text", "some words", 11.0, question=1)
    assert conversation.readiness is Readiness.WORKING


@pytest.mark.parametrize(("verdict", "said"), [("confirm", "yes"), ("reject", "no")])
def test_a_plain_answer_to_the_greeting_is_said_in_words_and_begins_it(verdict, said):
    conversation = started()
    host(conversation, execution_mode="adaptive")
    ask(conversation, GREETING, ())
    conversation.respond(verdict, "", 11.0)
    assert words(out(conversation)) == [said]
    assert conversation.readiness is Readiness.LISTENING


def test_what_was_held_for_questions_that_never_come_goes_out_at_once_and_in_order():
    conversation = started()
    host(conversation, execution_mode="adaptive")
    for one in ("one", "two", "three"):
        conversation.respond("text", one, 3.0)
    assert out(conversation) == []
    ask(conversation, GREETING, ())
    assert words(out(conversation)) == ["one", "two", "three"]
    assert held(conversation) == []
    assert kinds(conversation) == ["question", "answer", "answer", "answer"]
    assert [entry.about for entry in conversation.entries] == [None, 1, None, None]
    assert conversation.readiness is Readiness.LISTENING


# --- while it listens ----------------------------------------------------------------------------


def test_what_is_said_goes_out_at_once_several_in_a_row():
    conversation = chat()
    for number, one in enumerate(("find it", "and judge it", "find it"), 1):
        conversation.respond("text", one, 12.0 + number, by="script" if number == 2 else "person")
        assert held(conversation) == []
    assert sent(conversation) == [
        {"type": "manager_response", "content": one}
        for one in ("find it", "and judge it", "find it")
    ]
    answers = [e for e in conversation.entries if e.body.kind == "answer"]
    assert [(e.body.content, e.body.by, e.about, e.body.state) for e in answers] == [
        ("hello", "person", 1, "sent"),
        ("find it", "person", None, "sent"),
        ("and judge it", "script", None, "sent"),
        ("find it", "person", None, "sent"),
    ]
    assert conversation.readiness is Readiness.LISTENING


def test_nothing_but_words_can_be_said():
    conversation = chat()
    for verdict in ("confirm", "reject", "choice"):
        with pytest.raises(NoQuestion, match=r"Nothing is being asked now\. The host listens"):
            conversation.respond(verdict, "A", 12.0)
    for blank in ("", "  \n"):
        with pytest.raises(WrongAnswer, match="no words were typed"):
            conversation.respond("text", blank, 12.0)
    with pytest.raises(WrongAnswer, match="A remark can go"):
        conversation.respond("remark", "hm", 12.0)
    with pytest.raises(NoQuestion, match="no longer open"):
        conversation.respond("text", "late", 12.0, question=1)
    assert sent(conversation) == []


def test_what_an_idle_host_says_changes_nothing_and_ends_nothing():
    conversation = chat()
    bare(conversation, "What else?")
    for minute in range(10):
        idle(conversation, 20.0 + 60 * minute)
    assert conversation.readiness is Readiness.LISTENING
    assert (conversation.status.reason, conversation.status.activity) == (LISTENING, "")
    assert kinds(conversation) == ["question", "answer", "text"]
    conversation.respond("text", "more", 900.0)
    assert words(sent(conversation)) == ["more"]


def test_the_status_says_who_is_at_work_and_that_one_can_go_on_talking():
    conversation = chat()
    bare(conversation, "Calling ANALYST_call", tool_calls=1)
    assert conversation.status.activity == "Calling ANALYST_call"
    task(conversation)
    assert conversation.readiness is Readiness.LISTENING
    assert conversation.status.reason == "ANALYST is working. You can keep talking."
    task(conversation, "JUDGE-1")
    assert conversation.status.reason == "ANALYST and JUDGE are working. You can keep talking."
    conversation.respond("text", "and hurry", 12.5)
    assert words(sent(conversation)) == ["and hurry"]
    task(conversation, is_error=False)
    assert conversation.status.reason == "JUDGE is working. You can keep talking."
    task(conversation, "JUDGE-1", more_tasks_remain=False)
    assert conversation.status.reason == LISTENING
    result(conversation)
    assert conversation.status.activity == ""
    assert kinds(conversation)[-2:] == ["answer", "text"]


def test_progress_says_who_is_at_work_too():
    conversation = chat()
    task(conversation, more_tasks_remain=False)
    waits = {"status": "pending", "message": "Waiting", "waiting_on": {"ANALYST-1": 1, "nobody": 2}}
    say(conversation, "system_update", waits)
    assert conversation.status.reason == "ANALYST is working. You can keep talking."
    assert conversation.status.activity == "Waiting"


def test_an_agent_that_fails_or_leaves_is_not_at_work():
    conversation = chat()
    task(conversation)
    say(
        conversation, "system_error", {"source": "ANALYST", "content": "it broke", "is_error": True}
    )
    assert conversation.status.reason == LISTENING
    task(conversation)
    gone = {"agent_config": {"agent_id": "ANALYST-1", "role": "ANALYST"}, "status": "left"}
    say(conversation, "system_message", gone)
    assert conversation.status.reason == LISTENING


def test_many_at_work_are_counted():
    conversation = chat()
    for number in range(6):
        task(conversation, f"J{number}-1")
    reason = "J0, J1, J2 and 3 more are working. You can keep talking."
    assert conversation.status.reason == reason


def test_a_bare_output_is_its_agent_s_and_keeps_what_the_model_used():
    conversation = chat()
    bare(conversation, "You said hello.", model="fake", usage={"prompt_tokens": 1})
    bare(conversation, [1, 2], agent="NEW-1")
    entries = [*conversation.entries][2:]
    assert [(e.speaker.name, e.body.kind) for e in entries] == [("Host", "text"), ("NEW-1", "json")]
    assert entries[0].metadata == {"model": "fake", "usage": {"prompt_tokens": 1}}
    assert {agent.key for agent in conversation.agents} == {"HOST-1", "NEW-1"}


def test_trouble_in_a_bare_output_is_trouble_of_its_agent():
    conversation = chat()
    bare(conversation, {"content": "no tokens left", "is_error": True})
    entry = conversation.entries[-1]
    assert (entry.body.kind, entry.body.content, entry.speaker.key) == (
        "trouble",
        "no tokens left",
        "HOST-1",
    )
    assert conversation.readiness is Readiness.LISTENING


def test_that_work_is_handed_over_before_anything_was_asked_is_work():
    conversation = started()
    bare(conversation, "Calling ANALYST_call", tool_calls=1)
    assert conversation.readiness is Readiness.WORKING
    assert kinds(conversation) == []


def test_what_is_handed_over_after_the_end_says_nothing():
    conversation = chat()
    say(conversation, "system_message", {"content": "flow_completed"})
    bare(conversation, "Calling ANALYST_call", tool_calls=1)
    assert conversation.status.activity == ""


# --- a question in mid-chat ----------------------------------------------------------------------


def step(conversation, options=("confirm", "reject"), content="Confirm next step: ANALYST"):
    ask(conversation, content, options, at=13.0)
    return conversation.question.id


def test_a_question_of_another_kind_ends_it_and_its_answer_resumes_it():
    conversation = chat()
    number = step(conversation)
    assert conversation.readiness is Readiness.ASKING
    conversation.respond("confirm", "", 14.0, question=number)
    # a content would be one more instruction to the model
    assert sent(conversation) == [
        {"type": "manager_response", "confirm": True, "selection": "confirm"}
    ]
    assert conversation.readiness is Readiness.LISTENING
    conversation.respond("text", "and then", 15.0)
    assert words(sent(conversation)) == ["and then"]


@pytest.mark.parametrize("option", ["Proceed", "Do not proceed"])
def test_a_plain_answer_carries_no_instruction(option):
    conversation = chat()
    step(conversation, ("Proceed", "Do not proceed"))
    conversation.respond("choice", option, 14.0)
    assert sent(conversation) == [
        {"type": "manager_response", "confirm": option == "Proceed", "selection": option}
    ]
    assert (
        conversation.entries[-1].body.content == {"Proceed": "yes", "Do not proceed": "no"}[option]
    )


def test_a_no_with_words_carries_them_for_the_model_is_to_read_them():
    conversation = chat()
    step(conversation)
    conversation.respond("reject", "ask the judge instead", 14.0)
    assert sent(conversation) == [
        {
            "type": "manager_response",
            "confirm": False,
            "content": "ask the judge instead",
            "selection": "reject",
        }
    ]


def test_a_documented_host_reads_the_content():
    conversation = started()
    tell(conversation, "agent_announcement", agent_config={"agent_id": "HOST-1", "role": "HOST", "parameters": {"execution_mode": "adaptive"}})  # fmt: skip
    tell(conversation, "ui_message", content=GREETING)
    conversation.respond("text", "hello", 11.0)
    tell(conversation, "ui_message", content="Please confirm the next step.")
    conversation.respond("confirm", "", 14.0)
    assert sent(conversation)[1] == {"type": "manager_response", "confirm": True, "content": "yes"}
    assert conversation.readiness is Readiness.LISTENING


def test_words_typed_for_the_chat_are_held_beside_the_question_and_go_on_after_it():
    conversation = chat()
    number = step(conversation)
    conversation.respond("text", "please also compare", 13.5)
    conversation.respond("text", "and be brief", 13.6)
    assert sent(conversation) == []
    first, second = conversation.status.held
    assert (first.facing, second.facing) == (number, None)
    assert "words reject the step" in first.note
    conversation.respond("confirm", "", 14.0, question=number)
    given = sent(conversation)
    assert given[0]["confirm"] is True
    assert words(given) == [None, "please also compare", "and be brief"]
    assert held(conversation) == []
    assert conversation.readiness is Readiness.LISTENING


def test_words_that_the_manager_sends_there_reject_the_step_and_the_chat_goes_on():
    conversation = chat()
    number = step(conversation)
    conversation.respond("text", "not this one", 14.0, question=number)
    assert sent(conversation) == [{"type": "manager_response", "content": "not this one"}]
    assert ledger(conversation.entries)[-1].outcome == "rejected"
    assert conversation.readiness is Readiness.LISTENING
    second = step(conversation, content="Confirm next step: JUDGE")
    conversation.respond("text", "typed for the chat", 14.0)
    conversation.release_held(conversation.status.held[0].id, second, 15.0)
    assert words(sent(conversation)) == ["typed for the chat"]


def test_yes_typed_there_is_a_yes_if_it_was_meant_for_the_question():
    conversation = chat()
    number = step(conversation)
    conversation.respond("text", "yes", 14.0)
    assert held(conversation) == ["yes"]
    conversation.respond("text", "OK", 14.0, question=number)
    given = sent(conversation)
    assert given[0] == {"type": "manager_response", "confirm": True, "selection": "confirm"}
    assert words(given[1:]) == ["yes"]


def test_a_question_in_words_in_mid_chat_takes_what_is_typed():
    conversation = chat()
    ask(conversation, "Which post?", (), at=13.0)
    assert conversation.readiness is Readiness.ASKING
    conversation.respond("text", "the first", 14.0)
    assert conversation.entries[-1].about == conversation.count - 1
    assert conversation.readiness is Readiness.LISTENING


def test_options_in_mid_chat_take_what_is_one_of_them_and_hold_what_is_not():
    conversation = chat()
    step(conversation, ("Yes", "Later"))
    conversation.respond("text", "neither", 14.0)
    assert held(conversation) == ["neither"]
    conversation.respond("choice", "Later", 15.0, confirm=False)
    assert sent(conversation) == [
        {"type": "manager_response", "confirm": False, "selection": "Later"},
        {"type": "manager_response", "content": "neither"},
    ]


def test_an_unknown_host_that_asks_like_one_of_a_sequence_is_taken_for_one():
    conversation = started()
    ask(conversation, GREETING, ())
    conversation.respond("text", "hello", 11.0)
    assert conversation.readiness is Readiness.LISTENING
    step(conversation)
    conversation.respond("confirm", "", 14.0)
    assert [f.get("content") for f in out(conversation)] == ["hello", "yes"]
    assert conversation.readiness is Readiness.WORKING
    conversation.respond("text", "held", 15.0)
    assert held(conversation) == ["held"]
    ask(conversation, "What else?", ())
    assert conversation.readiness is Readiness.LISTENING


def test_an_unknown_host_that_has_called_agents_is_led_by_a_model():
    conversation = started()
    ask(conversation, GREETING, ())
    conversation.respond("text", "hello", 11.0)
    bare(conversation, "Calling ANALYST_call", tool_calls=1)
    step(conversation)
    conversation.respond("confirm", "", 14.0)
    assert "content" not in out(conversation)[-1]
    assert conversation.readiness is Readiness.LISTENING


def test_a_held_decision_that_becomes_words_is_said():
    conversation = chat()
    step(conversation)
    conversation.disconnected("It dropped.", 14.0)
    conversation.respond("confirm", "", 14.5)
    conversation.respond("reject", "", 14.6)
    conversation.reconnected(15.0)
    assert [f["confirm"] for f in sent(conversation)] == [True]
    (left,) = conversation.status.held  # the question has its answer
    assert (left.verdict, conversation.readiness) == ("reject", Readiness.LISTENING)
    conversation.edit_held(left.id, "no, do not", 16.0)
    assert words(sent(conversation)) == ["no, do not"]
    assert held(conversation) == []


# --- it ends -------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["flow_completed", "finished", "fail", "stop", "lose", "finish"])
def test_the_end_of_the_flow_ends_it(end):
    conversation = chat()
    task(conversation)
    if end == "flow_completed":
        say(conversation, "system_message", {"content": end})
    elif end == "finished":
        say(conversation, "system_update", {"status": end})
    else:
        getattr(conversation, end)("It is over.", 20.0)
    assert conversation.readiness.settled
    assert conversation.chat_turn is None
    assert conversation.turn is None
    with pytest.raises(RunOver):
        conversation.respond("text", "more", 23.0)
    settled = conversation.readiness
    task(conversation)
    conversation.reconnected(24.0)
    assert conversation.readiness is settled


def test_a_manager_who_has_no_more_to_say_ends_it_well():
    conversation = chat()
    conversation.finish("Nothing more to say.", 20.0)
    assert conversation.readiness is Readiness.ENDED
    assert conversation.status.reason == "Nothing more to say."


# --- a gap ---------------------------------------------------------------------------------------


def test_what_is_typed_in_a_gap_is_held_and_goes_out_in_order_when_it_is_over():
    conversation = chat()
    task(conversation)
    conversation.disconnected("It dropped.", 14.0)
    assert conversation.readiness is Readiness.CONNECTING
    for one in ("one", "two", "three"):
        conversation.respond("text", one, 15.0)
    assert sent(conversation) == []
    assert held(conversation) == ["one", "two", "three"]
    conversation.edit_held(conversation.status.held[1].id, "zwei", 15.5)
    conversation.remove_held(conversation.status.held[2].id, 15.6)
    assert sent(conversation) == []
    conversation.reconnected(16.0)
    assert words(sent(conversation)) == ["one", "zwei"]
    assert held(conversation) == []
    assert conversation.readiness is Readiness.LISTENING
    assert "if the flow ended then, nothing more will come" in conversation.status.reason
    assert [agent.state for agent in conversation.agents] == ["idle", "idle"]
    conversation.respond("text", "four", 17.0)
    assert words(sent(conversation)) == ["four"]
    assert kinds(conversation) == ["question", "answer", "gap", "answer", "answer", "answer"]


def test_the_status_after_a_gap_gives_way_to_who_is_at_work():
    conversation = chat()
    conversation.disconnected("It dropped.", 14.0)
    conversation.reconnected(16.0)
    task(conversation)
    assert conversation.status.reason == "ANALYST is working. You can keep talking."


def test_a_message_on_a_dying_line_is_marked_and_one_that_arrived_is_not():
    conversation = chat()
    conversation.respond("text", "arrives", 12.0)
    sent(conversation)
    conversation.respond("text", "may have", 13.0)
    conversation.respond("text", "may have too", 13.0)
    sent(conversation, arrived=False)
    assert conversation.on_the_way
    bare(conversation, "reply to something")  # it does not say to what
    conversation.disconnected("It dropped.", 14.0)
    assert fates(conversation) == ["sent", "sent", "lost", "lost"]
    assert not conversation.on_the_way
    conversation.reconnected(15.0)
    assert sent(conversation) == []  # what is in doubt is not said twice
    assert conversation.readiness is Readiness.LISTENING


def test_a_message_that_broke_as_it_went_or_never_went_is_marked():
    conversation = chat()
    conversation.respond("text", "breaks", 12.0)
    (frame,) = conversation.data_to_send()
    conversation.lost(frame, 12.5)
    conversation.respond("text", "never goes", 12.6)
    conversation.disconnected("It dropped.", 13.0)
    assert fates(conversation) == ["sent", "lost", "lost"]
    assert conversation.question is None
    conversation.reconnected(14.0)
    assert sent(conversation) == []


def test_a_greeting_whose_answer_never_went_is_open_again_and_takes_the_next_words():
    conversation = started()
    host(conversation, execution_mode="adaptive")
    ask(conversation, GREETING, ())
    conversation.respond("text", "hello", 11.0)
    conversation.respond("text", "and more", 11.0)
    conversation.disconnected("It dropped.", 12.0)
    assert fates(conversation) == ["lost", "lost"]
    assert conversation.question.id == 1
    conversation.respond("text", "hello again", 13.0)
    conversation.reconnected(14.0)
    assert words(sent(conversation)) == ["hello again"]
    assert conversation.entries[-1].about == 1
    assert conversation.readiness is Readiness.LISTENING


def test_a_host_whose_question_is_open_again_is_not_said_to_listen():
    conversation = started()
    host(conversation, execution_mode="adaptive")
    ask(conversation, GREETING, ())
    conversation.respond("text", "hello", 11.0)
    (frame,) = conversation.data_to_send()
    conversation.unsent(frame, 12.0)  # and only then it is noticed that the line is dead
    assert conversation.question.id == 1
    assert conversation.readiness is Readiness.WORKING
    conversation.respond("text", "hello again", 12.1)
    conversation.disconnected("It dropped.", 12.2)
    conversation.reconnected(13.0)
    assert words(sent(conversation)) == ["hello again"]
    assert conversation.readiness is Readiness.LISTENING


def test_a_question_that_was_open_as_the_line_broke_is_open_after_it():
    conversation = chat()
    number = step(conversation)
    conversation.disconnected("It dropped.", 14.0)
    conversation.respond("text", "for the chat", 14.5)
    conversation.respond("confirm", "", 14.6, question=number)
    conversation.reconnected(15.0)
    given = sent(conversation)
    assert given[0]["confirm"] is True
    assert words(given) == [None, "for the chat"]


# --- whose turn it is ----------------------------------------------------------------------------


def turn(conversation):
    now = conversation.turn
    return now and (now.form, now.number, now.content)


def test_a_turn_in_a_chat_begins_when_what_was_said_has_its_answer():
    conversation = started()
    assert turn(conversation) is None
    host(conversation, execution_mode="adaptive")
    ask(conversation, GREETING, ())
    assert turn(conversation) == ("text", 1, GREETING)
    conversation.respond("text", "hello", 11.0)
    assert turn(conversation) is None
    assert conversation.chat_turn.number == 2
    bare(conversation, "You said hello.")
    assert turn(conversation) == ("chat", 2, "You said hello.")
    conversation.respond("text", "analyse it", 12.0)
    bare(conversation, "Calling ANALYST_call", tool_calls=1)
    task(conversation)
    assert turn(conversation) is None
    task(conversation, more_tasks_remain=False)
    assert turn(conversation) is None  # its result is to come
    result(conversation)
    assert turn(conversation) == ("chat", 3, "the result")
    conversation.respond("text", "one", 13.0)
    conversation.respond("text", "two", 13.0)
    bare(conversation, "You said one and two.")
    assert turn(conversation) == ("chat", 5, "You said one and two.")


def test_words_beside_a_call_are_not_yet_the_answer():
    conversation = chat()
    bare(conversation, "Let me look. Calling ANALYST_call", tool_calls=1)
    assert kinds(conversation)[-1] == "text"
    assert turn(conversation) is None
    task(conversation)
    task(conversation, is_error=True)
    say(conversation, "system_error", {"source": "ANALYST-1", "content": "it broke"})
    assert turn(conversation)[0] == "chat"


def test_after_a_gap_in_which_it_may_have_been_lost_it_is_the_manager_s_turn():
    conversation = chat()
    conversation.respond("text", "arrives", 12.0)
    sent(conversation)
    conversation.disconnected("It dropped.", 13.0)
    conversation.reconnected(14.0)
    assert turn(conversation) is None  # its answer may still come
    conversation.respond("text", "may have", 15.0)
    sent(conversation, arrived=False)
    conversation.disconnected("It dropped.", 16.0)
    conversation.reconnected(17.0)
    assert turn(conversation) == ("chat", 4, "")
    conversation.respond("text", "one that may have", 18.0)
    sent(conversation, arrived=False)
    conversation.disconnected("It dropped.", 19.0)
    conversation.respond("text", "and one after it", 19.5)
    conversation.reconnected(20.0)
    assert turn(conversation) is None  # that went over the new line


def test_a_line_that_the_flow_is_idle_ends_the_wait_for_nothing():
    conversation = chat()
    idle(conversation, 13.0)
    assert turn(conversation) is None
    idle(conversation, 11.0 + PATIENCE)
    assert turn(conversation) == ("chat", 2, "")


def test_the_content_of_a_turn_is_the_main_words_of_what_came_last():
    conversation = chat()
    say(conversation, "judge_reasons", {"conclusion": "In breach.", "reasons": []})
    assert turn(conversation)[2] == "In breach."
    say(conversation, "research_result", {"response": "So it is.", "literature": []})
    assert turn(conversation)[2] == "So it is."
    bare(conversation, {"a": 1})
    assert turn(conversation)[2] == ""


def test_a_question_overtakes_a_turn_of_the_chat():
    conversation = chat()
    bare(conversation, "What else?")
    before = conversation.turn
    assert conversation.is_due(before)
    step(conversation)
    assert turn(conversation) == ("confirm", before.number, "Confirm next step: ANALYST")
    assert not conversation.is_due(before)
    asked = conversation.turn
    assert conversation.is_due(asked)
    conversation.respond("confirm", "", 14.0)
    assert not conversation.is_due(asked)
    assert not conversation.is_due(before)
    bare(conversation, "Done.")
    assert turn(conversation) == ("chat", 3, "Done.")


def test_a_turn_is_due_while_the_line_is_down_and_no_longer_when_all_is_over():
    conversation = chat()
    bare(conversation, "What else?")
    spoken = conversation.turn
    conversation.disconnected("It dropped.", 14.0)
    assert conversation.turn is None
    assert conversation.is_due(spoken)
    conversation.reconnected(15.0)
    step(conversation)
    asked = conversation.turn
    conversation.disconnected("It dropped.", 16.0)
    assert conversation.turn is None
    assert conversation.is_due(asked)
    conversation.stop("Stopped.", 17.0)
    assert not conversation.is_due(asked)


def test_no_turn_of_a_chat_is_due_where_there_is_none():
    conversation = chat()
    bare(conversation, "What else?")
    spoken = conversation.turn
    conversation = sequence()
    assert not conversation.is_due(spoken)


# --- the recording -------------------------------------------------------------------------------


def test_the_recorded_chat_reads_as_the_conversation_it_was():
    conversation = started()
    listened = []
    for _, direction, text in steps("llm_chat"):
        if direction == "in":
            conversation.receive(text, 10.0)
        elif "manager_response" in text:
            conversation.respond("text", json.loads(text)["content"], 10.0)
            assert out(conversation) == [json.loads(text)]
            assert held(conversation) == []
            listened.append(conversation.readiness)
    assert listened == [Readiness.LISTENING] * 4
    assert conversation.readiness is Readiness.ENDED
    talk = [
        (e.speaker.role if e.speaker else "", getattr(e.body, "content", "") or e.body.conclusion)
        for e in conversation.entries
        if e.body.kind != "event"
    ]
    assert talk == [
        ("", GREETING),
        ("", "hello there"),
        ("HOST", "You said something. Tell me what to analyse. (reply 1)"),
        ("", "please analyse it"),
        ("ANALYST", "Echo from ANALYST: hello wire (len=10)"),
        ("", "please judge it"),
        ("JUDGE", "No policy violation found in the text."),
        ("", "bye"),
    ]
    said = next(e for e in conversation.entries if e.body.kind == "text")
    assert said.metadata["usage"] == {"prompt_tokens": 1, "completion_tokens": 1}


def test_all_that_was_typed_at_once_into_the_recorded_chat_is_said():
    conversation = started()
    typed = [f"message {number}" for number in range(5)]
    for one in typed:
        conversation.respond("text", one, 3.0)
    for text in frames("llm_chat"):
        conversation.receive(text, 10.0)
    assert words(out(conversation)) == typed
