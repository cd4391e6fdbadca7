import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folded, foldedWithPlaces } from "../../src/text/folding.ts";

describe("words that are compared", () => {
  it.each([
    ["It  breaks\nRule 3", "it breaks rule 3"],
    ["caf\u00e9", "CAFE\u0301"],
    ["\uac00", "\u1100\u1161"],
    ["stra\u00dfe", "STRASSE"],
    ["\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2"],
    ["co\u00adoperate", "cooperate"],
    ["\u201cquoted\u201d \u2018it\u2019s\u2019", "\"quoted\" 'it's'"],
    ["1939\u20131945", "1939-1945"],
    ["\uff21\uff22\uff23", "abc"],
    ["\u0130stanbul", "istanbul"],
    ["a\u00a0b", "a b"],
    ["zero\u200bwidth", "zerowidth"],
  ])("make no difference between %j and %j", (one, other) => {
    expect(folded(one)).toBe(folded(other));
  });

  it("are the same with and without their places", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (said) => {
        const { words: made, begins, ends } = foldedWithPlaces(said);
        expect(folded(said)).toBe(made);
        expect(begins).toHaveLength(made.length);
        begins.forEach((begin, place) => {
          expect(begin).toBeLessThan(ends[place] ?? 0);
        });
      }),
    );
  });
});
