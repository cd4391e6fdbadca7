// The page's copies are the exports' own Markdown: tests/data/written. And what `marked` makes of
// it has no more in it than it should.

import { readFileSync } from "node:fs";
import { marked } from "marked";
import { describe, expect, it } from "vitest";
import { asMarkdown, writtenIn } from "../../src/entries/entryMarkdown.ts";
import type { Entry } from "../../src/wire.gen.ts";

const HERE = `${import.meta.dirname}/../../../tests/data/written`;
const read = (name: string) => JSON.parse(readFileSync(`${HERE}/${name}`, "utf8"));
const ENTRIES: { name: string; entry: Entry; markdown: string }[] = read("entries.json");
const TEXTS: [string, string[], string[], string[]][] = read("texts.json");
const PATIENCE = 60_000;

/** What a page with the Markdown on it has. */
function page(markdown: string): HTMLElement {
  const place = document.createElement("div");
  place.innerHTML = marked.parse(markdown, { async: false });
  return place;
}

const headings = (place: HTMLElement) =>
  [...place.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((one) => one.textContent);

describe("a copy of an entry as Markdown", () => {
  for (const { name, entry, markdown } of ENTRIES) {
    it(`is that of the exports: ${name}`, () => {
      expect(asMarkdown(entry)).toBe(markdown);
    });
  }

  it(
    "has every text as the exports have it",
    () => {
      const different = TEXTS.filter(
        ([text, ...others]) =>
          JSON.stringify(
            (["markdown", "output", "lines"] as const).map((form) => writtenIn(form, text)),
          ) !== JSON.stringify(others),
      );
      expect(
        different.map(([text, markdown]) => ({
          text,
          page: writtenIn("markdown", text),
          markdown,
        })),
      ).toEqual([]);
    },
    PATIENCE,
  );

  it("stays one entry, whatever is in it, and fetches nothing", () => {
    const whole = `# osb\n\n${ENTRIES.map(({ markdown }) => markdown).join("\n\n")}\n\n## Decisions\n`;
    const place = page(whole);
    expect(headings(place).length).toBe(ENTRIES.length + 2);
    expect(headings(place).at(-1)).toBe("Decisions");
    expect(place.querySelectorAll("img, script, style, iframe, details").length).toBe(0);
  });

  it(
    "closes what a text opens",
    () => {
      const leaking = TEXTS.filter(([, markdown]) => {
        const quote = markdown.join("\n\n").replace(/^/gm, "> ");
        const place = page(`### one\n\n${quote}\n\n### two\n\nlast words\n`);
        return (
          headings(place).join() !== "one,two" ||
          place.lastElementChild?.textContent !== "last words" ||
          place.querySelector("img, script, style, iframe, details, input") !== null
        );
      });
      expect(leaking.map(([text]) => text)).toEqual([]);
    },
    PATIENCE,
  );
});
