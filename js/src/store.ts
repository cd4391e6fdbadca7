// Applies patches. It knows neither the comm nor the screen.
//
// The whole rule: a patch of a later run starts afresh; `base` beyond what we have is a gap, so ask
// for what is missing; `seq` not beyond it is old news; otherwise entries are put in by their id.

import type { Agent, Entry, Patch, Status, Sync } from "./wire.gen.ts";

export interface State {
  run: number;
  seq: number;
  entries: readonly Entry[];
  agents: readonly Agent[];
  status: Status | null;
  /** The kernel's clock less the page's, in seconds. */
  ahead: number;
}

/** A missing stretch is asked for again only after this many milliseconds. */
const PATIENCE = 2000;

export class Store {
  #state: State = { run: -1, seq: 0, entries: [], agents: [], status: null, ahead: 0 };
  #subscribers = new Set<() => void>();
  #asked = { what: "", at: Number.NEGATIVE_INFINITY };
  #ask: (sync: Sync) => void;
  #now: () => number;

  /** `ask` sends a request for what is missing; `now` gives milliseconds. */
  constructor(ask: (sync: Sync) => void, now: () => number = Date.now) {
    this.#ask = ask;
    this.#now = now;
  }

  get state(): State {
    return this.#state;
  }

  subscribe(changed: () => void): () => void {
    this.#subscribers.add(changed);
    return () => this.#subscribers.delete(changed);
  }

  /** Ask for whatever is new, as after a sleep. */
  sync(): void {
    const { run, seq } = this.#state;
    this.#request(Math.max(run, 0), seq);
  }

  apply(patch: Patch): void {
    const before = this.#state;
    if (patch.run < before.run) return;
    const fresh = patch.run > before.run;
    const seq = fresh ? 0 : before.seq;
    if (patch.base > seq) {
      this.#request(patch.run, seq);
      return;
    }
    if (patch.seq <= seq) return;
    this.#asked.what = "";
    this.#state = {
      run: patch.run,
      seq: patch.seq,
      entries: merge(fresh ? [] : before.entries, patch.entries),
      agents: patch.agents ?? (fresh ? [] : before.agents),
      status: patch.status ?? (fresh ? null : before.status),
      ahead: patch.at - this.#now() / 1000,
    };
    for (const changed of this.#subscribers) changed();
  }

  #request(run: number, seq: number): void {
    const what = `${run}/${seq}`;
    const now = this.#now();
    if (this.#asked.what === what && now - this.#asked.at < PATIENCE) return;
    this.#asked = { what, at: now };
    this.#ask({ kind: "sync", run, seq });
  }
}

/** Entries are numbered from 1 without holes, so that an id is a place. */
function merge(entries: readonly Entry[], changed: readonly Entry[]): readonly Entry[] {
  if (changed.length === 0) return entries;
  const merged = entries.slice();
  for (const entry of changed) merged[entry.id - 1] = entry;
  return merged;
}
