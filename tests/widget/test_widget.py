"""The model: what it sends to a page, and what it does at a page's word."""

from __future__ import annotations

import itertools
import json
import logging
import sys
import time
import zlib

import pytest
from support.full_disk import Disk

from buttermilk_widget import (
    BadAddress,
    BadParameter,
    FlowWidget,
    MissingExtra,
    NotListed,
    RunError,
    ServerUnreachable,
    Session,
    UnknownFlow,
    UnknownKeyword,
)
from buttermilk_widget.client import default_server
from buttermilk_widget.conversation.patches import Labels
from buttermilk_widget.transcript.compress import RAW
from buttermilk_widget.widget import widget as module


class Page:
    """Stands where a page would be: gets what is sent, and sends as ipywidgets delivers."""

    def __init__(self, widget, monkeypatch):
        self.widget = widget
        self.heard = []
        self._numbers = itertools.count(1)
        monkeypatch.setattr(widget, "send", self._hear)

    def _hear(self, content, buffers=()):
        for packed in buffers:
            content |= json.loads(zlib.decompress(packed, wbits=RAW))
        self.heard.append(content)

    def say(self, **command):
        self.widget._handle_custom_msg(command, [])

    def ask(self, **command):
        """Send a command, and wait for its reply's problem."""
        number = f"test-{next(self._numbers)}"
        self.say(id=number, **command)
        replies = lambda: [m for m in self.heard if m["kind"] == "reply" and m["id"] == number]  # noqa: E731
        wait(replies)
        return replies()[0]["problem"]

    def of(self, kind):
        return [message for message in self.heard if message["kind"] == kind]

    def status(self):
        found = [patch["status"] for patch in self.of("patch") if patch["status"]]
        return found[-1] if found else {"readiness": None, "question": None, "held": []}

    def entries(self):
        """The entries that a page's store would have."""
        entries = {}
        for patch in self.of("patch"):
            entries |= {entry["id"]: entry for entry in patch["entries"]}
        return [entries[number] for number in sorted(entries)]


def wait(happened, limit=10.0):
    until = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def page(fast_server, monkeypatch):
    widget = FlowWidget(fast_server.url)
    yield Page(widget, monkeypatch)
    widget.close()


def asking(page):
    return lambda: page.status()["readiness"] == "asking"


# --- the constructor -----------------------------------------------------------------------------


def test_a_wrong_address_and_an_unknown_keyword_are_refused_at_the_call():
    with pytest.raises(BadAddress, match=r"such as 'http://localhost:8000'"):
        FlowWidget("not an address")
    with pytest.raises(UnknownKeyword, match=r"no keyword 'hedears'. Did you mean 'headers'\?"):
        FlowWidget("localhost:1", hedears={})
    assert issubclass(UnknownKeyword, TypeError)


def test_repr_is_the_same_each_time_and_shows_no_secret():
    widget = FlowWidget("http://me:secret@localhost:1", headers={"X-Key": "hunter2"})
    assert repr(widget) == "FlowWidget('http://localhost:1')"
    state = str(widget.get_state())
    assert "secret" not in state
    assert "hunter2" not in state
    widget.close()


def test_without_a_server_the_environment_names_it_or_the_built_in_one_starts(monkeypatch):
    monkeypatch.setenv(default_server.SERVER, "http://localhost:1234")
    assert repr(FlowWidget()) == "FlowWidget('http://localhost:1234')"
    monkeypatch.delenv(default_server.SERVER)
    widget, other = FlowWidget(), FlowWidget()
    assert repr(widget) == "FlowWidget('the built-in server')"
    assert widget._server == other._server
    run = widget.run("long", messages=3, rate=0.0)
    run.wait(20)
    default_server._background.stop()
    monkeypatch.setattr(default_server, "_background", None)


def test_without_the_extra_it_says_how_to_have_a_server(monkeypatch):
    monkeypatch.delenv(default_server.SERVER, raising=False)
    monkeypatch.setitem(sys.modules, "buttermilk_widget.server", None)
    with pytest.raises(MissingExtra, match=r"pip install 'buttermilk-widget\[server\]'"):
        FlowWidget()


def test_the_study_s_words_for_predictions_are_the_page_s_and_the_run_s(fast_server, monkeypatch):
    words = {True: "in breach", False: "not in breach"}
    page = Page(FlowWidget(fast_server.url, labels=words), monkeypatch)
    run = page.widget.run("long", messages=1, rate=0.0).wait(20)
    labels = Labels(yes="in breach", no="not in breach")
    assert run.labels == run.scores.labels == run.transcript.scores.labels == labels
    wait(lambda: page.status().get("labels") == labels.model_dump())
    with pytest.raises(BadParameter, match="two that differ"):
        FlowWidget(fast_server.url, labels={True: "in breach"})
    page.widget.close()


# --- a page --------------------------------------------------------------------------------------


def test_a_page_that_opens_hears_of_no_run_and_of_the_flows(page):
    page.say(kind="sync", run=0, seq=0)
    page.say(kind="ask_offers")
    wait(lambda: page.of("offers") and page.of("patch"))
    assert page.of("patch")[0]["run"] == 0
    names = [flow["name"] for flow in page.of("offers")[0]["flows"]]
    assert names == ["osb", "panel", "ask", "long"]
    assert page.of("offers")[0]["listed"]


def test_the_flows_of_a_server_that_is_not_there_are_a_sentence(monkeypatch):
    page = Page(FlowWidget("http://localhost:9"), monkeypatch)
    page.say(kind="ask_offers")
    wait(lambda: page.of("offers"))
    assert "Nobody answers" in page.of("offers")[0]["problem"]


def test_a_server_that_lists_no_flows_is_said_not_to(monkeypatch):
    widget = FlowWidget("http://localhost:9")
    page = Page(widget, monkeypatch)

    async def not_listed(self):
        raise NotListed("It does not list its flows.")

    monkeypatch.setattr(Session, "offered", not_listed)
    page.say(kind="ask_offers")
    wait(lambda: page.of("offers"))
    assert page.of("offers")[0] | {"server": ""} == {
        "kind": "offers",
        "server": "",
        "flows": [],
        "problem": "",
        "listed": False,
    }
    widget.close()


def test_the_flows_on_offer_are_known_in_python(page):
    flows = {flow.name: flow for flow in page.widget.flows()}
    assert {"osb", "panel", "long"} <= set(flows)
    assert "guidelines" in flows["osb"].description
    messages = next(one for one in flows["long"].parameters if one.name == "messages")
    assert (messages.type, messages.required, messages.default) == ("integer", False, 300)


def test_flows_that_cannot_be_had_are_a_sentence():
    widget = FlowWidget("http://localhost:9", headers={"X-Key": "t0ken-of-mine"})
    with pytest.raises(ServerUnreachable, match="Nobody answers") as caught:
        widget.flows()
    assert caught.traceback[-1].path.name == "test_widget.py"
    widget.close()


def test_the_latest_run_is_reached_whichever_way_it_was_started(page):
    assert page.widget.latest is None
    typed = [
        {"name": "messages", "type": "integer", "text": "2"},
        {"name": "rate", "type": "number", "text": "0"},
    ]
    assert page.ask(kind="start", flow="long", typed=typed) == ""
    first = page.widget.latest
    first.wait(20)
    assert first.transcript.provenance.parameters == {"messages": 2, "rate": 0}
    second = page.widget.run("long", messages=1, rate=0.0)
    assert page.widget.latest is second
    assert second is not first
    second.wait(20)


def test_a_record_and_parameters_are_typed_into_the_form(page):
    typed = [{"name": "", "type": "object", "text": '{"human_in_loop": false}'}]
    assert page.ask(kind="start", flow="osb", record_id="post-hedge", typed=typed) == ""
    page.widget.latest.wait(20)
    assert page.widget.latest.transcript.provenance.parameters == {
        "human_in_loop": False,
        "record_id": "post-hedge",
    }


def test_what_is_typed_wrong_starts_nothing_and_is_said(page):
    typed = [{"name": "rate", "type": "number", "text": "fast"}]
    problem = page.ask(kind="start", flow="long", typed=typed)
    assert problem == "'rate' takes a number, such as 0.5, and not 'fast'."
    assert page.widget.latest is None


def test_a_page_hears_while_the_run_goes_on_that_it_is_not_recorded(
    fast_server, monkeypatch, tmp_path
):
    path = tmp_path / "runs.jsonl"
    widget = FlowWidget(fast_server.url, cassette=path)
    page = Page(widget, monkeypatch)
    notices = lambda: [message["notice"] for message in page.of("recording")]  # noqa: E731
    with Disk(0) as disk:
        assert page.ask(kind="start", flow="osb", prompt="the hedge") == ""
        wait(asking(page))
        wait(notices)
        said = (
            f"The cassette {str(path)!r} could not be written: No space left on device. The run "
            "goes on, and is written once it can be."
        )
        assert notices() == [said]
        assert page.of("recording")[0]["run"] == page.of("patch")[-1]["run"]
        page.heard.clear()
        page.say(kind="sync", run=1, seq=0)
        wait(notices)
        assert notices() == [said]
        disk.room = 10**9
        assert page.ask(kind="stop") == ""
        wait(lambda: notices()[-1] == "")
    widget.close()


def test_a_page_is_sent_nothing_of_a_recording_that_succeeds(fast_server, monkeypatch, tmp_path):
    widget = FlowWidget(fast_server.url, cassette=tmp_path / "runs.jsonl")
    page = Page(widget, monkeypatch)
    assert page.ask(kind="start", flow="osb", prompt="the hedge") == ""
    wait(asking(page))
    assert page.ask(kind="stop") == ""
    wait(lambda: page.status()["readiness"] == "stopped")
    assert page.of("recording") == []
    widget.close()


def test_a_page_starts_answers_and_ends_a_run(page):
    assert page.ask(kind="start", flow="osb", prompt="the hedge") == ""
    question = None
    for _ in range(4):
        wait(lambda last=question: page.status()["question"] not in (None, last))
        question = page.status()["question"]
        assert page.ask(kind="respond", verdict="confirm", question=question) == ""
        again = page.ask(kind="respond", verdict="confirm", question=question)
        assert "no longer open" in again or "The flow has ended" in again
    wait(lambda: page.status()["readiness"] == "ended")
    assert [e["body"]["kind"] for e in page.entries()].count("answer") == 4
    assert page.widget.readiness == "ended"
    assert page.widget.flow == "osb"


def test_a_page_that_missed_something_is_given_just_that(page):
    page.ask(kind="start", flow="long")
    wait(lambda: len(page.entries()) > 20)
    page.ask(kind="stop")
    page.heard.clear()
    page.say(kind="sync", run=1, seq=0)
    wait(lambda: page.of("patch"))
    whole = page.of("patch")[0]
    page.heard.clear()
    page.say(kind="sync", run=1, seq=whole["entries"][-2]["seq"])
    wait(lambda: page.of("patch"))
    assert len(page.of("patch")[0]["entries"]) < len(whole["entries"])
    assert whole["base"] == 0


def test_patches_are_few_however_many_frames_come(page):
    run = page.widget.run("long", messages=600, rate=0.0)
    run.wait(20)
    wait(lambda: page.status()["readiness"] == "ended")
    assert len(page.entries()) >= 600
    assert len(page.of("patch")) < 200


def test_a_page_holds_edits_removes_and_releases(page):
    page.ask(kind="start", flow="osb", prompt="the hedge")
    wait(asking(page))
    for words in ("one", "two"):
        assert page.ask(kind="respond", verdict="text", content=words) == ""
    wait(lambda: len(page.status()["held"]) == 2)
    assert page.ask(kind="edit_held", held=1, content="uno") == ""
    assert page.ask(kind="remove_held", held=2) == ""
    question = page.status()["question"]
    assert page.ask(kind="release_held", held=1, question=question) == ""
    assert "no longer held" in page.ask(kind="remove_held", held=1)
    wait(lambda: [e["body"] for e in page.entries() if e["body"]["kind"] == "answer"])
    answer = next(e["body"] for e in page.entries() if e["body"]["kind"] == "answer")
    assert (answer["content"], answer["state"]) == ("uno", "sent")
    page.ask(kind="stop")


def test_what_a_page_declares_of_an_option_goes_with_the_choice(page, monkeypatch):
    said = []

    class Session:
        def respond(self, verdict, content, **more):
            said.append((verdict, content, more))

    monkeypatch.setattr(page.widget, "_live", Session)
    for confirm in (True, None):
        command = {"verdict": "choice", "content": "Publish", "question": 4, "confirm": confirm}
        assert page.ask(kind="respond", **command) == ""
    assert said == [
        ("choice", "Publish", {"question": 4, "confirm": True}),
        ("choice", "Publish", {"question": 4, "confirm": None}),
    ]


def test_a_command_that_makes_no_sense_is_told_so_and_does_no_harm(page, caplog):
    assert "disagree" in page.ask(kind="dance")
    page.say(kind="dance")
    assert "There is no run yet" in page.ask(kind="respond", verdict="confirm")
    assert page.ask(kind="stop") == ""
    assert "Name the flow" in page.ask(kind="start", flow=" ")
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


def test_a_command_that_comes_again_is_answered_again_and_not_done_again(page):
    page.ask(kind="start", flow="osb", prompt="the hedge")
    wait(asking(page))
    for _ in range(3):
        page.say(kind="respond", id="mine-1", verdict="text", content="once")
        page.say(kind="edit_held", id="mine-2", held=7, content="x")
    replies = lambda: [(m["id"], m["problem"]) for m in page.of("reply")]  # noqa: E731
    wait(lambda: len(replies()) >= 7)
    assert replies().count(("mine-1", "")) == 3
    assert len({problem for number, problem in replies() if number == "mine-2"}) == 1
    wait(lambda: page.status()["held"])
    assert [held["content"] for held in page.status()["held"]] == ["once"]
    for _ in range(2):
        page.say(kind="stop", id="mine-3")
    wait(lambda: ("mine-3", "") in replies())
    wait(lambda: page.status()["readiness"] == "stopped")


# --- runs ----------------------------------------------------------------------------------------


def test_one_run_at_a_time_and_a_fresh_conversation_for_each(page):
    run = page.widget.run("osb")
    with pytest.raises(RunError, match="has not ended yet"):
        page.widget.run("osb")
    run.stop()
    page.widget.run("long", messages=2, rate=0.0).wait(20)
    wait(lambda: page.of("patch")[-1]["run"] == 2)
    assert [p for p in page.of("patch") if p["run"] == 2][0]["base"] == 0  # noqa: RUF015


def test_a_parameter_that_cannot_be_sent_is_refused_at_the_call(page):
    with pytest.raises(BadParameter):
        page.widget.run("osb", when=object())


def test_a_server_that_stays_silent_is_named_with_what_it_offers(monkeypatch, fast_server):
    with pytest.raises(Exception, match=r"osb, panel, ask and long.*mean 'osb'"):
        FlowWidget(fast_server.url).run("osbb").wait(10)
    assert issubclass(UnknownFlow, RunError)


def test_closing_stops_the_run(fast_server):
    widget = FlowWidget(fast_server.url)
    run = widget.run("osb")
    widget.close()
    wait(lambda: run.readiness.settled)
    assert run.readiness.value == "stopped"


# --- what went over the wire ---------------------------------------------------------------------


def test_the_page_is_given_frames_when_it_asks_a_page_at_a_time(page, monkeypatch):
    monkeypatch.setattr(module, "FRAMES", 3)
    monkeypatch.setattr(module, "LONG_FRAME", 20)
    run = page.widget.run("osb", prompt="x")
    wait(asking(page))
    page.say(kind="ask_frames", run=1, start=1)
    wait(lambda: page.of("frames"))
    (answer,) = page.of("frames")
    assert (answer["run"], answer["start"]) == (1, 1)
    assert answer["total"] == len(run.frames)
    assert [note["text"] for note in answer["frames"]] == [f.text[:20] for f in run.frames[1:4]]
    assert [note["length"] for note in answer["frames"]] == [len(f.text) for f in run.frames[1:4]]
    assert {note["direction"] for note in answer["frames"]} == {"in"}


def test_of_a_run_that_is_not_there_no_frames_are_given(page):
    page.say(kind="ask_frames", run=7, start=0)
    wait(lambda: page.of("frames"))
    assert page.of("frames") == [{"kind": "frames", "run": 7, "start": 0, "total": 0, "frames": []}]


def test_the_first_news_goes_at_once_and_more_waits_its_turn(page):
    page.widget.run("osb", prompt="x")
    wait(asking(page))
    patches = page.of("patch")
    assert [patch["base"] for patch in patches[1:]] == [patch["seq"] for patch in patches[:-1]]
    gaps = [later["at"] - patch["at"] for patch, later in itertools.pairwise(patches)]
    assert all(gap > module.COALESCE * 0.9 for gap in gaps)
