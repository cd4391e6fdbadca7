"""Reading a conversation in Chromium: scrolling, finding, keys, announcements, paper."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect
from scenes import SCENES

from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.transcript import captions as as_markdown
from buttermilk_widget.transcript import entry_markdown
from buttermilk_widget.transcript.tables import record_before

PLACE = """() => {
    const log = document.querySelector("main > div").shadowRoot.querySelector(".log");
    return { top: log.scrollTop, rest: log.scrollHeight - log.scrollTop - log.clientHeight };
}"""
PARAGRAPH = "A sentence of an agent that goes on for a while. "


@pytest.fixture
def long(plain):
    """A conversation that is much higher than its list."""
    plain.show("ended")
    plain.say(*(f"{PARAGRAPH * (1 + n % 7)} This is {n}." for n in range(60)))
    plain.settle()
    return plain


def place(plain):
    plain.settle()
    return plain.page.evaluate(PLACE)


def scroll(plain, pixels):
    plain.page.locator(".log").hover()
    plain.page.mouse.wheel(0, pixels)
    plain.page.evaluate("() => new Promise(done => setTimeout(done, 250))")


def top_of(plain, number):
    return plain.page.locator(f"#entry-{number}").bounding_box()["y"]


# --- scrolling -----------------------------------------------------------------------------------


def test_a_reader_at_the_end_stays_there(long):
    assert place(long)["rest"] < 24
    for words in ("one more", PARAGRAPH * 40, "and one"):
        long.say(words)
        assert place(long)["rest"] < 24
    expect(long.page.locator(".new")).to_have_count(0)


def test_a_reader_elsewhere_is_told_and_nothing_moves(long):
    scroll(long, -1500)
    shown = long.page.locator(".entry").first.get_attribute("data-entry-id")
    before = top_of(long, shown)
    long.say("new one", "new two", "new three")
    long.settle()
    assert top_of(long, shown) == pytest.approx(before, abs=1)
    long.page.get_by_role("button", name="3 new").click()
    assert place(long)["rest"] < 24
    expect(long.page.locator(".new")).to_have_count(0)


def test_what_grows_above_moves_nothing_under_the_eye(long):
    scroll(long, -1500)
    entries = long.page.locator(".entry").evaluate_all("all => all.map(one => one.dataset.entryId)")
    above, seen = entries[0], entries[-1]
    before = top_of(long, seen)
    assert top_of(long, above) < long.page.locator(".log").bounding_box()["y"]
    long.page.locator(f"#entry-{above}").evaluate("one => { one.style.paddingTop = '200px' }")
    long.settle()
    assert top_of(long, seen) == pytest.approx(before, abs=2)


def test_the_page_itself_never_scrolls(long):
    page = long.page
    page.set_viewport_size({"width": 1000, "height": 400})
    page.evaluate("document.body.style.paddingTop = '300px'; window.scrollTo(0, 120)")
    long.settle()
    before = page.evaluate("window.scrollY")
    link = page.locator("a.number").last
    link.evaluate("link => link.click()")
    long.say("more")
    long.settle()
    assert page.evaluate("[window.scrollY, location.hash]") == [before, ""]


def test_the_reader_chooses_the_height(long):
    page = long.page
    log = page.locator(".log")
    box = log.bounding_box()
    corner = box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] + 150, steps=5)
    page.mouse.up()
    assert log.bounding_box()["height"] == pytest.approx(box["height"] + 150, abs=3)
    assert place(long)["rest"] < 24


def test_only_what_is_in_sight_is_drawn_and_all_of_it_on_paper(long):
    entries = long.page.locator(".entry")
    assert entries.count() < 40
    long.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    long.page.emulate_media(media="print")
    long.settle()
    total = long.page.evaluate("window.page.store.state.entries.length")
    assert entries.count() == total
    last = entries.last.bounding_box()
    log = long.page.locator(".log").bounding_box()
    assert last["y"] + last["height"] <= log["y"] + log["height"] + 2, "the list shows all of it"
    tops = entries.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert tops == sorted(set(tops)), "entries follow each other"
    long.page.evaluate("dispatchEvent(new Event('afterprint'))")
    long.page.emulate_media(media="screen")
    long.settle()
    assert entries.count() < 40


# --- finding -------------------------------------------------------------------------------------


def find(plain, words):
    if plain.page.get_by_label("Find in the conversation").count() == 0:
        plain.page.get_by_role("button", name="Find", exact=True).click()
    plain.page.get_by_label("Find in the conversation").fill(words)
    plain.settle()


def current(plain):
    """The words that are marked as the match where the reader is, if they are in sight."""
    plain.page.evaluate("() => new Promise(done => setTimeout(done, 200))")
    return plain.page.evaluate(
        """() => {
            const log = document.querySelector("main > div").shadowRoot.querySelector(".log");
            const frame = log.getBoundingClientRect();
            const [range] = CSS.highlights.get("buttermilk-current") ?? [];
            if (!range) return null;
            const { top, bottom, height } = range.getBoundingClientRect();
            const seen = height > 0 && top >= frame.top - 1 && bottom <= frame.bottom + 1;
            return seen ? range.toString() : "out of sight";
        }"""
    )


def status(plain):
    return plain.page.locator("[data-find-count]").inner_text()


def test_a_search_counts_marks_and_goes_round(long):
    find(long, "THIS IS 7.")
    assert status(long) == "1 match"
    find(long, "This is 1")
    assert status(long) == "11 matches"
    long.page.keyboard.press("Enter")
    assert (status(long), current(long)) == ("1 of 11", "This is 1")
    long.page.keyboard.press("Enter")
    assert (status(long), current(long)) == ("2 of 11", "This is 1")
    for _ in range(2):
        long.page.keyboard.press("Shift+Enter")
    assert (status(long), current(long)) == ("11 of 11", "This is 1")
    long.page.get_by_role("button", name="Next").click()
    assert (status(long), current(long)) == ("1 of 11", "This is 1")


@pytest.mark.parametrize("words", ["judge", "cedar", "names", "the", "gpt", "interest", "osb"])
def test_as_many_are_marked_as_are_counted(plain, words):
    plain.show("ended", height=30_000)
    expect(plain.page.locator(".entry")).to_have_count(17)
    find(plain, words)
    total = int(plain.page.locator("[data-find-count]").get_attribute("data-find-count"))
    assert total > 0
    assert plain.page.evaluate("CSS.highlights.get('buttermilk-found').size") == total
    for number in range(1, total + 1):
        plain.page.keyboard.press("Enter")
        assert (status(plain), (current(plain) or "").lower()) == (f"{number} of {total}", words)


@pytest.mark.parametrize(
    ("words", "hidden_in"),
    [
        ("holds no such", None),
        ("names two people who hold no office", "the reasons of a judgement"),
        ("first what it says", "a thought"),
        ("naming", "what a tool was asked"),
        ("novelty", "a raw frame"),
        ("the daily", "what is known of a record"),
        ("paragraph 8", "a long record"),
    ],
)
def test_what_is_folded_is_found_and_unfolded(plain, words, hidden_in):
    plain.show("ended")
    find(plain, words)
    total = int(plain.page.locator("[data-find-count]").get_attribute("data-find-count"))
    assert bool(total) == (hidden_in is not None)
    seen = []
    for _ in range(total):
        plain.page.keyboard.press("Enter")
        seen.append((current(plain) or "").lower())
    assert seen == [words] * total


def test_marks_of_markdown_do_not_hinder(plain):
    plain.show("ended")
    find(plain, "breaks guideline 2: it")
    plain.page.keyboard.press("Enter")
    assert current(plain) == "breaks guideline 2: it"


def test_a_search_follows_what_comes_in_and_ends_with_escape(long):
    find(long, "unheard of")
    assert status(long) == "0 matches"
    long.say("This is unheard of.")
    expect(long.page.locator("[data-find-count]")).to_have_text("1 match")
    long.page.keyboard.press("Escape")
    expect(long.page.get_by_label("Find in the conversation")).to_have_count(0)
    assert long.page.evaluate("CSS.highlights.get('buttermilk-found').size") == 0


def test_filters_show_what_is_asked_for_and_a_link_leads_out_of_them(plain):
    page = plain.show("ended", height=4000)
    everything = page.locator(".entry").count()
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Judge Amber (2)").check()
    expect(page.locator(".entry")).to_have_count(2)
    expect(page.get_by_role("button", name="Filter: 2 of 17")).to_be_visible()
    page.get_by_label("judgement (2)").check()
    expect(page.locator(".entry")).to_have_count(1)
    page.locator(".score").get_by_role("link", name="Scorer #7").click()
    expect(page.locator("#entry-7")).to_be_focused()
    expect(page.locator(".entry")).to_have_count(everything)
    page.get_by_label("Errors only (4)").check()
    kinds = page.locator(".entry").evaluate_all("all => all.map(one => one.dataset.kind)")
    assert kinds == ["trouble", "gap", "unknown", "answer"]
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".entry")).to_have_count(everything)


def test_a_link_leads_into_its_own_view_of_two(plain):
    page = plain.show("ended", height=500)
    page.evaluate("() => { window.page.mount() }")
    views = page.locator("main > div")
    expect(views).to_have_count(2)
    for number, other in ((0, 1), (1, 0)):
        log = "view => view.shadowRoot.querySelector('.log').scrollTop"
        focused = "view => view.shadowRoot.activeElement?.id"
        before = views.nth(other).evaluate(log)
        view = views.nth(number)
        view.locator(".log").evaluate("log => { log.scrollTop = 0 }")
        view.get_by_role("link", name="the question #3").click()
        expect(view.locator("#entry-3")).to_be_focused()
        assert views.nth(other).evaluate(log) == before
        assert views.nth(other).evaluate(focused) != "entry-3"
    assert page.evaluate("location.hash") == ""


def test_the_outline_leads_to_each_step(plain):
    page = plain.show("ended")
    page.get_by_role("button", name="Outline").click()
    steps = page.get_by_role("navigation", name="Outline").get_by_role("listitem")
    assert steps.first.inner_text().startswith("FETCH #1 record")
    assert "JUDGE #3 2 × judgement" in steps.nth(1).inner_text()
    steps.nth(1).get_by_role("link").click()
    expect(page.locator("#entry-3")).to_be_focused()
    assert page.evaluate("location.hash") == ""


def test_the_summary_is_the_table_that_python_has(plain):
    page = plain.show("ended")
    summary = page.locator(".scores")
    expect(summary.locator("summary")).to_have_text(
        "Scores: 2 judgements · 1 yes, 1 no · agreement 0 % · mean score 0.67 (1 of 2 judgements; "
        "1 left out: not scored)"
    )
    row = summary.get_by_role("row", name="Judge Amber")
    for words in ("prediction: yes", "uncertainty: low", "0.67", "2 of 3 right"):
        expect(row).to_contain_text(words)
    row.get_by_role("link", name="#5").click()
    expect(page.locator("#entry-5")).to_be_focused()


# --- taking along --------------------------------------------------------------------------------


def test_an_entry_is_copied_as_python_would_write_it(plain):
    """Markdown and citation are the same words as a transcript's; JSON is the entry."""
    plain.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = plain.show("ended", height=6000)
    shown = SCENES["ended"][0]

    def copied(entry, name):
        entry.get_by_role("button", name=name).click()
        expect(entry.get_by_role("button", name="Copied").first).to_be_visible()
        return page.evaluate("navigator.clipboard.readText()")

    for made in shown.entries:
        entry = page.locator(f"#entry-{made.id}")
        if made.body.kind == "event":
            continue
        entry.get_by_label(f"Copy entry {made.id}").click()
        assert copied(entry, "as markdown") == entry_markdown.markdown(made)
        assert json.loads(copied(entry, "as JSON")) == made.model_dump(mode="json")
        # The page that has no kernel knows the hash by its card, which names no software here.
        record = record_before(Entries(shown.entries), made.id)
        known = as_markdown.Cited(
            shown.status.flow,
            shown.status.server,
            as_markdown.titled(record) if record else "",
            digest=f"sha256:{'0a1b2c3d' * 8}",
        )
        cited = as_markdown.citation(made, known)
        assert copied(entry, "as a citation") == cited


def test_every_frame_is_there_for_whoever_wants_it(plain):
    page = plain.show("real_ok")
    events = page.locator(".frames")
    expect(events.locator("li")).to_have_count(0)
    events.locator("> summary").click()
    frames = page.evaluate("fetch('scenes/real_ok.json').then(got => got.json())")["frames"]
    expect(events.locator("li")).to_have_count(len(frames))
    events.locator("li summary").first.click()
    expect(events.locator("pre").first).to_have_text(frames[0]["text"])


# --- keys and announcements ----------------------------------------------------------------------


def test_keys_go_from_entry_to_entry_and_none_leaves_the_widget(long):
    page = long.page
    page.evaluate(
        "window.heard = []; document.addEventListener('keydown', event => heard.push(event.key))"
    )
    page.locator(".log").focus()
    page.keyboard.press("k")
    first = int(page.evaluate(ACTIVE).removeprefix("entry-"))
    for _ in range(3):
        page.keyboard.press("k")
    assert page.evaluate(ACTIVE) == f"entry-{first - 3}"
    page.keyboard.press("j")
    assert page.evaluate(ACTIVE) == f"entry-{first - 2}"
    page.keyboard.press("Control+f")
    page.keyboard.type("dd")
    expect(page.get_by_label("Find in the conversation")).to_have_value("dd")
    page.keyboard.press("Escape")
    assert page.evaluate("window.heard") == []


ACTIVE = """() => document.querySelector("main > div").shadowRoot.activeElement?.id"""


def test_an_entry_with_the_focus_is_kept_though_it_is_out_of_sight(long):
    page = long.page
    page.locator(".log").focus()
    page.keyboard.press("k")
    kept = page.evaluate(ACTIVE)
    scroll(long, -4000)
    assert page.evaluate(ACTIVE) == kept


def test_every_control_is_reached_by_the_tab_key(plain):
    page = plain.show("asking", height=200)
    page.locator("body").press("Tab")
    reached = set()
    for _ in range(120):
        reached.add(
            page.evaluate(
                """() => {
                    const { activeElement } = document.querySelector("main > div").shadowRoot;
                    return (activeElement?.textContent || activeElement?.tagName || "").trim();
                }"""
            )
        )
        page.keyboard.press("Tab")
    assert {"Stop", "Find", "Filter", "Outline", "confirm", "reject", "TEXTAREA"} <= reached


def test_new_entries_are_said_politely_and_a_question_at_once(plain):
    page = plain.show("working")
    said = page.get_by_role("log").locator("[aria-live=polite]")
    expect(said).to_have_text("")
    plain.say("hello")
    expect(said).to_have_text("An agent: text, number 18.")
    plain.say(*["many"] * 9)
    expect(said).to_have_text("9 new entries.")
    page.evaluate("document.activeElement.blur()")
    page.evaluate(
        """() => {
            const { store, apply } = window.page;
            const { run, seq, entries, status } = store.state;
            const body = { kind: "question", content: "Shall we?", options: [], thought: null,
                           form: "confirm", asked: 1, state: "open" };
            const id = entries.length + 1;
            apply({ kind: "patch", run, base: seq, seq: seq + 1, at: 1764000000, agents: null,
                    entries: [{ ...entries[0], id, body }],
                    status: { ...status, readiness: "asking", question: id } });
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("Shall we?")
    assert page.evaluate("document.activeElement === document.body"), "the focus is not taken"


def test_a_link_says_where_it_leads_and_asks_before_it_leaves(plain):
    page = plain.show("ended", height=4000)
    link = page.get_by_role("link", name="the guidelines")
    expect(link.locator("xpath=..")).to_contain_text("the guidelines (example.org)")
    link.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("https://example.org/guidelines")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    link.click(button="middle")
    expect(dialog).to_be_hidden()
    assert len(page.context.pages) == 1
    link.click()
    page.context.route("**/guidelines", lambda route: route.fulfill(body="left"))
    with page.context.expect_page() as opened:
        dialog.get_by_role("button", name="Open it in a new tab").click()
    assert opened.value.url == "https://example.org/guidelines"
    assert opened.value.evaluate("window.opener") is None


def test_text_from_right_to_left_reads_so(plain):
    page = plain.show("ended", height=4000)
    arabic = page.locator("#entry-16 .markdown")
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"
    page.evaluate("document.documentElement.dir = 'rtl'")
    plain.settle()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
