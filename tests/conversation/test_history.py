"""The entries, and what changed since."""

from __future__ import annotations

import pytest

from buttermilk_widget.conversation.history import Entries, History
from buttermilk_widget.conversation.patches import Agent, Entry, EventNote, Speaker


def note(history, content="x", **more):
    return history.add(EventNote(content=content), 1.0, **more)


def test_entries_are_numbered_from_one_and_keep_their_place():
    history = History()
    first, second = note(history, "a"), note(history, "b")
    history.change(first, body=EventNote(content="c"))
    assert [entry.body.content for entry in history.entries] == ["c", "b"]
    assert (first.id, second.id, len(history)) == (1, 2, 2)
    assert history[1].body.content == "c"
    for number in (0, 3, -1):
        with pytest.raises(KeyError):
            history[number]


def test_since_gives_what_changed_in_order():
    history = History()
    for _ in range(3):
        note(history)
    seq = history.tick()
    assert history.since(seq) == ()
    history.change(history[3])
    history.change(history[1])
    assert [entry.id for entry in history.since(seq)] == [1, 3]
    assert [entry.id for entry in history.since(0)] == [1, 2, 3]


def test_an_entry_that_changes_for_ever_takes_no_room_for_it():
    history = History()
    first, other = note(history), note(history)
    seq = history.seq
    for _ in range(10_000):
        first = history.change(first)
    assert len(history._seqs) <= 2 * 2 + 100
    assert history.since(seq) == (first,)
    assert history.since(0) == (first, other)
    assert history.since(history.seq) == ()


def test_an_entry_about_another_changes_both():
    history = History()
    note(history)
    seq = history.seq
    answer = note(history, about=1)
    assert (answer.about, history[1].replies) == (1, (2,))
    assert [entry.id for entry in history.since(seq)] == [1, 2]


@pytest.fixture
def entries():
    history = History()
    for letter in "abc":
        note(history, letter)
    return history.entries


def test_an_entry_is_found_by_the_number_that_it_is_shown_with(entries):
    assert [entries[number].body.content for number in (1, 2, 3, -1, -3)] == [
        "a",
        "b",
        "c",
        "c",
        "a",
    ]
    assert [entry.id for entry in entries[2:]] == [2, 3]
    assert [entry.id for entry in entries[:2]] == [1]
    assert [entry.id for entry in reversed(entries)] == [3, 2, 1]


@pytest.mark.parametrize("number", [0, 4, -4])
def test_a_number_that_no_entry_has_is_said(entries, number):
    with pytest.raises(IndexError, match=f"no entry {number}: they are numbered from 1 to 3"):
        entries[number]


def test_entries_are_a_collection(entries):
    assert entries[2] in entries
    assert "b" not in entries
    assert entries == entries[1:] == tuple(entries)
    assert entries != "abc"
    assert len({entries, entries[1:]}) == 1
    assert repr(entries) == "Entries(3)"
    with pytest.raises(IndexError, match="there are none yet"):
        Entries()[1]


def test_an_entry_is_found_by_the_id_of_its_message():
    made = [
        Entry(id=n, seq=n, at=n, message_id=said, body={"kind": "text"})
        for n, said in enumerate(["a", None, "a", "b"], 1)
    ]
    entries = Entries(tuple(made))
    assert [entries.of_message(said) for said in ("a", "b", "c", None)] == [
        *(made[0], made[3], None, None),
    ]


def test_for_a_reader_each_entry_has_its_agent_s_label_of_now():
    history = History()
    speaker = Speaker(key="j", name="J")
    for _ in range(2):
        note(history, speaker=speaker)
    note(history, speaker=Speaker(key="k", name="K"))
    note(history)
    agents = [
        Agent(key="j", name="J", label="J · m", since=1.0),
        Agent(key="k", name="K", label="K", since=1.0),
        Agent(key="old", name="Old", since=1.0),
    ]
    labelled = history.entries.labelled(agents)
    assert [entry.speaker and entry.speaker.called for entry in labelled] == [
        *("J · m", "J · m", "K", None),
    ]
    assert labelled[1].speaker is labelled[2].speaker
    assert labelled[3] is history.entries[3]
    assert labelled[1].speaker.name == "J"
    assert history.entries[1].speaker.label == ""
    assert labelled.labelled(agents) == labelled
