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
  /** The numbers of the judgements, and the `seq` at which one of them or its scores last changed. */
  judgements: readonly number[];
  scored: number;
  /** The kernel's clock less the page's, in seconds. */
  ahead: number;
}

const NOTHING: State = {
  run: -1,
  seq: 0,
  entries: [],
  agents: [],
  status: null,
  judgements: [],
  scored: 0,
  ahead: 0,
};

/** A missing stretch is asked for again only after this many milliseconds. */
const PATIENCE = 2000;

export class Store {
  #state = NOTHING;
  /** Entries by the server's id for them. */
  #results = new Map<string, number>();
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

  /** The entry with this number. */
  entry(id: number): Entry | undefined {
    return this.#state.entries[id - 1];
  }

  /** The entry that the server knows by this id. */
  result(messageId: string): Entry | undefined {
    return this.entry(this.#results.get(messageId) ?? 0);
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
    const old = patch.run > before.run ? NOTHING : before;
    if (patch.base > old.seq) {
      this.#request(patch.run, old.seq);
      return;
    }
    if (patch.seq <= old.seq) return;
    this.#asked.what = "";
    if (old === NOTHING) this.#results.clear();
    for (const { id, message_id } of patch.entries) {
      // Ids of tool results may repeat; the first one keeps it.
      if (message_id !== null && !this.#results.has(message_id)) this.#results.set(message_id, id);
    }
    this.#state = {
      run: patch.run,
      seq: patch.seq,
      entries: merge(old.entries, patch.entries),
      agents: patch.agents ?? old.agents,
      status: patch.status ?? old.status,
      judgements: judgements(old, patch.entries),
      scored: patch.entries.some(scores) ? patch.seq : old.scored,
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

function scores({ body }: Entry): boolean {
  return body.kind === "judgement" || body.kind === "assessment";
}

function judgements(old: State, changed: readonly Entry[]): readonly number[] {
  const more = changed.filter(({ id, body }) => body.kind === "judgement" && !old.entries[id - 1]);
  return more.length === 0 ? old.judgements : [...old.judgements, ...more.map(({ id }) => id)];
}
