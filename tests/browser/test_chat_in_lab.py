"""A chat in JupyterLab, by keyboard alone: with the built-in server, and with an LLM host."""

from __future__ import annotations

import re
import time

import nbformat
import pytest
from playwright.sync_api import expect
from support.hosting import Hosting

from buttermilk_widget.server import BackgroundServer
from buttermilk_widget.server.settings import Settings


@pytest.fixture(scope="module")
def asked():
    """The built-in server, at a pace at which a person sees its agents at work."""
    with BackgroundServer(settings=Settings.at_pace(0.8)) as server:
        yield server


@pytest.fixture
def hosting():
    with Hosting().running() as server:
        yield server


class Chat:
    """A chat in the first cell of a notebook, and somebody who has no mouse."""

    def __init__(self, notebook):
        self.notebook = notebook
        self.page = notebook.page
        self.keys = notebook.page.keyboard
        self.widget = notebook.widget()
        self.state = self.widget.locator(".conversation")
        self.status = self.widget.get_by_role("status").first
        self.field = self.widget.get_by_label("Your words")
        self.feed = self.widget.get_by_role("feed")

    def reach(self):
        """Press Tab until the keys go where one talks."""
        for _ in range(60):
            self.keys.press("Tab")
            if self.field.evaluate("field => field.getRootNode().activeElement === field"):
                return
        pytest.fail("the field is not reached by keys")

    def say(self, words):
        self.keys.type(words)
        self.keys.press("Enter")

    def wait(self, readiness):
        expect(self.state).to_have_attribute("data-readiness", readiness)

    def is_as_talk(self):
        """Nothing is held, and nothing is raw."""
        expect(self.widget.get_by_role("list", name="Held input")).to_have_count(0)
        expect(self.widget.get_by_role("button", name="Hold")).to_have_count(0)
        raw = "[e.body.kind for e in run.entries if e.body.kind in ('json', 'unknown')]"
        assert self.notebook.ask(f"{raw}, run.held") == "([], ())"


@pytest.fixture
def chat(lab, opened):
    """Run a chat in a notebook of its own; JupyterLab has the first cell in its hands by itself."""

    def chat(url, flow="ask", *, more=""):
        name = f"chat-{time.time_ns()}.ipynb"
        code = (
            "from buttermilk_widget import FlowWidget\n"
            f"widget = FlowWidget({url!r}, height=300)\nrun = widget.run({flow!r}{more})\nwidget"
        )
        cells = [nbformat.v4.new_code_cell(source) for source in (code, "")]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), lab.folder / name)
        notebook = opened(name)
        notebook.file = lab.folder / name
        expect(notebook.page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(2)
        expect(notebook.page.locator(".jp-CodeCell.jp-mod-active")).to_have_count(1)
        notebook.page.keyboard.press("Control+Enter")
        made = Chat(notebook)
        expect(made.feed).to_be_visible()
        return made

    return chat


def test_one_talks_to_ask_and_it_answers(chat, asked):
    made = chat(asked.url)
    made.reach()
    made.wait("asking")
    made.say("find naming people")
    expect(made.feed.locator("[data-kind=research]")).to_be_visible()
    made.wait("listening")
    expect(made.status).to_contain_text("Listening The host listens. Say something at any time.")
    expect(made.field).to_be_focused()
    expect(made.field).to_have_value("")
    expect(made.widget.locator(".asked")).to_have_count(0)
    made.notebook.picture("chat-1-listening")

    for words in ("judge post-hedge", "compare", "help"):
        made.say(words)
    expect(made.status).to_contain_text("You can keep talking.")
    made.notebook.picture("chat-2-at-work")
    answers = made.feed.locator("[data-kind=answer]")
    expect(answers.last).to_contain_text("help")
    expect(made.feed).to_contain_text("I understand:")
    made.wait("listening")

    made.say("bye")
    made.wait("ended")
    made.notebook.picture("chat-3-ended")
    kinds = made.notebook.ask(
        "[e.body.kind for e in run.entries if e.speaker or 'answer' in e.body.kind]"
    )
    for kind in ("research", "judgement", "differences", "text"):
        assert f"'{kind}'" in kinds
    said = "[e.body.content for e in run.entries if e.body.kind == 'answer']"
    assert made.notebook.ask(said) == (
        "['find naming people', 'judge post-hedge', 'compare', 'help', 'bye']"
    )
    made.is_as_talk()


def test_what_is_typed_before_the_server_is_ready_is_said_in_its_turn(chat, asked):
    made = chat(asked.url)
    made.reach()
    for words in ("help", "find naming people", "bye"):
        made.say(words)
    made.wait("ended")
    said = "[e.body.content for e in run.entries if e.body.kind == 'answer']"
    assert made.notebook.ask(said) == "['help', 'find naming people', 'bye']"
    made.is_as_talk()


def test_a_chat_goes_on_after_a_reload_and_in_two_views(chat, asked):
    made = chat(asked.url)
    made.reach()
    made.wait("asking")
    made.say("judge post-hedge")
    expect(made.status).to_contain_text("You can keep talking.")
    made.keys.type("half a tho")
    made.notebook.save(made.notebook.file)
    made.page.reload()
    made.wait("listening")
    expect(made.field).to_have_value("half a tho")
    expect(made.feed.locator("[data-kind=judgement]").last).to_be_visible()

    made.notebook.ask("widget")
    other = made.notebook.widget(1)
    words = other.get_by_label("Your words")
    words.focus()
    made.keys.press("Control+A")
    made.say("help")
    for view in (made.widget, other):
        expect(view.get_by_role("feed")).to_contain_text("I understand:")
    expect(words).to_have_value("")
    expect(made.field).to_have_value("half a tho")
    made.field.focus()
    made.keys.press("End")
    made.say("ught")
    for view in (made.widget, other):
        expect(view.get_by_role("feed")).to_contain_text("half a thought")
    words.focus()
    made.say("bye")
    for view in (made.widget, other):
        expect(view.locator(".conversation")).to_have_attribute("data-readiness", "ended")
    made.is_as_talk()


def test_an_llm_host_is_talked_to_in_mid_task_and_says_what_it_is(chat, hosting):
    made = chat(hosting.url, "osb")
    hosting.pause = 2.0
    made.reach()
    made.wait("asking")
    for words in ("hello there", "analyse", "and what else?"):
        made.say(words)
    expect(made.status).to_contain_text("Analyst is working. You can keep talking.")
    expect(made.feed).to_contain_text("You said: and what else?")
    expect(made.feed).to_contain_text("It was analysed.")
    expect(made.status).to_contain_text("The host listens.")
    speakers = made.feed.locator("[data-kind=text] header strong").all_inner_texts()
    assert speakers == ["Host", "Host", "Analyst"]
    expect(made.feed.get_by_text("_call")).to_have_count(0)
    assert [frame["content"] for frame in hosting.answers] == [
        "hello there",
        "analyse",
        "and what else?",
    ]
    made.say("bye")
    made.wait("ended")
    made.is_as_talk()


def test_a_step_to_confirm_leaves_what_is_half_typed(chat, hosting):
    made = chat(hosting.url, "osb")
    made.reach()
    made.wait("asking")
    made.say("hello")
    made.wait("listening")
    made.say("step")
    made.keys.type("and then tell")
    made.wait("asking")
    expect(made.widget.locator(".asked")).to_contain_text("Confirm next step: ANALYST")
    made.say(" me why")
    expect(made.field).to_be_focused()
    expect(made.field).to_have_value("and then tell me why")
    expect(made.widget.locator(".note")).to_contain_text("Writing here means No")
    made.notebook.picture("chat-4-step")
    made.page.wait_for_timeout(300)
    assert [frame.get("content") for frame in hosting.answers] == ["hello", "step"]

    made.keys.press("Shift+Tab")
    made.keys.press("Shift+Tab")
    expect(made.widget.get_by_role("button", name="Confirm")).to_be_focused()
    made.keys.press("Enter")
    made.wait("listening")
    hosting.wait_for_answers(3)
    step = hosting.answers[-1]
    assert (step["confirm"], step.get("content")) == (True, None)
    expect(made.feed).to_contain_text("sent as confirm: true, selection: confirm, by you")
    expect(made.feed).to_contain_text("Done, as you say.")
    expect(made.field).to_be_focused()
    expect(made.field).to_have_value("and then tell me why")
    made.keys.press("Enter")
    expect(made.feed).to_contain_text("You said: and then tell me why")
    made.is_as_talk()


def test_what_an_option_means_is_declared_once(chat, hosting):
    made = chat(hosting.url, "osb")
    made.reach()
    made.wait("asking")
    made.say("hello")
    made.wait("listening")
    made.say("which")
    made.wait("asking")
    options = made.widget.get_by_role("list", name="Options").get_by_role("button")
    assert options.all_inner_texts() == ["Publish it", "Send it back", "(blank option)"]
    for _ in range(3):
        made.keys.press("Shift+Tab")
    expect(options.first).to_be_focused()
    made.keys.press("Enter")
    expect(made.widget.get_by_role("button", name="Go on with the step")).to_be_focused()
    made.notebook.picture("chat-5-declaring")
    made.keys.press("Enter")
    made.wait("listening")
    expect(made.field).to_be_focused()
    expect(made.feed).to_contain_text("sent as confirm: true, selection: Publish it, by you")

    made.say("which")
    made.wait("asking")
    options.first.focus()
    made.keys.press("Enter")
    made.wait("listening")
    made.say("which")
    made.wait("asking")
    options.last.focus()
    made.keys.press("Enter")
    made.keys.press("Tab")
    made.keys.press("Enter")
    made.wait("listening")
    sent = [(one["confirm"], one["selection"]) for one in hosting.answers if "selection" in one]
    assert sent == [(True, "Publish it"), (True, "Publish it"), (False, "")]
    made.is_as_talk()


def test_a_chat_goes_on_after_its_connection_broke(chat, hosting):
    made = chat(hosting.url, "osb")
    made.reach()
    made.wait("asking")
    made.say("hello")
    made.wait("listening")
    made.say("drop")
    expect(made.feed.locator("[data-kind=gap]")).to_be_visible()
    made.say("are you there?")
    expect(made.feed).to_contain_text("You said: are you there?")
    made.wait("listening")
    expect(made.field).to_be_focused()
    assert re.search(
        r"'sent'\]$",
        made.notebook.ask("[e.body.state for e in run.entries if e.body.kind == 'answer']"),
    )
    made.is_as_talk()
