import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Conversation } from "../../src/run/Conversation.tsx";
import type { Send, Source } from "../../src/state/source.ts";
import { Store } from "../../src/state/store.ts";
import type { FlowList, Held, Patch } from "../../src/wire.gen.ts";
import {
  agent,
  card,
  entry,
  offers as offered,
  patch,
  question,
  quiet,
  replay,
  status,
  text,
} from "../support/make.ts";
import { button, click, field, mount, open, press, rest, type } from "../support/mount.tsx";

function source(offers: FlowList | null = null, parts: Partial<Source> = {}) {
  const store = new Store(() => {});
  const send = vi.fn<Send>(parts.send ?? (async () => ""));
  const made = { ...quiet(store), offers, askOffers: vi.fn(), ...parts, send };
  const place = mount(<Conversation source={made} height={0} />);
  return { made, place, apply: (p: Patch) => act(() => store.apply(p)) };
}

const offers = offered("osb", "long");

describe("the conversation", () => {
  it("says that it waits for the kernel until it hears of it", () => {
    expect(source().place.textContent).toContain("Waiting for the kernel");
  });

  it("is a form with no run, which starts one", async () => {
    const { made, apply } = source(offers);
    apply(patch({ run: 0, status: status({ readiness: "offline" }) }));
    await type("Prompt", "Is it?");
    await click("Run");
    expect(made.send).toHaveBeenCalledWith(
      { kind: "start", flow: "osb", prompt: "Is it?", record_id: null, typed: [] },
      expect.anything(),
    );
  });

  it("is not started by the Enter of an input method", () => {
    const { apply, place } = source({ ...offers, flows: [] });
    apply(patch({ run: 0, status: status({ readiness: "offline" }) }));
    const enter = (more: KeyboardEventInit) =>
      new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...more });
    const flow = place.querySelector("input");
    expect(flow?.dispatchEvent(enter({ isComposing: true }))).toBe(false);
    expect(flow?.dispatchEvent(enter({ keyCode: 229 }))).toBe(false);
    expect(flow?.dispatchEvent(enter({}))).toBe(true);
  });

  it("leaves the panel to find open that an input method wants to leave", async () => {
    const { apply, place } = source();
    apply(patch({ status: status() }));
    await click("Find");
    await press("Find in the conversation", "Escape", { isComposing: true });
    expect(place.querySelector("search")).not.toBeNull();
    await press("Find in the conversation", "Escape");
    expect(place.querySelector("search")).toBeNull();
  });

  it("lets the flow be named when the server does not say which there are", async () => {
    const { made, apply, place } = source({ ...offers, flows: [], problem: "Nobody answers." });
    apply(patch({ run: 0, status: status({ readiness: "offline" }) }));
    expect(place.textContent).toContain("Nobody answers.");
    await click("Try again");
    expect(made.askOffers).toHaveBeenCalled();
    expect(button("Run").disabled).toBe(true);
    await type("Flow", "mine");
    expect(field("Flow").value).toBe("mine");
    expect(button("Run").disabled).toBe(false);
  });

  it("shows the state in words, with its reason, for how long, and who is at work", () => {
    const { apply, place } = source();
    const now = Date.now() / 1000;
    apply(
      patch({
        at: now + 500,
        status: status({
          readiness: "starting",
          reason: "It is set up.",
          since: now + 435,
          steps: { reached: 2, total: 3 },
        }),
        agents: [
          agent("j", {
            ...{ name: "Judge", label: "Judge", role: "JUDGE", model: "rules" },
            ...{ state: "working", since: now + 488, steps: 1 },
          }),
        ],
      }),
    );
    expect(place.querySelector("[role=status]")?.textContent).toContain("Starting It is set up.");
    expect(place.querySelector(".clock")?.textContent).toBe("Judge working, 12 s; 2 of 3 steps");
    expect(place.querySelector("progress")?.position).toBeCloseTo(2 / 3);
    expect(place.querySelector("[aria-label=Agents]")?.textContent).toContain(
      "Judge working, 1 step · model rules",
    );
    expect(place.querySelector(".conversation")?.getAttribute("data-readiness")).toBe("starting");
  });

  it("says for how long a server has been silent, until it is heard again", () => {
    const now = Date.now() / 1000;
    const { apply, place } = source();
    const silent = () => place.querySelector(".silent")?.textContent;
    apply(patch({ at: now, status: status({ silent_since: now - 130 }) }));
    expect(silent()).toBe("The server has been silent for 2 min 10 s; it may be busy.");
    apply(patch({ base: 1, seq: 2, at: now, status: status() }));
    expect(silent()).toBeUndefined();
  });

  it("says nothing of a silence when the run is over", () => {
    const { apply, place } = source();
    apply(patch({ status: status({ readiness: "ended", silent_since: 900 }) }));
    expect(place.querySelector(".silent")).toBeNull();
  });

  it("shows entries as they come and the open question", async () => {
    const { apply, place } = source();
    apply(patch({ entries: [text(1, "hello")], status: status() }));
    apply(
      patch({
        base: 1,
        seq: 2,
        entries: [entry(2, question())],
        status: status({ readiness: "asking", question: 2 }),
      }),
    );
    await rest();
    expect(place.querySelectorAll("[role=feed] [data-entry-id]")).toHaveLength(2);
    expect(button("confirm")).toBeTruthy();
  });

  it("stops on a second word only", async () => {
    const { made, apply } = source();
    apply(patch({ status: status() }));
    await click("Stop");
    await click("Go on");
    await click("Stop");
    expect(made.send).not.toHaveBeenCalled();
    await click("Stop the run for good");
    expect(made.send).toHaveBeenCalledWith({ kind: "stop" }, expect.anything());
  });

  it("keeps the focus of whoever presses Stop", async () => {
    const { apply } = source();
    apply(patch({ status: status() }));
    await click("Stop");
    expect(document.activeElement).toBe(button("Go on"));
    await click("Go on");
    expect(document.activeElement).toBe(button("Stop"));
  });

  it("puts a change of held words that went out meanwhile where words are typed", async () => {
    const { apply } = source();
    const item: Held = {
      id: 1,
      verdict: "text",
      content: "words",
      by: "person",
      at: 1000,
      question: null,
      facing: null,
      note: "",
    };
    apply(patch({ status: status({ held: [item] }) }));
    await type("Your words", "first");
    await click("Edit");
    await type("Held words", "better words");
    apply(patch({ base: 1, seq: 2, status: status() }));
    expect(field("Your words").value).toBe("first\nbetter words");
  });

  it("keeps the prompt of a run that failed", async () => {
    const { apply } = source(offers);
    apply(patch({ run: 0, status: status({ readiness: "offline" }) }));
    await type("Prompt", "A long thought");
    apply(patch({ run: 1, status: status({ readiness: "failed", reason: "Nobody answers." }) }));
    await click("New run");
    expect(field("Prompt").value).toBe("A long thought");
  });

  it("offers another run after the end", async () => {
    const { apply } = source(offers);
    apply(patch({ status: status({ readiness: "ended", reason: "The flow has ended." }) }));
    expect(() => button("Stop")).toThrow();
    await click("New run");
    expect(button("Run")).toBeTruthy();
  });
});

describe("a recording in the conversation", () => {
  it.each(["asking", "ended"] as const)("says what is wrong with it while %s", (readiness) => {
    const { apply, place } = source(null, { notice: "The cassette \u202e could not be written." });
    apply(patch({ status: status({ readiness }) }));
    expect(place.querySelector("[role=alert]")?.textContent).toContain(
      "The cassette ⟨U+202E⟩ could not be written.",
    );
  });

  it("says nothing of one that succeeds", () => {
    const { apply, place } = source(null);
    apply(patch({ status: status({ readiness: "asking" }) }));
    expect(place.querySelector("[role=alert]")).toBeNull();
  });
});

describe("a replay in the conversation", () => {
  const asking = () =>
    patch({
      entries: [entry(1, question())],
      status: status({ readiness: "asking", question: 1 }),
    });

  it("is led by its buttons, and nothing can be said or stopped as in a live run", async () => {
    const { made, apply, place } = source(null, { replay: replay() });
    apply(asking());
    expect(place.textContent).toContain("Replay of osb.jsonl");
    expect(place.querySelector("textarea")).toBeNull();
    expect(() => button("confirm")).toThrow();
    expect(() => button("Stop")).toThrow();
    await click("Pause");
    await click("To the end");
    await click("Stop the replay");
    expect(made.send.mock.calls.map(([request]) => request)).toEqual([
      { kind: "play", action: "pause" },
      { kind: "play", action: "finish" },
      { kind: "stop" },
    ]);
  });

  it("shows what stands against a button", async () => {
    const send = async () => "The replay is over.";
    const { apply, place } = source(null, { replay: replay(), send });
    apply(asking());
    await click("Pause");
    expect(place.querySelector("[role=alert]")?.textContent).toContain("The replay is over.");
  });

  it("still says that it was one when it is over", () => {
    const { apply, place } = source(null, { replay: replay() });
    apply(patch({ status: status({ readiness: "ended" }) }));
    expect(place.textContent).toContain("Replay of osb.jsonl");
    expect(() => button("Pause")).toThrow();
    expect(button("New run")).toBeTruthy();
  });
});

describe("with no kernel", () => {
  const ended = patch({
    entries: [text(1, "hello")],
    status: status({ readiness: "ended", reason: "The flow has ended." }),
  });
  const line = "As it was when this notebook was saved; no kernel that knows it answers.";

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const wait = (milliseconds: number) =>
    act(() => {
      vi.advanceTimersByTime(milliseconds);
    });

  it("a run is as it was saved, and offers nothing that needs one", async () => {
    const { apply, place } = source(null, {
      kernelStatus: "never",
      askCard: async () => card(1, "Kept beside the run."),
    });
    apply(ended);
    wait(900);
    expect(place.textContent).not.toContain(line);
    wait(200);
    expect(place.textContent).toContain(line);
    expect(() => button("New run")).toThrow();
    expect(place.textContent).not.toContain("Technical log");
    await open("About this run");
    wait(10);
    await rest();
    expect(place.textContent).toContain("Kept beside the run.");
  });

  it("a saved replay cannot be led", () => {
    const { apply, place } = source(null, { kernelStatus: "never", replay: replay() });
    apply(ended);
    expect(place.textContent).toContain("Replay of osb.jsonl");
    expect(() => button("Pause")).toThrow();
  });

  it("all is as ever once the kernel answers", () => {
    let told = () => {};
    const { made, apply, place } = source(null, {
      kernelStatus: "never",
      subscribe: (changed) => {
        told = changed;
        return () => {};
      },
    });
    apply(ended);
    wait(2000);
    act(() => {
      Object.assign(made, { kernelStatus: "live" });
      told();
    });
    expect(place.textContent).not.toContain(line);
    expect(button("New run")).toBeTruthy();
    expect(place.textContent).toContain("Technical log");
  });

  it("says after a while what to do when nothing was saved", () => {
    const { place } = source(null, { kernelStatus: "never" });
    wait(4000);
    expect(place.textContent).not.toContain("Run the cell again");
    wait(1500);
    expect(place.textContent).toContain("Waiting for the kernel");
    expect(place.textContent).toContain(
      "Run the cell again. If there is a copy of the conversation below, it is what was saved.",
    );
  });
});

describe("a view that is just being made", () => {
  it("shows what came right after it was first drawn", async () => {
    const store = new Store(() => {});
    const place = document.body.appendChild(document.createElement("div"));
    render(<Conversation source={quiet(store)} height={0} />, place);
    store.apply(patch({ entries: [text(1, "hello")], status: status() }));
    await vi.waitFor(() => expect(place.textContent).toContain("The agents are at work."));
    render(null, place);
    place.remove();
  });
});
