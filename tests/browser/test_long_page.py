"""A page with many entries takes a new one as fast as a page with few."""

from __future__ import annotations

import statistics

GROW = """count => {
    const { store, apply } = window.page;
    const { run, seq, entries } = store.state;
    const words = "A sentence of an agent that goes on for a while. ".repeat(3);
    const made = Array.from({ length: count }, (_, at) => ({
        id: entries.length + 1 + at, seq: seq + 1, at: 1764000000, server_time: null,
        speaker: null, message_id: null, about: null, replies: [], frame: null,
        body: { kind: "text", content: words + at, thought: null },
    }));
    const began = performance.now();
    apply({ kind: "patch", run, base: seq, seq: seq + 1, at: 1764000000,
            entries: made, agents: null, status: null });
    return new Promise(done => requestAnimationFrame(() => setTimeout(
        () => done(performance.now() - began))));
}"""


def patch(page, rounds=15):
    """Milliseconds from a patch with one entry until it is drawn."""
    page.evaluate(GROW, 1)
    return statistics.median(page.evaluate(GROW, 1) for _ in range(rounds))


def grown(plain, sizes, record_property):
    page = plain.page
    plain.show("ended")
    times = {}
    for size in sizes:
        page.evaluate(GROW, size - page.evaluate("window.page.store.state.entries.length"))
        plain.settle()
        times[size] = patch(page)
        record_property(f"milliseconds to draw a new entry after {size:,}", f"{times[size]:.0f}")
    assert times[sizes[-1]] < 3 * times[sizes[0]] + 20
    assert plain.errors == []


def test_a_new_entry_is_drawn_as_fast_after_many(plain, record_property):
    grown(plain, (1000, 20_000), record_property)
