import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Comm, Link, SLOW } from "../src/link.ts";
import type { Command } from "../src/wire.gen.ts";
import { packed, patch, text } from "./make.ts";
import { rest } from "./mount.tsx";

function comm() {
  const sent: Command[] = [];
  const heard = new Set<(content: unknown, buffers?: DataView[]) => void>();
  const model: Comm = {
    send: (content) => sent.push(content),
    on: (_event, callback) => heard.add(callback),
    off: (_event, callback) => heard.delete(callback),
  };
  return {
    model,
    sent,
    heard,
    say: (content: unknown, buffers?: DataView[]) => {
      for (const hear of heard) hear(content, buffers);
    },
  };
}

describe("the link", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("asks for the conversation and the flows at once", () => {
    const { model, sent } = comm();
    new Link(model);
    expect(sent.map((command) => command.kind)).toEqual(["sync", "ask_offers"]);
  });

  it("asks again until it hears of the conversation, less and less often", () => {
    const { model, sent } = comm();
    new Link(model);
    const syncs = () => sent.filter((command) => command.kind === "sync").length;
    vi.advanceTimersByTime(6500);
    expect(syncs()).toBe(3);
    vi.advanceTimersByTime(10 * 60_000);
    expect(syncs()).toBeLessThan(20);
  });

  it("asks for what it may have missed, from where it is", async () => {
    const { model, sent, say } = comm();
    new Link(model);
    say({ kind: "offers", server: "s", flows: [], problem: "" });
    say(...packed(patch({ seq: 7 })));
    await rest();
    const before = sent.length;
    vi.advanceTimersByTime(1900);
    expect(sent).toHaveLength(before);
    vi.advanceTimersByTime(200);
    expect(sent.slice(before)).toEqual([{ kind: "sync", run: 1, seq: 7 }]);
  });

  it("feeds the store and keeps the offers", async () => {
    const { model, say } = comm();
    const link = new Link(model);
    let told = 0;
    const leave = link.subscribe(() => told++);
    say(...packed(patch({ seq: 3 })));
    await rest();
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
    say(...packed(patch()));
    await rest();
    const slow = vi.fn();
    const stopped = link.send({ kind: "stop" }, slow);
    vi.advanceTimersByTime(5000);
    expect(slow).toHaveBeenCalledExactlyOnceWith(SLOW);
    const last = sent.find(({ kind }) => kind === "stop");
    say({ kind: "reply", id: last && "id" in last ? last.id : "", problem: "" });
    expect(await stopped).toBe("");
  });

  it("applies patches in the order in which they came, however long each takes to unpack", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    const long = "words ".repeat(200_000);
    say(...packed(patch({ seq: 2, entries: [text(1, long), text(2, "two")] })));
    say(...packed(patch({ base: 2, seq: 3, entries: [text(3, "three")] })));
    await vi.waitFor(() => expect(link.store.state.seq).toBe(3));
    expect(link.store.state.entries.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(sent.filter(({ kind }) => kind === "sync")).toHaveLength(1);
  });

  it("asks again for a patch that it cannot read, and goes on", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    say(...packed(patch({ seq: 2 })));
    say({ kind: "patch" }, [new DataView(new Uint8Array([1, 2, 3]).buffer)]);
    await vi.waitFor(() => expect(sent.at(-1)).toEqual({ kind: "sync", run: 1, seq: 2 }));
    say(...packed(patch({ base: 2, seq: 3 })));
    await vi.waitFor(() => expect(link.store.state.seq).toBe(3));
  });

  it("gives the frames that were asked for", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    const asked = link.askFrames(1, 200);
    expect(sent.at(-1)).toEqual({ kind: "ask_frames", run: 1, start: 200 });
    const frames = { kind: "frames", run: 1, start: 200, total: 200, frames: [] };
    say({ ...frames, start: 0 });
    say(frames);
    expect(await asked).toEqual(frames);
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
