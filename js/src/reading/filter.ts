// Which entries a reader wants to see.

import { KIND_LABELS } from "../entries/kindLabels.ts";
import { called } from "../text/wording.ts";
import type { Entry } from "../wire.gen.ts";

export type Kind = Entry["body"]["kind"];

export interface Filter {
  /** Keys of agents, "" for whatever is from none; none chosen is all of them. */
  agents: ReadonlySet<string>;
  kinds: ReadonlySet<Kind>;
  errors: boolean;
}

export const ALL: Filter = { agents: new Set(), kinds: new Set(), errors: false };

/** Trouble, lost answers, gaps and frames that nobody understands. */
export function isError({ body }: Entry): boolean {
  if (body.kind === "answer") return body.state === "lost";
  return body.kind === "trouble" || body.kind === "gap" || body.kind === "unknown";
}

/** The entries that pass; the same list, if all do. */
export function passing(entries: readonly Entry[], filter: Filter): readonly Entry[] {
  if (isOff(filter)) return entries;
  return entries.filter(
    (entry) =>
      (filter.agents.size === 0 || filter.agents.has(entry.speaker?.key ?? "")) &&
      (filter.kinds.size === 0 || filter.kinds.has(entry.body.kind)) &&
      (!filter.errors || isError(entry)),
  );
}

export function isOff({ agents, kinds, errors }: Filter): boolean {
  return agents.size === 0 && kinds.size === 0 && !errors;
}

/** What there is to choose from: agents by key and name, and kinds, each with its count. */
export function choices(entries: readonly Entry[]) {
  const agents = new Map<string, { name: string; count: number }>();
  const kinds = new Map<Kind, { name: string; count: number }>();
  let errors = 0;
  for (const entry of entries) {
    const { speaker, body } = entry;
    const name = speaker ? called(speaker) : "You and the server";
    tally(agents, speaker?.key ?? "", name);
    tally(kinds, body.kind, KIND_LABELS[body.kind]);
    errors += Number(isError(entry));
  }
  return { agents, kinds, errors };
}

function tally<K>(of: Map<K, { name: string; count: number }>, key: K, name: string): void {
  const known = of.get(key);
  if (known) known.count += 1;
  else of.set(key, { name, count: 1 });
}

/** A set with `item` put in, or taken out if it was there. */
export function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
