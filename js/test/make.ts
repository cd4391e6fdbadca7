// Values of the wire, whole, from the parts that a test is about.

import { deflateSync } from "node:zlib";
import type { Entry, Patch, Question, Status } from "../src/wire.gen.ts";

export function status(parts: Partial<Status> = {}): Status {
  return {
    readiness: "working",
    reason: "The agents are at work.",
    since: 1000,
    activity: "",
    steps: null,
    flow: "osb",
    server: "http://localhost:8000",
    question: null,
    remarks: false,
    held: [],
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
    body,
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

/** A patch as it crosses from the kernel: a message, and a buffer beside it. */
export function packed(made: Patch): [content: { kind: "patch" }, buffers: DataView[]] {
  const bytes = new Uint8Array(deflateSync(JSON.stringify(made)));
  return [{ kind: "patch" }, [new DataView(bytes.buffer)]];
}
