// Every field of every kind of entry is on the page, folded or not, and in its copies. What is left
// out, and why, is said in tests/data/written/left_out.json; tests/whole/test_field_walk.py walks the exports.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EntryView } from "../../src/entries/EntryView.tsx";
import { asJson } from "../../src/entries/entryFormats.ts";
import { asMarkdown } from "../../src/entries/entryMarkdown.ts";
import type { Finder } from "../../src/state/finder.ts";
import type { Entry } from "../../src/wire.gen.ts";
import { mount } from "../support/mount.tsx";

const HERE = `${import.meta.dirname}/../../../tests/data/written`;
const read = (name: string) => JSON.parse(readFileSync(`${HERE}/${name}`, "utf8"));
const LEFT_OUT: Record<string, Record<string, string>> = read("left_out.json");
const ENTRIES: { name: string; entry: Entry }[] = read("entries.json").filter(
  ({ name }: { name: string }) => !name.includes(","),
);
const find: Finder = { entry: () => undefined, result: () => undefined };
/** A word that is in one field only; see tests/support/every_field.py. */
const WORD = /\b[a-z]+Q\w+Z\b/g;

/** What is read on the page, and what is named where one points, with every fold opened. */
function onPage(entry: Entry): string {
  const place = mount(
    <EntryView entry={entry} find={find} place={1} of={1} sought="" here={false} />,
  );
  for (const fold of place.querySelectorAll("details")) {
    fold.open = true;
    fold.dispatchEvent(new Event("toggle"));
  }
  const titles = [...place.querySelectorAll("[title]")].map((one) => one.getAttribute("title"));
  return [place.textContent, ...titles].join("\n");
}

function missing(entry: Entry, text: string, where: string): string[] {
  const names = Object.keys({ ...LEFT_OUT.everywhere, ...LEFT_OUT[where] });
  const allowed = new Set(names.map((name) => name.replaceAll("_", "")));
  const words = [...new Set(JSON.stringify(entry).match(WORD))];
  return words.filter((word) => {
    const way = wayOf(word);
    return !text.includes(word) && !allowed.has(way) && !allowed.has(`${entry.body.kind}: ${way}`);
  });
}

/** `textQthoughtZ` is `text.thought`, and what is around a body has no kind before it. */
function wayOf(word: string): string {
  const parts = word.slice(0, -1).split("Q");
  const named = parts[0] === "entry" ? parts.slice(2) : parts;
  return named
    .filter((part) => !/^\d+$/.test(part))
    .map((part) => (part === "item" ? "list" : part))
    .join(".");
}

describe("no field is missing", () => {
  it.each(ENTRIES)("on the page: $name", ({ entry }) => {
    expect(missing(entry, onPage(entry), "page")).toEqual([]);
  });

  it.each(ENTRIES)("in the copies: $name", ({ entry }) => {
    expect(missing(entry, asMarkdown(entry), "Markdown")).toEqual([]);
    expect(missing(entry, asJson(entry), "JSON")).toEqual([]);
  });
});
