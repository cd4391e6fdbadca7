import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Comm, Link, SLOW } from "../src/link.ts";
import type { Command } from "../src/wire.gen.ts";
import { patch } from "./make.ts";

function comm() {
  const sent: Command[] = [];
  const heard = new Set<(content: unknown) => void>();
  const model: Comm = {
    send: (content) => sent.push(content),
    on: (_event, callback) => heard.add(callback),
    off: (_event, callback) => heard.delete(callback),
  };
  return {
    model,
    sent,
    heard,
    say: (content: unknown) => {
      for (const hear of heard) hear(content);
    },
  };
}

describe("the link", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("asks for the conversation and the flows at once", () => {
    const { model, sent } = comm();
    new Link(model);
    expect(sent.map((command) => command.kind)).toEqual(["sync", "ask_offers"]);
  });

  it("asks again until it hears of the conversation", () => {
    const { model, sent, say } = comm();
    new Link(model);
    vi.advanceTimersByTime(4500);
    expect(sent.filter((command) => command.kind === "sync")).toHaveLength(3);
    say(patch());
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(6);
  });

  it("feeds the store and keeps the offers", () => {
    const { model, say } = comm();
    const link = new Link(model);
    let told = 0;
    const leave = link.subscribe(() => told++);
    say(patch({ seq: 3 }));
    say({ kind: "offers", server: "s", flows: ["osb"], problem: "" });
    leave();
    say({ kind: "offers", server: "s", flows: [], problem: "gone" });
    expect(link.store.state.seq).toBe(3);
    expect(link.offers?.problem).toBe("gone");
    expect(told).toBe(1);
  });

  it("gives each command an id and matches the reply to it", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    const first = link.send({ kind: "stop" });
    const second = link.send({ kind: "remove_held", held: 1 });
    const ids = sent.slice(2).map((command) => ("id" in command ? command.id : ""));
    expect(new Set(ids).size).toBe(2);
    say({ kind: "reply", id: "somebody else's", problem: "no" });
    say({ kind: "reply", id: ids[1], problem: "no" });
    say({ kind: "reply", id: ids[0], problem: "" });
    expect(await first).toBe("");
    expect(await second).toBe("no");
  });

  it("says when the kernel takes long, and still waits", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    say(patch());
    const slow = vi.fn();
    const stopped = link.send({ kind: "stop" }, slow);
    vi.advanceTimersByTime(5000);
    expect(slow).toHaveBeenCalledExactlyOnceWith(SLOW);
    const last = sent.at(-1);
    say({ kind: "reply", id: last && "id" in last ? last.id : "", problem: "" });
    expect(await stopped).toBe("");
  });

  it("lets go of the model when it is gone", () => {
    const { model, heard } = comm();
    const gone = new AbortController();
    new Link(model, gone.signal);
    expect(heard.size).toBe(1);
    gone.abort();
    expect(heard.size).toBe(0);
  });
});
