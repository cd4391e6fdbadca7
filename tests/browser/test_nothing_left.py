"""Views that are taken away leave no nodes, no listeners and no memory in the browser."""

from __future__ import annotations

PARAGRAPH = "A sentence of an agent that goes on for a while. "


class Counted:
    """What the page has, once its garbage is collected."""

    def __init__(self, page):
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")

    def now(self):
        for _ in range(3):
            self._devtools.send("HeapProfiler.collectGarbage")
        counters = self._devtools.send("Memory.getDOMCounters")
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        heap = next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")
        return counters["nodes"], counters["jsEventListeners"], heap


MOUNT = """async count => {
    const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 5)));
    for (let made = 0; made < count; made++) {
        const away = window.page.mount();
        await drawn();
        away();
    }
    await drawn();
}"""
# A reader scrolls through all, searches, and goes back.
READ = """async count => {
    const root = document.querySelector("main > div").shadowRoot;
    const log = root.querySelector(".log");
    const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 5)));
    for (let round = 0; round < count; round++) {
        for (let part = 0; part <= 10; part++) {
            log.scrollTop = (log.scrollHeight * part) / 10;
            await drawn();
        }
        log.scrollTop = 0;
        await drawn();
    }
}"""
CHANGE = """async count => {
    const { store, apply } = window.page;
    for (let round = 0; round < count; round++) {
        const { run, seq, entries } = store.state;
        const changed = entries.slice(-40).map(entry => ({ ...entry, seq: seq + 1 }));
        apply({ kind: "patch", run, base: seq, seq: seq + 1, at: 1764000000,
                entries: changed, agents: null, status: null });
        await new Promise(done => requestAnimationFrame(done));
    }
}"""


def search(page, words):
    page.get_by_role("button", name="Find", exact=True).click()
    field = page.get_by_label("Find in the conversation")
    for sought in words:
        field.fill(sought)
        page.wait_for_timeout(100)
    field.press("Escape")
    page.wait_for_timeout(100)


def left(plain, rounds, record_property):
    """Nodes, listeners and bytes that each view, each reading and each patch leaves."""
    page = plain.page
    counted = Counted(page)
    page.evaluate(MOUNT, 5)
    before = counted.now()
    page.evaluate(MOUNT, rounds)
    nodes, listeners, heap = (b - a for a, b in zip(before, counted.now(), strict=True))
    record_property("DOM nodes left by each view", f"{nodes / rounds:.2f}")
    record_property("listeners left by each view", f"{listeners / rounds:.2f}")
    record_property("bytes of heap left by each view", f"{heap / rounds:,.0f}")
    assert nodes < rounds
    assert listeners < rounds / 2
    assert heap / rounds < 20_000

    page.evaluate(READ, 2)
    search(page, ["agent", "nothing of the kind"])
    page.evaluate(CHANGE, 20)
    plain.settle()
    before = counted.now()
    page.evaluate(READ, rounds // 5)
    search(page, ["agent", "sentence", "while", "This is 5"] * 2)
    page.evaluate(CHANGE, rounds * 2)
    plain.settle()
    nodes, listeners, heap = (b - a for a, b in zip(before, counted.now(), strict=True))
    record_property("DOM nodes left by reading, searching and patches", nodes)
    record_property("listeners left by the same", listeners)
    record_property("bytes of heap left by the same", f"{heap:,.0f}")
    assert nodes < 500
    assert listeners < 50
    assert heap < 1_500_000


def test_nothing_is_left_of_views(plain, record_property):
    plain.show("ended")
    plain.say(*(f"{PARAGRAPH * (1 + n % 7)} This is {n}." for n in range(300)))
    plain.settle()
    left(plain, 20, record_property)
    assert plain.errors == []
