// How results are put into words; what Python says too is in golden.test.ts.

import { describe, expect, it } from "vitest";
import {
  basis,
  decimal,
  heldBy,
  note,
  percent,
  quoted,
  SCORES,
  why,
} from "../../src/text/wording.ts";

describe("a share", () => {
  it.each([
    [null, "–"],
    [0, "0 %"],
    [0.001, "1 %"],
    [0.125, "13 %"],
    [1 / 3, "33 %"],
    [0.999, "99 %"],
    [1, "100 %"],
  ])("of %s is %s", (share, said) => expect(percent(share)).toBe(said));

  it("is a decimal number with the same digits", () => {
    expect([0, 0.125, 0.999, 1].map(decimal)).toEqual(["0.00", "0.13", "0.99", "1.00"]);
  });
});

describe("who holds a position", () => {
  const known = { role: "JUDGE", model: null, template: null, criteria: null };
  const speaker = { key: "j-1", name: "Judge", label: "Judge · m", ...known };

  it.each(["judge", "JUDGE", "j-1", "Judge · m", " Judge\n", ""])("%j is the agent", (name) => {
    expect(heldBy(name, speaker)[1]).toBe(name === "Judge · m" ? "" : "Judge · m");
  });
  it.each(["You", "Server", "Ash · m", "**You**"])("is quoted if no agent is %j", (name) => {
    expect(heldBy(name, speaker)).toEqual([`“${name}”`, "Judge · m"]);
    expect(heldBy(name, null)).toEqual([`“${name}”`, ""]);
    expect(heldBy(" ", null)).toEqual(["", ""]);
  });
});

describe("what a number leaves out", () => {
  it("is counted by the reason", () => {
    const some = basis(["", "late", "", "odd", "late"]);
    expect(note(some, SCORES)).toBe(" (2 of 5 scores; 3 left out: 2 late, 1 odd)");
    expect(note(basis(["odd"]), SCORES)).toBe(" (0 of 1 score; 1 left out: odd)");
    expect([note(basis([""]), SCORES), why(basis([]))]).toEqual(["", ""]);
  });
});

describe("a value as it came", () => {
  it("is quoted in a line, and not at length", () => {
    const text = (words: string) => ({ kind: "text", text: words }) as const;
    expect(quoted(text("so\nso"))).toBe("“so ⏎ so”");
    expect(quoted({ kind: "other", text: "85.0" })).toBe("“85.0”");
    expect(quoted({ kind: "list", items: [text("a")] })).toBe('“["a"]”');
    expect(quoted(text("😀".repeat(41)))).toBe(`“${"😀".repeat(40)}…”`);
  });
});
