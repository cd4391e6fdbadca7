// Values of the wire, whole, from the parts that a test is about.

import { deflateRawSync } from "node:zlib";
import type { Source } from "../../src/state/source.ts";
import type { Store } from "../../src/state/store.ts";
import type {
  Agent,
  Card,
  Checkpoint,
  Entry,
  Flow,
  FlowList,
  Parameter,
  Patch,
  Question,
  Replay,
  Status,
} from "../../src/wire.gen.ts";

export function status(parts: Partial<Status> = {}): Status {
  return {
    readiness: "working",
    reason: "The agents are at work.",
    since: 1000,
    activity: "",
    silent_since: null,
    steps: null,
    flow: "osb",
    server: "http://localhost:8000",
    question: null,
    remarks: false,
    held: [],
    labels: null,
    ...parts,
  };
}

export function entry(id: number, body: Entry["body"], parts: Partial<Entry> = {}): Entry {
  return {
    id,
    seq: id,
    at: 1000,
    server_time: null,
    speaker: null,
    message_id: null,
    about: null,
    replies: [],
    frame: null,
    metadata: "{}",
    tracing_link: null,
    source: null,
    body,
    ...parts,
  };
}

export function agent(key: string, parts: Partial<Agent> = {}): Agent {
  return {
    key,
    name: key,
    label: key,
    role: "",
    description: "",
    model: null,
    template: null,
    criteria: null,
    state: "idle",
    since: 1000,
    steps: 0,
    ...parts,
  };
}

export function text(id: number, content: string, seq = id): Entry {
  return entry(id, { kind: "text", content, thought: null }, { seq });
}

export function question(parts: Partial<Question> = {}): Question {
  return {
    kind: "question",
    content: "Shall we go on?",
    options: ["confirm", "reject"],
    thought: null,
    form: "confirm",
    number: 1,
    confirms: [true, false],
    asked: 1,
    state: "open",
    ...parts,
  };
}

export function patch(parts: Partial<Patch> = {}): Patch {
  return {
    kind: "patch",
    run: 1,
    base: 0,
    seq: 1,
    at: 1000,
    entries: [],
    agents: null,
    status: null,
    ...parts,
  };
}

export function replay(parts: Partial<Replay> = {}): Replay {
  return {
    kind: "replay",
    run: 1,
    cassette: "osb.jsonl",
    recorded: Date.UTC(2026, 10, 24, 10, 40, 59) / 1000,
    played: 12,
    total: 40,
    paused: false,
    waits: "",
    note: "",
    ...parts,
  };
}

/** What a server offers that lists names alone, or more of each flow. */
export function offers(...flows: (string | Flow)[]): FlowList {
  return {
    kind: "offers",
    server: "here",
    flows: flows.map((flow) => (typeof flow === "string" ? flowOf(flow) : flow)),
    problem: "",
    listed: true,
  };
}

export function flowOf(name: string, parts: Partial<Flow> = {}): Flow {
  return { name, description: "", parameters: null, ...parts };
}

export function parameter(name: string, parts: Partial<Parameter> = {}): Parameter {
  return { name, type: "string", required: false, default: null, description: "", ...parts };
}

export function card(run: number, paragraph: string): Card {
  return { kind: "card", run, facts: [{ name: "Flow", value: "osb" }], paragraph };
}

/** What a notebook keeps of a run, as a page finds it there. */
export function checkpoint(made: Patch, parts: Partial<Checkpoint> = {}): DataView {
  const kept = card(made.run, "As it was kept.");
  return deflated({ kind: "checkpoint", patch: made, card: kept, replay: null, ...parts });
}

/** A patch as it crosses from the kernel: a message, and a buffer beside it. */
export function packed(made: Patch): [content: { kind: "patch" }, buffers: DataView[]] {
  return [{ kind: "patch" }, [deflated(made)]];
}

function deflated(value: Patch | Checkpoint): DataView {
  return new DataView(new Uint8Array(deflateRawSync(JSON.stringify(value))).buffer);
}

/** A source that says nothing and does nothing. */
export function quiet(store: Store): Source {
  const never = () => new Promise<never>(() => {});
  return {
    store,
    offers: null,
    replay: null,
    notice: "",
    kernelStatus: "live",
    subscribe: () => () => {},
    askOffers: () => {},
    askFrames: never,
    askCard: never,
    send: async () => "",
  };
}
