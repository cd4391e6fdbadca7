import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ranges } from "../../src/reading/highlight.ts";
import { count, folded } from "../../src/text/folding.ts";

describe("the marks of a search", () => {
  function marked(html: string, query: string): string[] {
    const place = document.createElement("div");
    place.innerHTML = html;
    return ranges(place, folded(query)).map((range) => range.toString());
  }

  it("stand where the words are, across the elements that they are in", () => {
    const said = "<div data-said><p>It <strong>Breaks</strong> rule <em>3</em></p></div>";
    expect(marked(said, "breaks rule 3")).toEqual(["Breaks rule 3"]);
    expect(marked("<p data-said>a <button>link</button> b</p>", "a link b")).toEqual(["a link b"]);
    expect(marked("<p data-said>Stra<b>\u00dfe</b></p>", "strasse")).toEqual(["Stra\u00dfe"]);
    expect(marked("<p data-said>cafe\u0301s</p>", "caf\u00e9")).toEqual(["cafe\u0301"]);
  });

  it("join no words of two blocks", () => {
    expect(marked("<ul data-said><li>one</li><li>two</li></ul>", "onetwo")).toEqual([]);
    expect(marked("<ul data-said><li>one</li><li>two</li></ul>", "one two")).toEqual([]);
    expect(marked("<p data-said>one</p><p data-said>two</p>", "one two")).toEqual([]);
    expect(marked("<p data-said>one<br>two</p>", "one two")).toHaveLength(1);
  });

  it("leave out our own words", () => {
    expect(marked("<p><span>met</span> <span data-said>it met</span></p>", "met")).toEqual(["met"]);
  });

  it("are as many as the words have matches", () => {
    const said = fc.array(fc.constantFrom("a", "b", " ", "\u00df", "e\u0301"), { maxLength: 40 });
    fc.assert(
      fc.property(said, fc.constantFrom("a", "ab", "a b", "s", "\u00e9"), (letters, query) => {
        const place = document.createElement("div");
        const inner = place.appendChild(document.createElement("p"));
        inner.dataset.said = "";
        inner.append(...letters.map((letter) => document.createTextNode(letter)));
        expect(ranges(place, query)).toHaveLength(count(folded(letters.join("")), folded(query)));
      }),
    );
  });
});
