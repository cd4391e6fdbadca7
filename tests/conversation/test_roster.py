"""Who takes part, and who is at work."""

from __future__ import annotations

import pytest

from buttermilk_widget.conversation.patches import Steps
from buttermilk_widget.conversation.roster import Roster
from buttermilk_widget.protocol.messages import AgentInfo, Announcement


def info(key, role="JUDGE", name="Judge", **more):
    return AgentInfo(agent_id=key, role=role, agent_name=name, **more)


def states(roster):
    return [(agent.key, agent.state, agent.steps) for agent in roster.agents]


def test_an_expected_role_is_taken_by_the_first_agent_of_it():
    roster = Roster()
    roster.expect({"JUDGE": "judges", "HOST": "leads"}, 1)
    roster.meet(info("J-1"), 2)
    roster.meet(info("J-2"), 3)
    roster.expect({"JUDGE": "judges"}, 4)
    assert states(roster) == [("J-1", "idle", 0), ("HOST", "expected", 0), ("J-2", "idle", 0)]
    assert roster.agents[0].description == "judges"
    assert roster.agents[0].since == 2


def test_a_frame_that_knows_less_takes_nothing_away():
    roster = Roster()
    roster.meet(info("J-1", description="judges", parameters={"model": "m"}), 1)
    agent = roster.meet(AgentInfo(agent_id="J-1"), 2)
    assert (agent.name, agent.role, agent.description, agent.model) == (
        "Judge",
        "JUDGE",
        "judges",
        "m",
    )
    assert roster.meet(info("J-1", name="Judge Dee"), 3).name == "Judge Dee"
    assert roster.meet(AgentInfo(role="SCORER"), 4).key == "SCORER"


@pytest.mark.parametrize(
    ("status", "kind", "state"),
    [
        ("active", "initial", "idle"),
        ("working", "update", "working"),
        ("left", "", "left"),
        ("", "leaving", "left"),
        ("failed", "", "failed"),
        ("", "", "idle"),
    ],
)
def test_an_announcement_says_what_an_agent_does(status, kind, state):
    roster = Roster()
    roster.announce(Announcement(agent=info("J-1"), status=status, announcement_type=kind), 1)
    assert states(roster) == [("J-1", state, 0)]


def test_an_announcement_of_nobody_changes_nothing():
    roster = Roster()
    roster.announce(Announcement(status="active"), 1)
    roster.change("nobody", "working", 1)
    assert roster.agents == ()


def test_steps_are_counted_when_they_are_done():
    roster = Roster()
    roster.meet(info("J-1"), 1)
    for state in ("working", "working", "idle", "idle", "working", "failed", "working", "left"):
        roster.change("J-1", state, 2)
    assert states(roster) == [("J-1", "left", 2)]
    roster.change("J-1", "working", 3)
    roster.rest(4)
    roster.rest(5)
    assert states(roster) == [("J-1", "idle", 2)]


def labels(roster):
    return {agent.key: agent.label for agent in roster.agents}


def test_namesakes_are_told_apart_by_what_differs_as_soon_as_it_does():
    roster = Roster()
    roster.meet(info("J-1", parameters={"model": "m", "criteria": ["c1", "c2"]}), 1)
    assert labels(roster) == {"J-1": "Judge"}
    roster.meet(info("J-2", parameters={"model": "m", "criteria": "c3"}), 1)
    assert labels(roster) == {"J-1": "Judge · c1, c2", "J-2": "Judge · c3"}
    roster.meet(info("S-1", role="SCORER", name="Scorer", parameters={"model": "n"}), 1)
    roster.meet(info("J-3", parameters={"model": "n", "criteria": "c3"}), 1)
    assert labels(roster) == {
        "J-1": "Judge · m · c1, c2",
        "J-2": "Judge · m · c3",
        "J-3": "Judge · n · c3",
        "S-1": "Scorer",
    }
    roster.meet(info("J-3", name="Judge Dee"), 2)
    assert labels(roster) == {
        "J-1": "Judge · c1, c2",
        "J-2": "Judge · c3",
        "J-3": "Judge Dee",
        "S-1": "Scorer",
    }


def test_the_label_of_an_expected_role_goes_to_the_first_agent_of_it():
    roster = Roster()
    roster.expect({"JUDGE": "judges"}, 1)
    assert labels(roster) == {"JUDGE": "JUDGE"}
    roster.meet(info("J-1", name="JUDGE"), 2)
    roster.meet(info("J-2", name="JUDGE"), 2)
    assert labels(roster) == {"J-1": "JUDGE · J-1", "J-2": "JUDGE · J-2"}


def test_a_speaker_is_what_the_agent_calls_itself_and_works_with():
    roster = Roster()
    agent = roster.meet(info("J-1", parameters={"template": "t", "criteria": ["c"]}), 1)
    roster.meet(info("J-2"), 1)
    speaker = roster.speaker(agent)
    assert (speaker.name, speaker.label, speaker.called) == ("Judge", "", "Judge")
    assert (speaker.template, speaker.criteria) == ("t", ["c"])


def test_labels_are_made_anew_only_for_those_whose_namesakes_changed():
    roster = Roster()
    for number in range(3):
        roster.meet(info(f"J-{number}"), 1)
    roster.meet(info("S", name="Scorer"), 1)
    before = {agent.key: agent for agent in roster.agents}
    roster.change("J-1", "working", 2)
    after = {agent.key: agent for agent in roster.agents}
    assert after["J-1"].label == before["J-1"].label == "Judge · J-1"
    roster.meet(info("J-4"), 3)
    assert roster.agents[3] is before["S"]


def host(**parameters):
    return info("H-1", role="HOST", parameters={"execution_mode": "sequential", **parameters})


def test_the_steps_of_a_sequence_are_those_who_take_part():
    roster = Roster()
    roster.expect({"FETCH": "", "JUDGE": "", "HOST": ""}, 1)
    roster.meet(info("J-1"), 1)
    assert roster.steps is None
    roster.meet(host(), 1)
    assert roster.steps == Steps(reached=0, total=3)
    roster.change("J-1", "working", 2)
    roster.reach("FETCH")
    roster.reach("NOBODY")
    assert roster.steps == Steps(reached=2, total=3)


def test_with_no_list_of_participants_the_steps_are_the_announced_roles_but_the_host():
    roster = Roster()
    roster.meet(host(), 1)
    for number in (1, 2):
        roster.meet(info(f"J-{number}"), 1)
    roster.meet(info("S-1", role="SCORER"), 1)
    roster.change("S-1", "working", 2)
    assert roster.steps == Steps(reached=2, total=2)


def test_a_host_led_by_a_model_has_no_steps_that_are_known():
    roster = Roster()
    roster.expect({"JUDGE": "", "HOST": ""}, 1)
    roster.meet(host(template="researchassistant"), 1)
    assert roster.steps is None


def test_what_changes_nothing_is_no_change():
    roster = Roster()
    roster.meet(info("J-1"), 1)
    roster.reach("JUDGE")
    before = roster.changes
    roster.meet(info("J-1"), 2)
    roster.meet(AgentInfo(agent_id="J-1"), 2)
    roster.change("J-1", "idle", 2)
    assert roster.changes == before


def test_an_agent_is_found_by_id_role_or_name():
    roster = Roster()
    roster.meet(info("J-1"), 1)
    assert all(roster.find(name).key == "J-1" for name in ("J-1", "JUDGE", "Judge"))
    assert roster.find("") is None
    assert roster.find("X") is None


def test_the_steps_follow_who_comes_and_what_they_are():
    roster = Roster()
    for number, role in enumerate(["A", "HOST", "B"]):
        mode = {"execution_mode": "sequential"} if role == "HOST" else {}
        roster.meet(info(f"{role}-1", role=role, parameters=mode), number)
    roster.change("B-1", "working", 5)
    assert roster.steps == Steps(reached=2, total=2)
    roster.meet(info("C-1", role="C"), 6)
    assert roster.steps == Steps(reached=2, total=3)
    roster.meet(info("A-1", role="C"), 7)  # nobody is A any more
    assert roster.steps == Steps(reached=2, total=2)
    roster.meet(info("HOST-1", role="HOST", parameters={"execution_mode": "sequential"}), 8)
    assert roster.steps == Steps(reached=2, total=2)


def test_an_agent_is_found_by_what_it_is_called_now():
    roster = Roster()
    roster.meet(info("J-1", name="Judge"), 1)
    roster.meet(info("J-2", name="Judge"), 2)
    assert roster.find("Judge").key == "J-1"
    roster.meet(info("J-1", name="Dee"), 3)
    assert [roster.find(name).key for name in ("Judge", "Dee", "JUDGE", "J-2")] == [
        *("J-2", "J-1", "J-1", "J-2"),
    ]
    roster.meet(info("J-2", name="Dum"), 4)
    assert roster.find("Judge") is None
    assert roster.find("") is None


def test_an_agent_whose_id_is_a_role_is_not_expected_again():
    roster = Roster()
    roster.meet(info("SCORER", role="JUDGE"), 1)
    roster.expect({"SCORER": "scores"}, 2)
    assert states(roster) == [("SCORER", "idle", 0)]


def test_a_name_that_is_none_is_cut():
    roster = Roster()
    agent = roster.meet(info("J" * 10_000, name="N" * 10_000, parameters={"model": "m" * 999}), 1)
    assert {len(agent.key), len(agent.name), len(agent.model)} == {201}
    assert AgentInfo(role={"a": 1}).role == '{"a": 1}'


def test_entries_that_name_an_agent_alike_share_its_name():
    roster = Roster()
    told = info("J-1", parameters={"criteria": ["fair"]})
    agent = roster.meet(told, 1)
    first = roster.speaker(agent)
    assert roster.speaker(roster.meet(told, 2)) is first
    other = roster.speaker(roster.meet(info("J-1", parameters={"criteria": ["kind"]}), 3))
    assert (other.criteria, first.criteria) == (["kind"], ["fair"])


@pytest.mark.parametrize(
    ("parameters", "leads"),
    [
        ({}, None),
        ({"execution_mode": "sequential"}, "sequence"),
        ({"execution_mode": "adaptive"}, "chat"),
        ({"execution_mode": "adaptive", "template": "t"}, "chat"),
        ({"execution_mode": "sequential", "template": "t"}, "chat"),
        ({"execution_mode": "else", "template": "t"}, None),
        ({"execution_mode": ["sequential"]}, None),
    ],
)
def test_a_host_says_what_it_leads_through(parameters, leads):
    roster = Roster()
    roster.meet(info("J-1", parameters={"template": "t", "model": "m"}), 1)
    roster.meet(info("H-1", role="HOST", parameters=parameters), 2)
    roster.meet(AgentInfo(agent_id="H-1"), 3)  # a later frame that does not say takes nothing away
    assert roster.leads == leads


def test_who_is_at_work_is_known_in_the_order_in_which_they_began():
    roster = Roster()
    for key in ("A", "B", "C"):
        roster.meet(info(key, name=f"Judge {key}"), 1)
    for key in ("C", "A", "B"):
        roster.change(key, "working", 2)
    assert list(roster.working) == ["C", "A", "B"]
    assert [roster.called(key) for key in roster.working] == ["Judge C", "Judge A", "Judge B"]
    roster.change("A", "idle", 3)
    roster.change("B", "failed", 3)
    roster.meet(info("C", name="Judge Dee"), 3)
    assert [roster.called(key) for key in roster.working] == ["Judge Dee"]
    roster.rest(4)
    assert list(roster.working) == []
