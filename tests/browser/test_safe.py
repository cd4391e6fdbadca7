"""Hostile text, in every place where a text of theirs is shown: nothing runs, nothing is fetched."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.page_attacks import ATTACKS, BIG, HOST, RUN

SINK = "window.__runs = 0; window.__ran = () => { window.__runs += 1 };"

# One run an attack: entries of every kind, the roster, the status and held input are made of it.
SHOW = """
async ([attack, run, kinds]) => {
    const { apply, store } = window.page;
    const json = (() => { try { return JSON.parse(attack) } catch { return { [attack]: attack } } })();
    const text = JSON.stringify(json);
    const speaker = { key: attack, name: attack, role: attack, model: attack, template: attack,
                      criteria: JSON.stringify([attack]) };
    const criteria = [{ correct: false, feedback: attack }];
    const bodies = [
        { kind: "text", content: attack, thought: attack },
        { kind: "json", value: text },
        { kind: "tool", name: attack, content: attack, call_id: attack, args: text,
          results: JSON.stringify(attack) },
        { kind: "record", record_id: attack, title: attack, metadata: JSON.stringify({ x: json }), uri: attack,
          content: attack, alt_text: attack, ground_truth: text, mime: attack },
        { kind: "judgement", conclusion: attack, reasons: [attack], prediction: true,
          uncertainty: attack },
        { kind: "assessment", assessments: criteria, assessed_agent_id: attack,
          assessed_call_id: attack, correctness: 0.5 },
        { kind: "differences", conclusion: attack, divergences: [{ topic: attack, positions: [
            { position: attack, experts: [{ name: attack, answer_id: attack }] }] }] },
        { kind: "research", response: attack,
          literature: [{ summary: attack, source: attack, doi: attack }] },
        { kind: "answer", verdict: "text", content: attack, by: "person", confirm: false,
          selection: attack, state: "sent" },
        { kind: "trouble", content: attack, source: attack, fatal: false },
        { kind: "gap", began: 1, until: 2, content: attack },
        { kind: "event", content: attack, source: attack },
        { kind: "unknown", raw: attack, why: attack },
        { kind: "question", content: attack, options: [attack], thought: attack, form: "options",
          number: 1, confirms: [null], asked: 2, state: "open" },
    ];
    const entries = bodies.filter(({ kind }) => !kinds || kinds.includes(kind)).map((body, at) => ({
        id: at + 1, seq: at + 1, at: 1764000000, server_time: attack, speaker, message_id: attack,
        about: null, replies: [], frame: at, metadata: { model: attack, usage: json, x: json },
        tracing_link: attack, source: attack, body }));
    const held = [{ id: 1, verdict: "text", content: attack, by: "person", at: 1, question: null,
                    facing: entries.length, note: attack }];
    const status = { readiness: "asking", reason: attack, since: 1, activity: attack, steps: null,
                     flow: attack, server: attack, question: entries.length, remarks: false, held };
    const agents = [{ key: attack, name: attack, role: attack, description: attack, model: attack,
                      state: "working", since: 1, steps: 1 }];
    apply({ kind: "patch", run, base: 0, seq: 99, at: 1764000000, entries, agents, status });
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const root = document.querySelector("main > div").shadowRoot;
    const count = () => root.querySelectorAll(".entry").length;
    const ours = () => root.querySelector(".title strong")?.textContent === attack && count() > 0;
    for (let tries = 0; tries < 60 && !ours(); tries += 1) await frame();
    await frame();
    // Some are higher than any list; for paper all of them are drawn, and stay.
    dispatchEvent(new Event("beforeprint"));
    for (let tries = 0; tries < 60 && count() < entries.length; tries += 1) await frame();
    let folds = root.querySelectorAll("details:not([open])");
    for (let deep = 0; deep < 8 && folds.length > 0; deep += 1) {
        for (const fold of folds) fold.open = true;
        await frame();
        folds = root.querySelectorAll("details:not([open])");
    }
    const odd = [...root.querySelectorAll(".buttermilk *")].flatMap((element) => {
        const name = element.tagName.toLowerCase();
        if (/^(script|style|iframe|frame|object|embed|form|img|svg|math|link|meta|base|video|audio)$/
            .test(name)) return [name];
        return [...element.attributes]
            .filter(({ name, value }) => /^on/i.test(name) || /^(src|srcdoc|action|ping)$/.test(name)
                || (name === "href" && !/^#entry-\\d+$/.test(value))
                || (name === "data-href" && !/^(https?|mailto):/.test(value)))
            .map(({ name, value }) => `${name}=${value.slice(0, 80)}`);
    });
    return { odd, drawn: count(), of: entries.length,
             broken: root.textContent.split("could not be drawn").length - 1 };
}
"""


@pytest.fixture
def watched(plain):
    """The page, with everything counted that a hostile text could do."""
    page = plain.page
    page.add_init_script(SINK)
    page.requests = []
    own = plain.url
    page.on("request", lambda sent: sent.url.startswith(own) or page.requests.append(sent.url))
    page.on("dialog", lambda dialog: (page.requests.append("a dialog"), dialog.dismiss()))
    page.on("popup", lambda popup: page.requests.append(f"a window for {popup.url}"))
    page.context.route(f"**://{HOST}/**", lambda route: route.abort())
    plain.show("ended", height=30_000)
    return plain


def runs(plain):
    return plain.page.evaluate("window.__runs")


def test_the_counters_count(watched):
    """Were this text put into the page as it is, both would be above zero."""
    watched.page.evaluate(
        "attack => { document.body.insertAdjacentHTML('beforeend', attack) }",
        f"<img src='https://{HOST}/x.png' onerror='{RUN}'>",
    )
    watched.page.wait_for_function("window.__runs === 1")
    assert watched.page.requests == [f"https://{HOST}/x.png"]


def test_there_are_enough_of_them():
    assert len(set(ATTACKS.values())) >= 300


def test_no_attack_runs_or_fetches_anything(watched):
    page = watched.page
    before = page.url
    odd = {}
    for run, (name, attack) in enumerate(ATTACKS.items(), start=2):
        # What is big takes its time, and the parsers that it is made for are behind these.
        kinds = ["text", "json", "record", "unknown", "question"] if name in BIG else None
        found = page.evaluate(SHOW, [attack, run, kinds])
        assert found["drawn"] == found["of"], name
        if found["odd"] or found["broken"]:
            odd[name] = found
    page.wait_for_timeout(500)
    assert odd == {}
    assert watched.errors == []
    assert page.requests == []
    assert runs(watched) == 0
    assert page.url == before
    # The page is still ours: what was there works.
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop the run for good").click()
    assert page.evaluate("window.page.sent.at(-1)") == {"kind": "stop"}


def test_pressing_every_link_of_an_attack_leaves_nothing(watched):
    page = watched.page
    links = {name: text for name, text in ATTACKS.items() if "](" in text and len(text) < 2000}
    for run, attack in enumerate(links.values(), start=2):
        page.evaluate(SHOW, [attack, run])
        page.evaluate(
            """() => {
                const root = document.querySelector("main > div").shadowRoot;
                for (const link of root.querySelectorAll(".markdown button, .markdown a")) {
                    link.click();
                    root.querySelector("dialog")?.close();
                }
            }"""
        )
    assert page.requests == []
    assert runs(watched) == 0


def test_what_was_blocked_is_said(watched):
    attack = f"![a chart](https://{HOST}/chart.png) and [a button](javascript:{RUN})"
    watched.page.evaluate(SHOW, [attack, 2])
    text = watched.page.locator("#entry-1")
    expect(text).to_contain_text(f"image: a chart (not fetched: https://{HOST}/chart.png)")
    expect(text).to_contain_text(f"a button (not a link: javascript:{RUN})")
