"""Pages and kernels that fail, and what holds then."""

from __future__ import annotations

import json
import re
import time

from playwright.sync_api import expect

BUSY = re.compile(r"\[\*\]:")


DONE = re.compile(r"\[\d+\]:")


QUIET = "No answer from the kernel"


def lines(widget):
    """How many lines of the talk have come."""
    return int(widget.locator("[data-entry-id]").last.get_attribute("data-entry-id"))


def more_lines(widget):
    before = lines(widget)
    expect(widget.locator(f"[data-entry-id='{before + 2}']")).to_be_visible()


def answers(widget):
    return widget.get_by_role("feed").locator("[data-kind=answer]")


def hold(widget, words):
    widget.get_by_label("Your words").fill(words)
    widget.get_by_role("button", name="Hold").click()
    expect(widget.get_by_label("Held input")).to_contain_text(words, timeout=60_000)


def stay_busy(notebook, talking, seconds):
    """Hold, take back and answer in a cell that blocks; the seconds that the answer took."""
    widget = notebook.widget()
    prompt, _ = notebook.begin(f"import time\ntime.sleep({seconds})")
    expect(prompt).to_have_text(BUSY)
    more_lines(widget)
    hold(widget, "first words")
    widget.get_by_role("button", name="Remove").click()
    expect(widget.get_by_label("Held input")).to_have_count(0)
    talking.ask()
    button = widget.get_by_role("button", name="Confirm")
    expect(button).to_be_visible()
    clicked = time.monotonic()
    button.click()
    talking.wait_for_answers(1)
    took = time.monotonic() - clicked
    expect(answers(widget)).to_have_count(1)
    expect(prompt).to_have_text(BUSY)
    expect(widget.get_by_text(QUIET)).to_have_count(0)
    expect(prompt).to_have_text(DONE)
    assert len(talking.answers) == 1
    return took


FAULTY = """
window.line = { on: false, holds: false, share: 0.3, twice: 0.15, seed: SEED, lost: 0, doubled: 0 };
{
  const held = [];
  const random = () => {
    line.seed = (Math.imul(line.seed, 1664525) + 1013904223) >>> 0;
    return line.seed / 2 ** 32;
  };
  const text = (data) => typeof data === "string" ? data : new TextDecoder("latin1").decode(data);
  const times = (data) => {
    if (!line.on || !text(data).includes("comm_msg")) return 1;
    const chance = random();
    if (chance < line.share) line.lost += 1;
    else if (chance < line.share + line.twice) line.doubled += 1;
    else return 1;
    return chance < line.share ? 0 : 2;
  };
  line.resume = () => held.splice(0).forEach((hear) => hear());
  window.WebSocket = class extends WebSocket {
    send(data) {
      for (let time = times(data); time > 0; time--) super.send(data);
    }
    set onmessage(hear) {
      super.onmessage = (event) => {
        const pass = () => {
          for (let time = times(event.data); time > 0; time--) hear(event);
        };
        if (line.holds) held.push(pass);
        else pass();
      };
    }
  };
}
"""


class Line:
    """What befalls the socket between a page and its kernel, from now on."""

    def __init__(self, page, seed=0):
        self._page = page
        page.add_init_script(FAULTY.replace("SEED", str(seed)))

    def set(self, **faults):
        self._page.evaluate("faults => Object.assign(line, faults)", faults)
        if faults.get("holds") is False:
            self._page.evaluate("line.resume()")

    def count(self, what):
        return self._page.evaluate(f"line.{what}")


def status(widget):
    return widget.locator(".conversation")


def shown(notebook):
    """Number and kind of each entry that the page shows."""
    return notebook.page.evaluate(
        """() => [...document.querySelector(".buttermilk-host").shadowRoot
            .querySelectorAll("[data-entry-id]")]
            .map((entry) => [Number(entry.dataset.entryId), entry.dataset.kind])"""
    )


def talk_through_losses(notebook, talking, line, rounds):
    """Hold, change, answer, end; the page must end equal to the kernel, and nothing be done twice."""
    widget = notebook.widget()
    line.set(on=True)
    for number in range(1, rounds + 1):
        hold(widget, f"words {number}")
        widget.get_by_role("button", name="Edit").first.click()
        widget.get_by_label("Held words").fill(f"changed {number}")
        widget.get_by_role("button", name="Save").click()
        expect(widget.get_by_label("Held input")).to_contain_text(
            f"changed {number}", timeout=60_000
        )
        widget.get_by_role("button", name="Remove").first.click()
        expect(widget.get_by_label("Held input")).to_have_count(0, timeout=60_000)
        talking.ask()
        widget.get_by_role("button", name="Confirm").click()
        talking.wait_for_answers(number)
        expect(answers(widget)).to_have_count(number, timeout=60_000)
    talking.end()
    expect(status(widget)).to_have_attribute("data-readiness", "ended", timeout=90_000)
    line.set(on=False)
    assert len(talking.answers) == rounds
    same_as_kernel(notebook)


def same_as_kernel(notebook):
    """Wait until the page shows every entry that the kernel has; how many these are."""
    said = json.loads(
        notebook.ask("import json\nprint(json.dumps([[e.id, e.body.kind] for e in run.entries]))")
    )
    until = time.monotonic() + 20
    while (seen := shown(notebook)) != said:
        assert time.monotonic() < until, f"the page shows {len(seen)} of {len(said)}"
        time.sleep(0.2)
    return len(said)


def sleep_through(notebook, cable, talking, seconds):
    """Be away while the agents talk and ask; the seconds until the page had it all afterwards."""
    page, widget = notebook.page, notebook.widget()
    # JupyterLab's own word on it, which a person clicks away.
    page.add_locator_handler(
        page.locator(".jp-Dialog[aria-label^='Server Connection']"),
        lambda dialog: dialog.locator(".jp-Dialog-button").last.click(),
    )
    widget.get_by_label("Your words").fill("typed before")
    cable.cut()
    began = time.monotonic()
    expect(widget.get_by_text(QUIET)).to_be_visible()
    notebook.picture("laptop-asleep")
    widget.get_by_label("Your words").fill("typed meanwhile")
    widget.get_by_role("button", name="Hold").click()
    asked = talking.ask()
    page.wait_for_timeout(max(0.0, seconds - (time.monotonic() - began)) * 1000)
    said = talking.said
    cable.mend()
    back = time.monotonic()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(widget.locator(".asked")).to_contain_text(asked, timeout=60_000)
    expect(widget.get_by_text(QUIET)).to_have_count(0)
    caught_up = time.monotonic() - back
    more_lines(widget)
    assert said > seconds  # they did talk
    held = widget.get_by_label("Held input")
    expect(held).to_contain_text("typed meanwhile")
    expect(held.locator(".words")).to_have_count(1)
    widget.get_by_role("button", name="Confirm").click()
    expect(answers(widget)).to_have_count(1)
    ids = notebook.ask(
        "print([e.id for e in run.entries] == list(range(1, len(run.entries) + 1)))"
    ).strip()
    assert ids == "True"
    assert len(talking.answers) == 1
    return caught_up
