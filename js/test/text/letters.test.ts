import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  called,
  claimed,
  label,
  optionLabel,
  optionLabels,
  optionNames,
  unmistakable,
} from "../../src/text/letters.ts";

const FILE = `${import.meta.dirname}/../../../tests/data/parity/labels.json`;
const GOLDEN = JSON.parse(readFileSync(FILE, "utf8"));

describe("labels are the same as in Python", () => {
  it("of names", () => {
    for (const [text, name] of GOLDEN.label) expect(label(text)).toBe(name);
  });
  it("of agents", () => {
    for (const [name, key, shown] of GOLDEN.called) expect(called({ name, key })).toBe(shown);
  });
  it("of names that no agent is known by", () => {
    for (const [name, shown] of GOLDEN.claimed) expect(claimed(name)).toBe(shown);
  });
  it("of options", () => {
    for (const { options, each, names } of GOLDEN.options) {
      expect(options.map(optionLabel)).toEqual(each);
      expect(optionNames(options)).toEqual(names);
    }
  });
});

describe("a label", () => {
  it.each([
    ["plain words, and 你好", "plain words, and 你好"],
    ["two\nlines\tand a tab", "two\nlines\tand a tab"],
    ["two\r\nlines", "two\nlines"],
    ["a\rb", "a\nb"],
    ["stop\u202Eesaelp", "stop⟨U+202E⟩esaelp"],
    ["con\u200Bfirm", "con⟨U+200B⟩firm"],
    ["con\u200Dfirm", "con⟨U+200D⟩firm"],
    ["bell\u0007 and \u2028", "bell⟨U+0007⟩ and ⟨U+2028⟩"],
    ["soft\u00ADly", "soft⟨U+00AD⟩ly"],
    ["\u{E0041}", "⟨U+E0041⟩"],
  ])("of %j is %j", (text, shown) => {
    expect(unmistakable(text)).toBe(shown);
  });

  it("leaves joiners to the scripts that are written with them, and to emoji", () => {
    for (const text of ["می\u200Cخواهم", "क्\u200Dष", "👩\u200D💻", "👩🏽\u200D💻"]) {
      expect(unmistakable(text)).toBe(text);
    }
  });
});

describe("labels of options", () => {
  it.each(["", "  ", "\n", "\u00A0", "\u3164"])("say that %j is blank", (option) => {
    expect(optionLabel(option)).toBe("(blank option)");
  });

  it("number those that look alike, by their places", () => {
    expect(optionLabels(["A", "B", "A ", "A\u00A0", "a", "", " "])).toEqual([
      "1. A",
      "B",
      "3. A ",
      "4. A\u00A0",
      "a",
      "6. (blank option)",
      "7. (blank option)",
    ]);
  });
});
