// Searching a conversation: what of an entry can be found, and where it is found.

import type { Entry } from "./wire.gen.ts";

/** Where the reader wants to go: an entry, or the nth match in it, counted from 0. */
export interface Target {
  id: number;
  match?: number;
  focus?: boolean;
}

/** Marks of markdown are not read, so they are not searched; nor is the width of white space. */
export function plain(text: string): string {
  // One mark at a time, and of white space only what is not one blank: half the time of two sets.
  return text
    .toLowerCase()
    .replaceAll("*", "")
    .replaceAll("_", "")
    .replaceAll("`", "")
    .replaceAll("~", "")
    .replace(/\s\s+|[^\S ]/g, " ");
}

const known = new WeakMap<Entry, string>();

/** Everything that an entry says, folded or not, plain. */
export function words(entry: Entry): string {
  let text = known.get(entry);
  if (text === undefined) {
    const said: string[] = [entry.speaker?.name ?? ""];
    collect([entry.metadata, entry.tracing_link, entry.source, entry.body], said);
    text = plain(said.join("\n"));
    known.set(entry, text);
  }
  return text;
}

/** How many entries are made ready to be searched before the page has its turn. */
const SLICE = 500;

/** Make entries ready to be searched, in slices, while nothing is typed yet. */
export function prepare(entries: readonly Entry[], signal: AbortSignal, from = 0): void {
  if (signal.aborted || from >= entries.length) return;
  for (const entry of entries.slice(from, from + SLICE)) words(entry);
  setTimeout(() => prepare(entries, signal, from + SLICE));
}

/** Kinds, verdicts and counts are our words, not theirs; ids are not shown. */
const OURS = new Set([
  ...["kind", "state", "form", "by", "verdict", "selection", "number", "asked"],
  ...["assessed_call_id", "answer_id"],
]);

function collect(value: unknown, said: string[]): void {
  if (typeof value === "string" || typeof value === "number") said.push(String(value));
  else if (Array.isArray(value)) for (const item of value) collect(item, said);
  else if (value && typeof value === "object") {
    for (const [name, item] of Object.entries(value)) if (!OURS.has(name)) collect(item, said);
  }
}

/** How often `query`, which is plain, occurs in `text`; matches do not overlap. */
export function count(text: string, query: string): number {
  let found = 0;
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) found++;
  return found;
}

/** All the matches of one query, as a run of numbers from 0. */
export interface Matches {
  query: string;
  total: number;
  /** The entry of a match, and which of the entry's own it is. */
  at(number: number): Target | null;
}

/** Look for `query` in these entries. What did not change since is not looked through again. */
export function matcher(query: string): (entries: readonly Entry[]) => Matches {
  const sought = plain(query).trim();
  const counts = new WeakMap<Entry, number>();
  const of = (entry: Entry) => {
    let found = counts.get(entry);
    if (found === undefined) {
      found = count(words(entry), sought);
      counts.set(entry, found);
    }
    return found;
  };
  return (entries) => {
    const hits: { id: number; before: number }[] = [];
    let total = 0;
    for (const entry of sought ? entries : []) {
      const found = of(entry);
      if (found > 0) hits.push({ id: entry.id, before: total });
      total += found;
    }
    return {
      query: sought,
      total,
      at: (number) => {
        const hit = hits.findLast(({ before }) => before <= number);
        return hit && number < total ? { id: hit.id, match: number - hit.before } : null;
      },
    };
  };
}
