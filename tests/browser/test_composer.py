"""Where the person talks and answers, on the page with no kernel, by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.jupyterlab import inspect

ASK = """asked => {
    const { store, apply } = window.page;
    const { run, seq, entries, status } = store.state;
    const body = { kind: "question", content: "Confirm next step: JUDGE", options: [], thought: null,
                   form: "confirm", number: 2, confirms: [], asked: 1, state: "open", ...asked };
    const entry = { id: entries.length + 1, seq: seq + 1, at: 1764000000, server_time: null,
                    speaker: null, message_id: null, about: null, replies: [], frame: null,
                    metadata: {}, tracing_link: null, source: null, body };
    apply({ kind: "patch", run, base: seq, seq: seq + 1, at: 1764000000, entries: [entry],
            agents: null, status: { ...status, readiness: "asking", question: entry.id } });
}"""
LISTEN = """() => {
    const { store, apply } = window.page;
    const { run, seq, status } = store.state;
    apply({ kind: "patch", run, base: seq, seq: seq + 1, at: 1764000000, entries: [], agents: null,
            status: { ...status, readiness: "listening", question: null } });
}"""
YES_AND_NO = {"options": ["confirm", "reject"], "confirms": [True, False]}


def said(page):
    """What was sent to the kernel: the verdict, the words, and to which question."""
    commands = page.evaluate("window.page.sent.filter(({ kind }) => kind === 'respond')")
    return [(one["verdict"], one["content"], one["question"]) for one in commands]


def test_one_talks_to_a_host_that_listens_without_lifting_a_hand(plain):
    page = plain.show("listening")
    page.get_by_label("Your words").focus()
    page.keyboard.type("find naming\nand then")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("judge it\nbye\n")
    expect(page.get_by_label("Your words")).to_have_value("")
    expect(page.get_by_label("Your words")).to_be_focused()
    assert said(page) == [
        ("text", "find naming", None),
        ("text", "and then\njudge it", None),
        ("text", "bye", None),
    ]
    expect(page.get_by_role("button", name="Hold")).to_have_count(0)


@pytest.mark.parametrize(
    "asked", [YES_AND_NO, {}, {"form": "options", "options": ["a", "b"], "confirms": [None, None]}]
)
def test_a_question_in_mid_chat_takes_no_half_typed_words(plain, asked):
    page = plain.show("listening")
    field = page.get_by_label("Your words")
    field.focus()
    page.keyboard.type("and is the po")
    page.evaluate(ASK, asked)
    expect(page.locator(".asked")).to_contain_text("Confirm next step: JUDGE")
    page.keyboard.type("st a case\n")
    expect(field).to_be_focused()
    expect(field).to_have_value("and is the post a case")
    expect(page.locator(".note")).to_contain_text("Enter sends nothing")
    assert said(page) == []
    page.evaluate(LISTEN)
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value("")
    assert said(page) == [("text", "and is the post a case", None)]


def test_the_focus_stays_when_another_view_answers(plain):
    page = plain.show("listening")
    page.evaluate(ASK, YES_AND_NO)
    page.get_by_role("button", name="Confirm").focus()
    page.evaluate(LISTEN)
    expect(page.get_by_label("Your words")).to_be_focused()


def test_the_enter_of_an_input_method_sends_nothing(plain):
    """As Safari reports it: the composition is over, and the code is that of an input method."""
    page = plain.show("listening")
    field = page.get_by_label("Your words")
    field.fill("にほん")
    field.focus()
    page.evaluate(
        "window.codes = []; addEventListener('keydown', ({ keyCode }) => codes.push(keyCode), true)"
    )
    keys = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        keys.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229},
        )
    plain.settle()
    assert page.evaluate("codes") == [229]
    assert said(page) == []
    expect(field).to_have_value("にほん")
    page.keyboard.press("Enter")
    expect(field).to_have_value("")
    assert said(page) == [("text", "にほん", None)]


@pytest.mark.parametrize("width", [320, 640, 1100])
def test_an_option_can_be_read_in_full_where_it_is_pressed(plain, width):
    page = plain.show("long-options")
    page.set_viewport_size({"width": width, "height": 1500})
    options = page.get_by_role("list", name="Options").get_by_role("button")
    labels = options.all_inner_texts()
    assert len(set(labels)) == len(labels) == 7
    assert labels[0].endswith("is to be removed")
    assert labels[1].endswith("is to be kept")
    assert labels[2:] == [
        "**Bold** option, with `code`,\nand a second line",
        "(blank option)",
        "5. Keep it",
        "6. Keep it ",
        "Keep⟨U+202E⟩it",
    ]
    clipped = options.evaluate_all(
        "all => all.filter(one => one.scrollHeight > one.clientHeight || "
        "one.scrollWidth > one.clientWidth).length"
    )
    assert clipped == 0


def test_very_many_long_options_leave_the_field_in_reach(plain):
    page = plain.show("listening")
    options = [f"{n}. {'words that go on ' * 40}" for n in range(60)]
    page.evaluate(ASK, {"form": "options", "options": options, "confirms": [None] * 60})
    box = page.get_by_role("list", name="Options")
    expect(box.get_by_role("button")).to_have_count(60)
    assert box.evaluate("box => box.clientHeight < innerHeight")
    box.get_by_role("button").last.focus()
    expect(box.get_by_role("button").last).to_be_in_viewport()
    assert plain.violations() == []


def test_what_an_option_means_is_declared_by_keys(plain):
    page = plain.show("uncertain")
    option = page.get_by_role("button", name="Publish it")
    option.focus()
    page.keyboard.press("Enter")
    first = page.get_by_role("button", name="Go on with the step")
    expect(first).to_be_focused()
    expect(page.get_by_role("group", name="What does this option mean")).to_contain_text(
        "The server only goes on if it is told so."
    )
    inspect(plain, "opened-declaring")
    page.keyboard.press("Escape")
    expect(option).to_be_focused()
    expect(first).to_have_count(0)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Do not go on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your words")).to_be_focused()
    sent = page.evaluate("window.page.sent.at(-1)")
    assert (sent["verdict"], sent["content"], sent["confirm"]) == ("choice", "Publish it", False)
    page.get_by_role("button", name="Reject it").focus()
    page.keyboard.press("Enter")
    plain.settle()
    sent = page.evaluate("window.page.sent.at(-1)")
    assert (sent["content"], sent["confirm"]) == ("Reject it", None)


def test_details_are_opened_by_keys_and_the_trace_only_on_the_readers_word(plain):
    page = plain.show("ended", height=6000)
    entry = page.locator("#entry-9")
    entry.get_by_label("Details of entry 9").focus()
    page.keyboard.press("Enter")
    expect(entry.get_by_text("prompt 1840, completion 212")).to_be_visible()
    inspect(plain, "opened-details")
    opened = []
    page.on("popup", lambda popup: opened.append(popup.url))
    entry.get_by_role("link", name="traces.example.org").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("traces.example.org")
    page.get_by_role("button", name="Stay here").press("Enter")
    assert opened == []
