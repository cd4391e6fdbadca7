import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Comm, Link, SLOW } from "../src/link.ts";
import type { Command } from "../src/wire.gen.ts";
import { card, checkpoint, packed, patch, replay, text } from "./make.ts";
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
    say(...packed(patch({ seq: 3 })));
    await rest();
    const leave = link.subscribe(() => told++);
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
    expect(SLOW).toContain("at work on a cell");
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

  it("gives the same frames to all who ask for them", async () => {
    const { model, say } = comm();
    const link = new Link(model);
    const asked = [link.askFrames(1, 0), link.askFrames(1, 0)];
    const frames = { kind: "frames", run: 1, start: 0, total: 0, frames: [] };
    say(frames);
    expect(await Promise.all(asked)).toEqual([frames, frames]);
  });

  it("gives the card of the run that was asked for", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    const asked = link.askCard(2);
    expect(sent.at(-1)).toEqual({ kind: "ask_card", run: 2 });
    say(card(1, "another run's"));
    say(card(2, "this one's"));
    expect(await asked).toEqual(card(2, "this one's"));
  });

  it("keeps the latest of a replay, for the run that is shown", async () => {
    const { model, say } = comm();
    const link = new Link(model);
    say(replay({ run: 1, played: 1 }));
    expect(link.replay).toBeNull();
    say(...packed(patch({ run: 1 })));
    await rest();
    expect(link.replay?.played).toBe(1);
    let told = 0;
    link.subscribe(() => told++);
    say(replay({ run: 1, played: 2 }));
    expect(link.replay?.played).toBe(2);
    expect(told).toBe(1);
    say(...packed(patch({ run: 2 })));
    await rest();
    expect(link.replay).toBeNull();
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

describe("what the notebook kept", () => {
  const kept = patch({ run: 2, seq: 9, entries: [text(1, "kept")] });

  it("is shown at once, with its card and its replay, until the kernel says something", async () => {
    const { model, sent, say } = comm();
    const held = checkpoint(kept, { replay: replay({ run: 2, played: 40 }) });
    const link = new Link(model, undefined, held);
    let told = 0;
    link.subscribe(() => told++);
    await rest();
    expect(link.store.state.entries).toHaveLength(1);
    expect(link.saved).toBe(true);
    expect(link.replay?.played).toBe(40);
    expect((await link.askCard(2)).paragraph).toBe("As it was kept.");
    // It asks only for what is newer.
    expect(sent.map(({ kind }) => kind)).toEqual(["sync", "ask_offers"]);
    expect(sent[0]).toEqual({ kind: "sync", run: 2, seq: 9 });
    told = 0;
    say({ kind: "offers", server: "s", flows: [], problem: "" });
    expect(link.saved).toBe(false);
    expect(told).toBe(1);
    link.askCard(2);
    expect(sent.at(-1)).toEqual({ kind: "ask_card", run: 2 });
  });

  it("never takes the place of a later run", async () => {
    const { model, say } = comm();
    const link = new Link(model, undefined, checkpoint(kept));
    say(...packed(patch({ run: 3, seq: 1 })));
    await rest();
    expect(link.store.state.run).toBe(3);
  });

  it("says nothing of a replay that the kernel knows better", async () => {
    const { model, say } = comm();
    const held = checkpoint(kept, { replay: replay({ run: 2, played: 1 }) });
    const link = new Link(model, undefined, held);
    say(replay({ run: 2, played: 40 }));
    await rest();
    expect(link.replay?.played).toBe(40);
  });

  it("is as good as none when it cannot be read", async () => {
    const { model, sent } = comm();
    const link = new Link(model, undefined, new DataView(new Uint8Array([1, 2]).buffer));
    await rest();
    expect(sent[0]).toEqual({ kind: "sync", run: 0, seq: 0 });
    expect(link.store.state.status).toBeNull();
  });
});
