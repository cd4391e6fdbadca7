import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Comm, Link, SLOW, UNANSWERED } from "../../src/comm/link.ts";
import type { Command } from "../../src/wire.gen.ts";
import { card, checkpoint, packed, patch, replay, text } from "../support/make.ts";
import { rest } from "../support/mount.tsx";

type Heard = (content: unknown, buffers?: DataView[]) => void;

function comm() {
  const sent: Command[] = [];
  const heard = new Set<Heard>();
  const left = new Set<() => void>();
  const of = (event: string) =>
    (event === "msg:custom" ? heard : left) as Set<Heard | (() => void)>;
  const line = { cut: false };
  const model: Comm = {
    send: (content) => {
      if (line.cut) throw new Error("Cannot send");
      sent.push(content);
    },
    on: (event: string, callback: Heard | (() => void)) => of(event).add(callback),
    off: (event: string, callback: Heard | (() => void)) => of(event).delete(callback),
  };
  return {
    model,
    sent,
    heard,
    left,
    line,
    go: () => {
      for (const callback of left) callback();
    },
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

  it("keeps the latest notice on a recording, for the run that is shown", async () => {
    const { model, say } = comm();
    const link = new Link(model);
    expect(link.notice).toBe("");
    say(...packed(patch({ run: 1 })));
    await rest();
    let told = 0;
    link.subscribe(() => told++);
    say({ kind: "recording", run: 1, notice: "The disk is full." });
    expect([link.notice, told]).toEqual(["The disk is full.", 1]);
    say({ kind: "recording", run: 1, notice: "" });
    expect([link.notice, told]).toEqual(["", 2]);
    say({ kind: "recording", run: 1, notice: "The disk is full." });
    say(...packed(patch({ run: 2 })));
    await rest();
    expect(link.notice).toBe("");
  });

  it("lets go of the model when it is gone", () => {
    const { model, heard, left } = comm();
    const gone = new AbortController();
    new Link(model, gone.signal);
    expect([heard.size, left.size]).toEqual([1, 1]);
    gone.abort();
    expect([heard.size, left.size]).toEqual([0, 0]);
  });
});

describe("a comm that loses messages", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const OFFERS = { kind: "offers", server: "s", flows: [], problem: "" };

  it("is told a command again, as the same one, until it answers", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    say(OFFERS);
    const done = link.send({
      kind: "respond",
      verdict: "text",
      content: "x",
      question: null,
      confirm: null,
    });
    const commands = () => sent.filter(({ kind }) => kind === "respond");
    vi.advanceTimersByTime(2100);
    expect(commands()).toHaveLength(2);
    vi.advanceTimersByTime(4000);
    expect(commands()).toHaveLength(3);
    vi.advanceTimersByTime(80_000);
    expect(commands()).toHaveLength(13);
    expect(new Set(commands().map((command) => "id" in command && command.id)).size).toBe(1);
    const last = commands().at(-1);
    const reply = { kind: "reply", id: last && "id" in last ? last.id : "", problem: "" };
    say(reply);
    say(reply);
    expect(await done).toBe("");
    vi.advanceTimersByTime(60_000);
    expect(commands()).toHaveLength(13);
  });

  it("is told it again in time, however much is said meanwhile", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    vi.advanceTimersByTime(60_000);
    link.send({ kind: "stop" });
    for (let seq = 1; seq < 40; seq++) {
      say(...packed(patch({ base: seq - 1, seq })));
      vi.advanceTimersByTime(100);
    }
    expect(sent.filter(({ kind }) => kind === "stop").length).toBeGreaterThan(1);
  });

  it("is asked again for frames and cards", async () => {
    const { model, sent, say } = comm();
    const link = new Link(model);
    say(OFFERS);
    link.askFrames(1, 0);
    link.askCard(1);
    vi.advanceTimersByTime(2100);
    expect(sent.filter(({ kind }) => kind === "ask_frames")).toHaveLength(2);
    expect(sent.filter(({ kind }) => kind === "ask_card")).toHaveLength(2);
  });
});

describe("a kernel that does not answer", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function live() {
    const made = comm();
    const link = new Link(made.model);
    made.say({ kind: "offers", server: "s", flows: [], problem: "" });
    let told = 0;
    link.subscribe(() => told++);
    return { ...made, link, told: () => told };
  }

  it("is quiet once it was asked for a while, and live again at its first word", () => {
    const { link, say, told } = live();
    vi.advanceTimersByTime(6500);
    expect(link.kernelStatus).toBe("live");
    vi.advanceTimersByTime(1000);
    expect([link.kernelStatus, told()]).toEqual(["quiet", 1]);
    vi.advanceTimersByTime(600_000);
    expect([link.kernelStatus, told()]).toEqual(["quiet", 1]);
    say({ kind: "reply", id: "somebody's", problem: "" });
    expect([link.kernelStatus, told()]).toEqual(["live", 2]);
  });

  it("is not called quiet while it answers, if only with old news", () => {
    const { link, say, told } = live();
    say(...packed(patch({ seq: 3 })));
    for (let second = 0; second < 300; second++) {
      vi.advanceTimersByTime(1000);
      say(...packed(patch({ base: 3, seq: 3 })));
    }
    expect([link.kernelStatus, told()]).toEqual(["live", 0]);
  });

  it("has a broken line made again whenever it is asked", () => {
    const { model, say } = comm();
    const connect = vi.fn();
    const link = new Link(model, undefined, undefined, connect);
    say({ kind: "offers", server: "s", flows: [], problem: "" });
    expect(connect).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2100);
    expect(connect).toHaveBeenCalledTimes(1);
    link.wake();
    expect(connect).toHaveBeenCalledTimes(2);
  });

  it("is gone when the notebook says so: nothing is sent any more, and what waits is told", async () => {
    const { link, go, sent, told } = live();
    const done = link.send({ kind: "stop" });
    go();
    expect(await done).toBe(UNANSWERED);
    expect([link.kernelStatus, told()]).toEqual(["gone", 1]);
    const before = sent.length;
    vi.advanceTimersByTime(600_000);
    link.wake();
    expect(await link.send({ kind: "stop" })).toBe(UNANSWERED);
    expect(sent).toHaveLength(before);
    expect(link.kernelStatus).toBe("gone");
  });

  it("is gone when the notebook sends nothing to it any more", async () => {
    const { link, line } = live();
    line.cut = true;
    expect(await link.send({ kind: "stop" })).toBe(UNANSWERED);
    expect(link.kernelStatus).toBe("gone");
  });

  it("is found to be gone by the page that asks", () => {
    const { link, line } = live();
    line.cut = true;
    vi.advanceTimersByTime(2100);
    expect(link.kernelStatus).toBe("gone");
  });

  it("was never there, if it was never heard", () => {
    const { model, go } = comm();
    const link = new Link(model);
    vi.advanceTimersByTime(60_000);
    go();
    expect(link.kernelStatus).toBe("never");
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
    expect(link.kernelStatus).toBe("never");
    expect(link.replay?.played).toBe(40);
    expect((await link.askCard(2)).paragraph).toBe("As it was kept.");
    // It asks only for what is newer.
    expect(sent.map(({ kind }) => kind)).toEqual(["sync", "ask_offers"]);
    expect(sent[0]).toEqual({ kind: "sync", run: 2, seq: 9 });
    told = 0;
    say({ kind: "offers", server: "s", flows: [], problem: "" });
    expect(link.kernelStatus).toBe("live");
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
