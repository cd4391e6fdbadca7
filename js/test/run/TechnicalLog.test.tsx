import { describe, expect, it, vi } from "vitest";
import { TechnicalLog } from "../../src/run/TechnicalLog.tsx";
import type { Frames } from "../../src/wire.gen.ts";
import { click, mount, open, rest } from "../support/mount.tsx";

const frame = (words: string): Frames["frames"][number] => ({
  direction: "in",
  at: 1000,
  text: words,
  length: words.length,
});

describe("all events", () => {
  it("are asked for only once they are opened, and go on as news come", async () => {
    const all = [frame('{"type": "ready"}'), frame("no json")];
    const ask = vi.fn(async (start: number): Promise<Frames> => {
      return { kind: "frames", run: 3, start, total: all.length, frames: all.slice(start) };
    });
    const place = mount(<TechnicalLog askFrames={ask} seq={1} />);
    expect(ask).not.toHaveBeenCalled();
    await open("Technical log");
    expect(ask).toHaveBeenCalledExactlyOnceWith(0);
    expect(place.textContent).toContain("ready");
    expect(place.textContent).toContain("no type");
    all.push(frame('{"type": "news"}'));
    mount(<TechnicalLog askFrames={ask} seq={2} />);
    await rest();
    expect(ask).toHaveBeenLastCalledWith(2);
    expect(place.querySelectorAll("li")).toHaveLength(3);
  });

  it("come a page at a time, and say what was cut", async () => {
    const cut = { ...frame("long"), length: 1004 };
    const ask = vi.fn(async (start: number): Promise<Frames> => {
      return { kind: "frames", run: 3, start, total: 2, frames: [cut] };
    });
    const place = mount(<TechnicalLog askFrames={ask} seq={1} />);
    await open("Technical log");
    await click("Show more (1 are left)");
    await rest();
    expect(place.querySelectorAll("li")).toHaveLength(2);
    expect(place.textContent).toContain("1000 more characters are in run.frames[1].text");
  });
});
