import { describe, expect, it } from "vitest";
import { Outline } from "../../src/reading/Outline.tsx";
import { entry } from "../support/make.ts";
import { mount, rest } from "../support/mount.tsx";

describe("an outline", () => {
  it("links to the beginning of each step", async () => {
    const speaker = { key: "j", name: "J", role: "R", model: null, template: null, criteria: null };
    const gap = { kind: "gap", began: 1, until: 2, content: "" } as const;
    const place = mount(
      <Outline entries={[entry(1, gap, { speaker }), entry(2, gap, { speaker })]} />,
    );
    await rest();
    expect(place.querySelector("a")?.getAttribute("href")).toBe("#entry-1");
    expect(place.textContent).toBe("R #1 2 × gap ⚠ 2 errors");
  });
});
