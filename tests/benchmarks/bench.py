"""How fast it is, in a real JupyterLab and a real browser, against bars.

    .venv/bin/python tests/benchmarks/bench.py [bytes whole burst latency scroll find open bundle]

Each figure is measured where the person is: on the page's own clock, which is the server's clock
too, since both are on this machine. "Shown" means that the entry is in the DOM, inside the box that
scrolls, and that the browser has gone on to the frame after.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import statistics
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.talker import SIZE, WORDS, Author, Talker, frames
from playwright.sync_api import Error, expect, sync_playwright
from support.jupyterlab import ARTIFACTS, FLAGS, Lab, Notebook, chromium
from support.paths import PACKAGE

HERE = Path(__file__).parent
BUNDLE = PACKAGE / "static" / "widget.js"
BURST = 5_000
LONG = 10_000
WARM = 50
SPEED = 4_000
"""Pixels a second: a wheel turned fast."""
VIEWPORT = {"width": 1280, "height": 1100}
TALL = {"width": 1280, "height": 2200}
"""Room for two views: what is below the window's edge is not painted."""
LIMIT = 25 * 60
"""Seconds after which the bench gives up whatever it waits for."""

OURS = "from buttermilk_widget import FlowWidget\nwidget = FlowWidget()\nwidget"
PEER = f"{(HERE / 'peer.py').read_text()}\npeer = Peer()\npeer"
AGAIN = "from IPython.display import display\ndisplay(widget)"


@dataclass
class Row:
    """One line of the table. With no bar it is only said."""

    figure: str
    measured: str
    bar: str = ""
    against: str = ""
    met: bool | None = None

    @property
    def verdict(self):
        return "" if self.met is None else "ok" if self.met else "MISSED"


class Unmeasured(Exception):
    """Something did not come; the sentence says what."""


# --- the stage -----------------------------------------------------------------------------------


class Stage:
    """One JupyterLab, one browser and one server; notebooks are opened one after the other."""

    def __init__(self, lab, browser, talker):
        self.lab = lab
        self.talker = talker
        self.texts = _texts(LONG)
        self._context = browser.new_context(viewport=VIEWPORT)
        self._context.add_init_script(path=HERE / "probe.js")
        self._context.set_default_timeout(120_000)
        self._notebook = None
        self._long = None
        self._burst = None

    @property
    def page(self):
        return self._notebook.page

    def open(self, cell):
        """A fresh notebook with a fresh kernel, in which the first cell has been run."""
        if self._notebook is not None:
            self.page.close()
        self._long = None
        self.lab.forget_kernels()
        name = f"bench-{time.time_ns()}.ipynb"
        (self.lab.folder / name).write_text(json.dumps(_notebook(cell, "0")))
        page = self._context.new_page()
        self._notebook = Notebook(page)
        page.goto(f"{self.lab.url}/lab/workspaces/auto-{time.time_ns()}/tree/{name}")
        expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=60_000)
        self.lab.wait_for_kernel()
        expect(page.locator(".jp-NotebookPanel-toolbar")).to_contain_text("Python 3")
        self._notebook.run(0)
        return self._notebook

    def open_ours(self):
        notebook = self.open(OURS)
        expect(notebook.widget(0)).to_be_visible()
        return notebook

    def open_peer(self):
        self.open(PEER)
        expect(self.page.locator(".bench-peer")).to_be_visible()

    def wait(self, expression, what, limit):
        """Wait until the page says so, and give what it says. The page's clock takes the time."""
        try:
            return self.page.wait_for_function(
                expression, polling=100, timeout=limit * 1000
            ).json_value()
        except Error as error:
            raise Unmeasured(f"{what} within {limit} s") from error

    def seen(self, what, limit):
        return self.wait("window.bench.seen", f"{what} was not shown", limit) / 1000

    def ours_shows(self, number, limit=90):
        self.page.evaluate("id => bench.watchEntry(id)", number)
        return lambda: self.seen(f"entry {number} of ours", limit)

    def peer_shows(self, count, limit=90):
        self.page.evaluate("count => bench.watchPeer(count)", count)
        return lambda: self.seen(f"text {count} of the peer", limit)

    def run_ours(self):
        self._notebook.ask("run = widget.run('bench')\n0")
        self.talker.wait_for_client()

    def run_peer(self, batch=50):
        self._notebook.ask(f"peer.run({batch})\n0")
        self.talker.wait_for_client()

    def long(self):
        """The conversation of 10,000, shown in one view."""
        if self._long is None:
            notebook = self.open_ours()
            self.run_ours()
            shown = self.ours_shows(LONG, 240)
            self.talker.say(frames(self.texts))
            shown()
            time.sleep(2)
            self._long = notebook
        return self._long

    def burst(self):
        """One burst with every byte on the page's sockets counted; for two figures."""
        if self._burst is None:
            self._burst = self._counted_burst()
        return self._burst

    def _counted_burst(self):
        notebook = self.open_ours()
        client = self._context.new_cdp_session(self.page)
        sizes = []
        client.on("Network.webSocketFrameReceived", lambda event: sizes.append(_size(event)))
        client.send("Network.enable")
        self.run_ours()
        shown = self.ours_shows(BURST)
        said = self.talker.say(frames(self.texts[:BURST]))
        problem = ""
        try:
            shown()
        except Unmeasured as unmeasured:
            problem = str(unmeasured)
        self.page.wait_for_timeout(1000)
        client.detach()
        return {
            "bytes": sum(sizes),
            "frames": len(sizes),
            "problem": problem,
            "sent": len(said.result(1)) if said.done() else 0,
            "kernel": int(notebook.ask("len(run.entries)")),
            "page": self.page.evaluate("bench.lastNumber()"),
            "rate": self._rate_exceeded(),
        }

    def _rate_exceeded(self):
        places = {
            "the lab's log": (self.lab.folder / "lab.log").read_text(),
            "the page": self.page.locator("body").inner_text(),
            "the console": "\n".join(self._notebook.said),
        }
        return [place for place, text in places.items() if "rate exceeded" in text.lower()]


def _texts(count):
    author = Author()
    return [author.message() for _ in range(count)]


def _notebook(*cells):
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{number}",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": source,
            }
            for number, source in enumerate(cells)
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _size(event):
    """The bytes in a WebSocket frame: the browser gives binary ones in base64."""
    frame = event["response"]
    data = frame["payloadData"]
    return len(base64.b64decode(data)) if frame["opcode"] == 2 else len(data.encode())


def _percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]


# --- the figures ---------------------------------------------------------------------------------


def measure_bytes(stage):
    burst = stage.burst()
    if burst["problem"]:
        raise Unmeasured(burst["problem"])
    ratio = burst["bytes"] / (BURST * SIZE)
    yield Row(
        f"bytes: {BURST:,} messages, on the page's socket",
        f"{ratio:.3f}",
        "<= 1.10",
        f"the texts alone: {burst['bytes']:,} / {BURST * SIZE:,}, {burst['frames']} frames",
        ratio <= 1.10,
    )


def measure_whole(stage):
    burst = stage.burst()
    said = f"{burst['sent']} / {burst['kernel']} / {burst['page']}"
    rate = (
        f"rate exceeded, says {' and '.join(burst['rate'])}" if burst["rate"] else "no rate limit"
    )
    yield Row(
        "whole: sent / in the kernel / last on the page",
        f"{said}; {rate}",
        "all the same",
        f"{BURST} sent",
        burst["sent"] == burst["kernel"] == burst["page"] == BURST and not burst["rate"],
    )


def measure_burst(stage):
    ours, peer = [], []
    for _ in range(3):
        peer.append(_peer_burst(stage))
        ours.append(_our_burst(stage))
    mine, its = statistics.median(ours), statistics.median(peer)
    yield Row(
        f"burst: {BURST:,} messages, sent to shown",
        f"{mine / its:.2f} ({mine:.2f} s)",
        "<= 1.00",
        f"a bare anywidget: {its:.2f} s ({_list(peer)}; ours {_list(ours)})",
        mine <= its,
    )


def _our_burst(stage):
    stage.open_ours()
    stage.run_ours()
    return _timed_burst(stage, stage.ours_shows)


def _peer_burst(stage):
    stage.open_peer()
    stage.run_peer()
    return _timed_burst(stage, stage.peer_shows)


def _timed_burst(stage, shows):
    shown = shows(WARM)
    stage.talker.say(frames(stage.texts[:WARM]))
    shown()
    time.sleep(1)  # JupyterLab still settles
    ready = frames(stage.texts[WARM : WARM + BURST])
    shown = shows(WARM + BURST)
    said = stage.talker.say(ready)
    seen = shown()
    return seen - said.result(1)[0]


def _list(seconds):
    return ", ".join(f"{second:.2f}" for second in seconds)


def measure_latency(stage):
    floor = _peer_latency(stage)
    took = _our_latency(stage)
    middle, late = statistics.median(took), _percentile(took, 0.95)
    yield Row(
        "latency: one message, sent to the first frame with it, p50",
        f"{middle:.1f} ms",
        "< 30 ms",
        f"a bare anywidget, a message at a time: {statistics.median(floor):.1f} ms",
        middle < 30,
    )
    yield Row(
        "  the same, p95",
        f"{late:.1f} ms",
        against=f"{_percentile(floor, 0.95):.1f} ms; the longest {max(took):.1f} and {max(floor):.1f}",
    )


def _our_latency(stage):
    stage.open_ours()
    stage.run_ours()
    return _timed_singles(stage, stage.ours_shows)


def _peer_latency(stage):
    stage.open_peer()
    stage.run_peer(batch=1)
    return _timed_singles(stage, stage.peer_shows)


def _timed_singles(stage, shows):
    shown = shows(WARM)
    stage.talker.say(frames(stage.texts[:WARM]))
    shown()
    time.sleep(1)
    stage.page.evaluate("bench.follow()")
    said = stage.talker.say(frames(stage.texts[WARM : WARM + 60]), pause=0.25)
    what = "the last of 60 single messages was not shown"
    stage.wait("bench.arrivals.length >= 60", what, 40)
    sent = said.result(5)
    arrivals = dict(stage.page.evaluate("bench.arrivals"))
    return [arrivals[WARM + 1 + place] - at * 1000 for place, at in enumerate(sent)]


def measure_scroll(stage):
    stage.long()
    page = stage.page
    middle = page.evaluate("bench.middle()")
    page.mouse.move(middle["x"], middle["y"])
    page.evaluate("bench.startFrames()")
    page.wait_for_timeout(1500)
    still = page.evaluate("bench.stopFrames()")["frames"]
    page.evaluate("bench.startFrames()")
    _wheel(page, middle)
    seen = page.evaluate("bench.stopFrames()")
    travel = seen["bottom"] - seen["top"]
    if travel < 5_000:
        raise Unmeasured(f"the list moved by {travel:.0f} pixels only")
    late = _percentile(seen["frames"], 0.95)
    yield Row(
        f"scroll: in {LONG:,} at {SPEED:,} px/s, time of a frame, p95",
        f"{late:.1f} ms",
        "< 20 ms",
        f"the page at rest: {_percentile(still, 0.95):.1f} ms; {len(seen['frames'])} frames, "
        f"median {statistics.median(seen['frames']):.1f}, longest {max(seen['frames']):.0f}, "
        f"{seen['blank']} of them blank in the middle",
        late < 20,
    )


def _wheel(page, place):
    client = page.context.new_cdp_session(page)
    for distance in (10_000, -6_000, 8_000, -10_000):
        gesture = {"yDistance": distance, "speed": SPEED, "gestureSourceType": "mouse"}
        client.send("Input.synthesizeScrollGesture", {**place, **gesture, "preventFling": True})
    client.detach()


def measure_find(stage):
    stage.long()
    if not stage.page.evaluate("bench.openFind()"):
        raise Unmeasured("not there yet")
    took, wrong = [], []
    for word, entries, times in _common_words(stage.texts):
        found = stage.page.evaluate("word => bench.find(word, 8000)", word)
        if found["took"] is None:
            raise Unmeasured(f"the count of {word!r} did not come or go; it says {found['count']}")
        took.append(found["took"])
        if not 0.9 * entries <= found["count"] <= 1.1 * times:
            wrong.append(f"{word}: {found['count']}, but it is in {entries} entries")
    if wrong:
        raise Unmeasured("; ".join(wrong))
    middle = statistics.median(took)
    yield Row(
        f"find: a word in {LONG:,}, until the count is shown",
        f"{middle:.0f} ms",
        "<= 100 ms",
        f"nothing; {', '.join(f'{one:.0f}' for one in took)}",
        middle <= 100,
    )
    yield Row("  the first word on a page", f"{took[0]:.0f} ms")


def _common_words(texts):
    """Five words that many entries have, each with how many entries, and how often."""
    long = [word for word in dict.fromkeys(WORDS) if len(word) > 3]
    lower = [text.lower() for text in texts]
    entries = Counter({word: sum(word in text for text in lower) for word in long[:60]})
    return [
        (word, count, sum(text.count(word) for text in lower))
        for word, count in entries.most_common(5)
    ]


def measure_open(stage):
    notebook = stage.long()
    stage.page.set_viewport_size(TALL)
    took = []
    for _ in range(5):
        stage.page.evaluate("id => bench.watchNewView(id)", LONG)
        notebook.ask(AGAIN)
        seen = stage.seen("the second view's last entry", 60)
        displayed = stage.page.evaluate("bench.displayed")
        if displayed is None:
            raise Unmeasured("no display_data was seen on the page's socket")
        took.append(seen * 1000 - displayed)
        notebook.ask("0")
        stage.wait("bench.logs().length === 1", "the second view did not go", 60)
        time.sleep(0.5)
    middle = statistics.median(took)
    yield Row(
        f"open: a second view of {LONG:,}",
        f"{middle:.0f} ms",
        "<= 300 ms",
        f"nothing; {', '.join(f'{one:.0f}' for one in took)}",
        middle <= 300,
    )
    yield _reloaded(stage)


def _reloaded(stage):
    page = stage.page
    page.set_viewport_size(VIEWPORT)
    page.get_by_role("button", name="Save and create checkpoint").click()
    page.wait_for_timeout(2000)
    page.reload(wait_until="commit")
    page.evaluate("id => bench.watchEntry(id)", LONG)
    seen = stage.seen("the conversation after a reload", 120)
    took = seen - page.evaluate("performance.timeOrigin") / 1000
    return Row(f"  a reload of the page with {LONG:,}, until it is shown", f"{took:.1f} s")


def measure_bundle(stage):
    size = len(gzip.compress(BUNDLE.read_bytes(), 9))
    yield Row("bundle: widget.js, gzip", f"{size:,} bytes", "<= 60,000", "nothing", size <= 60_000)


FIGURES = {
    "bytes": measure_bytes,
    "whole": measure_whole,
    "burst": measure_burst,
    "latency": measure_latency,
    "scroll": measure_scroll,
    "find": measure_find,
    "open": measure_open,
    "bundle": measure_bundle,
}


# --- running -------------------------------------------------------------------------------------


def measured(name, stage):
    """The rows of a figure; what could not be measured is missed, with a sentence."""
    rows = []
    try:
        for row in FIGURES[name](stage):
            rows.append(row)  # noqa: PERF402 - what was measured before it went wrong counts
    except (Unmeasured, TimeoutError) as problem:
        rows.append(Row(name, str(problem), met=False))
    except Exception as problem:  # noqa: BLE001 - the other figures are to be measured all the same
        traceback.print_exc()
        said = str(problem).partition("\n")[0]
        rows.append(Row(name, f"{type(problem).__name__}: {said}", met=False))
    return rows


def table(rows):
    """The rows in columns, with a heading."""
    lines = [("figure", "measured", "bar", "", "compared with")]
    lines += [(row.figure, row.measured, row.bar, row.verdict, row.against) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]
        )
        for line in lines
    )


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def stage():
    """Everything that runs, and its end; nothing outlives the bench, even when it hangs."""
    talker = Talker()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        lab = Lab(Path(folder), talker.url)
        watchdog = threading.Timer(LIMIT, _give_up, (lab,))
        watchdog.daemon = True
        watchdog.start()
        try:
            lab.wait()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                yield Stage(lab, browser, talker)
                browser.close()
        finally:
            watchdog.cancel()
            lab.close()
            talker.close()


def _give_up(lab):
    say(f"Not done within {LIMIT // 60} minutes: given up.")
    lab.process.terminate()
    os._exit(1)


def main(names):
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        say(f"There is no figure {', '.join(unknown)}; there are {', '.join(FIGURES)}.")
        return 2
    rows = []
    load = os.getloadavg()[0]
    with stage() as everything:
        for name in names or FIGURES:
            say(f"... {name}")
            rows += measured(name, everything)
    text = f"{table(rows)}\n\nThe machine's load, before and after: {load:.1f}, {os.getloadavg()[0]:.1f}"
    say(text)
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / "bench.txt").write_text(f"{text}\n")
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
