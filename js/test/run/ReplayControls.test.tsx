import { describe, expect, it, vi } from "vitest";
import { ReplayControls } from "../../src/run/ReplayControls.tsx";
import type { Replay } from "../../src/wire.gen.ts";
import { replay } from "../support/make.ts";
import { button, click, mount } from "../support/mount.tsx";

function replaying(parts: Partial<Replay> = {}, live = true) {
  const calls = { onPlay: vi.fn(), onStop: vi.fn() };
  const show = (now: Partial<Replay>, goesOn = true) =>
    mount(<ReplayControls replay={replay(now)} live={goesOn} {...calls} />);
  return { place: show(parts, live), show, ...calls };
}

const buttons = () => [...document.querySelectorAll("button")].map((b) => b.textContent);

describe("a replay", () => {
  it("says what is replayed, and how far it is", () => {
    const { place } = replaying();
    expect(place.textContent).toContain("Replay of osb.jsonl, recorded 2026-11-24 10:40 UTC");
    expect(place.textContent).toContain("12 of 40");
    expect(place.querySelector("progress")?.position).toBeCloseTo(12 / 40);
  });

  it("can be halted, and goes on", async () => {
    const { place, show, onPlay } = replaying();
    expect(buttons()).toEqual(["Pause", "To the end", "Stop the replay"]);
    await click("Pause");
    expect(onPlay).toHaveBeenLastCalledWith("pause");
    show({ paused: true });
    expect(buttons()).toEqual(["Go on", "Step", "To the end", "Stop the replay"]);
    expect(place.textContent).toContain("12 of 40, paused");
    await click("Go on");
    expect(onPlay).toHaveBeenLastCalledWith("resume");
  });

  it("can be ended at once, or stopped", async () => {
    const { onPlay, onStop } = replaying();
    await click("To the end");
    expect(onPlay).toHaveBeenLastCalledWith("finish");
    await click("Stop the replay");
    expect(onStop).toHaveBeenCalled();
  });

  it("keeps the button of whoever steps, though a step is no pause", async () => {
    const { show, onPlay } = replaying({ paused: true });
    button("Step").focus();
    await click("Step");
    expect(onPlay).toHaveBeenLastCalledWith("step");
    show({ played: 13 });
    expect(document.activeElement).toBe(button("Step"));
    show({ played: 14, paused: true });
    expect(document.activeElement).toBe(button("Step"));
    await click("Go on");
    show({ played: 15 });
    expect(buttons()).not.toContain("Step");
  });

  it("keeps the focus of whoever lets it go on", async () => {
    const { show } = replaying({ paused: true });
    button("Go on").focus();
    await click("Go on");
    show({});
    expect(document.activeElement).toBe(button("Pause"));
  });

  it("keeps the focus near when a button goes, and when all of them do", () => {
    const { place, show } = replaying({ paused: true });
    button("Step").focus();
    show({});
    expect(document.activeElement).toBe(button("Pause"));
    show({}, false);
    expect(document.activeElement).toBe(place.querySelector("section"));
  });

  it("leaves the focus alone that is elsewhere", () => {
    const { show } = replaying({ paused: true });
    show({}, false);
    expect(document.activeElement).toBe(document.body);
  });

  it("says what it waits for", () => {
    const waits = "It waits for the notebook's run.choose('B').";
    const { place } = replaying({ waits });
    expect(place.querySelector("[role=status]")?.textContent).toBe(waits);
  });

  it("says what is wrong with the recording, also when it is over", () => {
    const note = "The last line of the recording was half written, and is left out.";
    const { place } = replaying({ note }, false);
    expect(place.querySelector(".problem")?.textContent).toBe(note);
    expect(buttons()).toEqual([]);
  });

  it("is shown whatever the file says of its time, and if it holds nothing", () => {
    const { place } = replaying({ recorded: 1e300, played: 0, total: 0 });
    expect(place.textContent).toContain("recorded at an unknown time");
    expect(place.querySelector("progress")?.position).toBe(0);
  });
});
