// Searching a conversation: what of an entry can be found, and where it is found.

import { readable } from "../entries/readable.ts";
import { count, folded } from "../text/folding.ts";
import { GAP } from "../text/tree.ts";
import type { Entry } from "../wire.gen.ts";

/** Where the reader wants to go: an entry, or the nth match in it, counted from 0. */
export interface Target {
  id: number;
  match?: number;
  focus?: boolean;
}

const known = new WeakMap<Entry, string>();

/** Everything that an entry shows, folded or not, as it is compared. */
export function words(entry: Entry): string {
  let text = known.get(entry);
  if (text === undefined) {
    text = readable(entry).map(folded).join(GAP);
    known.set(entry, text);
  }
  return text;
}

/** How long entries are made ready to be searched before the page has its turn, in milliseconds. */
const SLICE = 30;

/** Make entries ready to be searched, in slices, while nothing is typed yet. */
export function prepare(entries: readonly Entry[], signal: AbortSignal, from = 0): void {
  const until = performance.now() + SLICE;
  let place = from;
  while (!signal.aborted && place < entries.length && performance.now() < until) {
    words(entries[place] as Entry);
    place += 1;
  }
  if (place < entries.length) setTimeout(() => prepare(entries, signal, place));
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
  const sought = folded(query).trim();
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
