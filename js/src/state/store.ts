// Applies patches. It knows neither the comm nor the screen.
//
// The whole rule: a patch of a later run starts afresh; `base` beyond what we have is a gap, so ask
// for what is missing; `seq` not beyond it is old news; otherwise entries are put in by their id.

import { called } from "../text/wording.ts";
import type { Agent, Entry, Patch, Status, Sync } from "../wire.gen.ts";
import type { Finder } from "./finder.ts";

export interface State {
  run: number;
  seq: number;
  entries: readonly Entry[];
  agents: readonly Agent[];
  status: Status | null;
  /** The numbers of the judgements and the scores, and the `seq` at which one last changed. */
  judgements: readonly number[];
  assessments: readonly number[];
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
  assessments: [],
  scored: 0,
  ahead: 0,
};

/** A missing stretch is asked for again only after this many milliseconds. */
const PATIENCE = 2000;

export class Store implements Finder {
  #state = NOTHING;
  /** Entries by the server's id for them. */
  #results = new Map<string, number>();
  /** What readers know agents by, by key. */
  #labels: Labels = new Map();
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
    const labels = old === NOTHING ? new Map() : this.#labels;
    this.#labels = patch.agents ? labelsOf(patch.agents, labels) : labels;
    const under = (entry: Entry) => underLabel(entry, this.#labels);
    const renamed = this.#labels !== labels;
    this.#state = {
      run: patch.run,
      seq: patch.seq,
      entries: merge(renamed ? old.entries.map(under) : old.entries, patch.entries.map(under)),
      agents: patch.agents ?? old.agents,
      status: patch.status ?? old.status,
      judgements: more(old.judgements, "judgement", old, patch.entries),
      assessments: more(old.assessments, "assessment", old, patch.entries),
      scored: renamed || patch.entries.some(scores) ? patch.seq : old.scored,
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

/** The numbers of the entries of a kind: those known, and those that are new. */
function more(
  known: readonly number[],
  kind: Entry["body"]["kind"],
  old: State,
  changed: readonly Entry[],
): readonly number[] {
  const fresh = changed.filter(({ id, body }) => body.kind === kind && !old.entries[id - 1]);
  return fresh.length === 0 ? known : [...known, ...fresh.map(({ id }) => id)];
}

type Labels = ReadonlyMap<string, string>;

/** The labels of the agents; those that are known, if all are the same. */
function labelsOf(agents: readonly Agent[], known: Labels): Labels {
  const labels = new Map(agents.map((agent) => [agent.key, called(agent)]));
  const same = labels.size === known.size && agents.every((a) => known.get(a.key) === called(a));
  return same ? known : labels;
}

/** The entry with its speaker's label, which later agents may change: the same, if it has it. */
function underLabel(entry: Entry, labels: Labels): Entry {
  const { speaker } = entry;
  const label = speaker && labels.get(speaker.key);
  if (!label || label === called(speaker)) return entry;
  return { ...entry, speaker: { ...speaker, label } };
}
