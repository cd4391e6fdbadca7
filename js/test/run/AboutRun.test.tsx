import { describe, expect, it, vi } from "vitest";
import { AboutRun } from "../../src/run/AboutRun.tsx";
import type { Card, Readiness } from "../../src/wire.gen.ts";
import { card } from "../support/make.ts";
import { button, click, mount, open, rest } from "../support/mount.tsx";

function about(askCard: () => Promise<Card>) {
  const show = (readiness: Readiness) =>
    mount(<AboutRun askCard={askCard} readiness={readiness} />);
  return { place: show("working"), show };
}

describe("where a run comes from", () => {
  it("is asked for once it is opened, and again when the state of the run is another", async () => {
    const ask = vi.fn(async () => card(3, "A paragraph."));
    const { place, show } = about(ask);
    show("asking");
    expect(ask).not.toHaveBeenCalled();
    await open("About this run");
    expect(ask).toHaveBeenCalledTimes(1);
    expect(place.querySelector("dl")?.textContent).toBe("Flowosb");
    ask.mockResolvedValue(card(3, "Another paragraph."));
    show("ended");
    await rest();
    expect(ask).toHaveBeenCalledTimes(2);
    expect(place.querySelector("blockquote")?.textContent).toBe("Another paragraph.");
  });

  it("says that it asks, and is not taken back by an answer that comes late", async () => {
    const answers: ((card: Card) => void)[] = [];
    const { place, show } = about(() => new Promise((resolve) => answers.push(resolve)));
    await open("About this run");
    expect(place.textContent).toContain("Asking the kernel for it.");
    show("ended");
    await rest();
    answers[1]?.(card(3, "new"));
    answers[0]?.(card(3, "old"));
    await rest();
    expect(place.querySelector("blockquote")?.textContent).toBe("new");
  });

  it("is text, whatever an agent calls itself", async () => {
    const value = "<img src=x onerror=alert(1)>";
    const { place } = about(async () => ({
      ...card(3, value),
      facts: [{ name: value, value }],
    }));
    await open("About this run");
    expect(place.querySelector("img")).toBeNull();
    for (const part of ["dt", "dd", "blockquote"]) {
      expect(place.querySelector(part)?.textContent).toBe(value);
    }
  });

  it("can be copied for a methods section", async () => {
    const writeText = vi.fn(async () => {});
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    about(async () => card(3, "The run was done so."));
    await open("About this run");
    await click("Copy for a methods section");
    vi.unstubAllGlobals();
    expect(writeText).toHaveBeenCalledWith("The run was done so.");
  });

  it("has no button for a paragraph that there is not", async () => {
    const { place } = about(async () => card(3, ""));
    await open("About this run");
    expect(place.querySelector("blockquote")).toBeNull();
    expect(() => button("Copy for a methods section")).toThrow();
  });
});
