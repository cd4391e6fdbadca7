import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { count, folded, foldedWithPlaces } from "../src/fold.ts";
import { ranges } from "../src/highlight.ts";
import { matcher, prepare, words } from "../src/search.ts";
import { entry, question, text } from "./make.ts";

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

describe("a search", () => {
  it("looks through everything that an entry shows, and nothing that it does not", () => {
    const found = words(
      entry(1, {
        kind: "tool",
        name: "lookup",
        content: "none **at all**",
        call_id: "c-9",
        args: '{"qu\u00e9ry": ["Deep", 1799990000111122233]}',
        results: null,
      }),
    );
    for (const said of ["lookup", "none **at all**", "qu\u00e9ry", "deep", "1799990000111122233"]) {
      expect(found).toContain(said);
    }
    expect(found).not.toContain("kind");
    expect(found).not.toContain("c-9");
    expect(words(text(3, "It **breaks** [here](https://x.org)"))).toContain(
      "it breaks here (x.org)",
    );
    const asked = words(entry(2, question({ number: 3, asked: 2 })));
    for (const ours of ["open", "3", "2"]) expect(asked).not.toContain(ours);
    const told = {
      metadata: '{"model": "gpt-4o"}',
      tracing_link: "https://t.test",
      source: "ANNA",
    };
    const beside = words(entry(3, question(), told));
    for (const said of ["gpt-4o", "https://t.test", "anna"]) expect(beside).toContain(said);
  });

  it("counts matches, and knows the entry and the place of each", () => {
    const look = matcher("AB");
    const found = look([text(1, "ab ab"), text(2, "none"), text(3, "ab")]);
    expect(found.total).toBe(3);
    expect([0, 1, 2, 3].map((number) => found.at(number))).toEqual([
      { id: 1, match: 0 },
      { id: 1, match: 1 },
      { id: 3, match: 0 },
      null,
    ]);
  });

  it("is prepared in slices, until it is called off", async () => {
    const entries = Array.from({ length: 1200 }, (_, at) => text(at + 1, "a"));
    const closed = new AbortController();
    prepare(entries, closed.signal);
    closed.abort();
    await new Promise((done) => setTimeout(done, 5));
    expect(matcher("a")(entries).total).toBe(1200);
  });

  it("of nothing finds nothing", () => {
    expect(matcher("  ")([text(1, "words")]).total).toBe(0);
  });

  it("looks again only through what changed", () => {
    const look = matcher("a");
    const first = text(1, "a");
    expect(look([first]).total).toBe(1);
    expect(look([first, text(2, "aa")]).total).toBe(3);
    expect(look([text(1, "b"), text(2, "aa")]).total).toBe(2);
  });

  it("counts what splitting would", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 30 });
    const sought = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(letters, sought, (said, query) => {
        expect(count(said, query)).toBe(said.split(query).length - 1);
      }),
    );
  });
});

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
