import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matcher, prepare, words } from "../../src/reading/search.ts";
import { count } from "../../src/text/folding.ts";
import { entry, question, text } from "../support/make.ts";

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
