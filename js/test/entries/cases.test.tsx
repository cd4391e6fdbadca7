// What once was shown wrongly, on the page: see tests/data/cases. The exports are in tests/whole/test_cases.py.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EntryView } from "../../src/entries/EntryView.tsx";
import { asJson } from "../../src/entries/entryFormats.ts";
import { words } from "../../src/reading/search.ts";
import type { Finder } from "../../src/state/finder.ts";
import { folded } from "../../src/text/folding.ts";
import type { Entry } from "../../src/wire.gen.ts";
import { mount } from "../support/mount.tsx";

const FOLDER = `${import.meta.dirname}/../../../tests/data/cases`;
const read = (name: string) => JSON.parse(readFileSync(`${FOLDER}/${name}.json`, "utf8"));
const RIGHT: Record<string, { shown: string[]; hidden: string[] }> = read("right");
const ENTRIES: Record<string, Entry[]> = read("entries");
const BLOCKS = "p, li, td, th, pre, div, summary, details, blockquote, tr";
const find: Finder = { entry: () => undefined, result: () => undefined };

/** What is read in a place: each block on lines of its own. */
function textIn(node: Node): string {
  if (node instanceof Text) return node.data;
  if (node instanceof HTMLBRElement) return "\n";
  const apart = node instanceof Element && node.matches(BLOCKS) ? "\n" : "";
  return apart + [...node.childNodes].map(textIn).join("") + apart;
}

function shownOf(entry: Entry): string {
  return textIn(
    mount(<EntryView entry={entry} find={find} place={1} of={1} sought="" here={false} />),
  );
}

describe("on the page", () => {
  it.each(Object.entries(RIGHT))("%s is read as it came", (name, { shown, hidden }) => {
    const text = (ENTRIES[name] ?? []).map(shownOf).join("\n");
    for (const words of shown) expect(text).toContain(words);
    for (const words of hidden) expect(text).not.toContain(words);
  });

  it("what is read is found", () => {
    for (const [name, { shown }] of Object.entries(RIGHT)) {
      const found = (ENTRIES[name] ?? []).map(words).join("\n");
      // A display of TeX, and a cell that is broken, have breaks that are found as blanks.
      for (const line of shown.flatMap((one) => one.split("\n"))) {
        if (line !== "Thought") expect(found, name).toContain(folded(line).trim());
      }
    }
  });

  it("an entry is taken along with its digits", () => {
    const [record] = ENTRIES.big_ids ?? [];
    const copied = record ? asJson(record) : "";
    expect(copied).toContain('"post_id": 1799990000111122233');
    expect(copied).toContain('"label_id": 9007199254740993');
    expect(JSON.parse(copied).body.metadata.likes).toBe(12);
  });
});
