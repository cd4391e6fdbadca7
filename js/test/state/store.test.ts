import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Store } from "../../src/state/store.ts";
import type { Entry, Patch, Sync } from "../../src/wire.gen.ts";
import { agent, entry, patch, status, text } from "../support/make.ts";

function store() {
  const asked: Sync[] = [];
  let now = 0;
  const made = new Store(
    (sync) => asked.push(sync),
    () => now,
  );
  return { made, asked, wait: (milliseconds: number) => (now += milliseconds) };
}

describe("the store", () => {
  it("puts entries in by their id", () => {
    const { made } = store();
    made.apply(patch({ seq: 2, entries: [text(1, "one"), text(2, "two")] }));
    made.apply(patch({ base: 2, seq: 3, entries: [text(1, "uno", 3)] }));
    expect(made.state.entries.map((e) => e.body.kind === "text" && e.body.content)).toEqual([
      "uno",
      "two",
    ]);
  });

  it("asks once for what is missing, and again when nothing came", () => {
    const { made, asked, wait } = store();
    made.apply(patch({ seq: 1 }));
    made.apply(patch({ base: 3, seq: 4 }));
    made.apply(patch({ base: 4, seq: 5 }));
    expect(asked).toEqual([{ kind: "sync", run: 1, seq: 1 }]);
    wait(3000);
    made.apply(patch({ base: 5, seq: 6 }));
    expect(asked).toHaveLength(2);
  });

  it("passes over old news and earlier runs", () => {
    const { made } = store();
    made.apply(patch({ run: 2, seq: 5, status: status({ reason: "new" }) }));
    made.apply(patch({ run: 2, seq: 5, status: status({ reason: "again" }) }));
    made.apply(patch({ run: 1, seq: 9, status: status({ reason: "old" }) }));
    expect(made.state.status?.reason).toBe("new");
  });

  it("starts afresh with a later run, or asks for its beginning", () => {
    const { made, asked } = store();
    made.apply(patch({ seq: 1, entries: [text(1, "one")] }));
    made.apply(patch({ run: 2, base: 4, seq: 5 }));
    expect(asked).toEqual([{ kind: "sync", run: 2, seq: 0 }]);
    expect(made.state.entries).toHaveLength(1);
    made.apply(patch({ run: 2, seq: 5 }));
    expect(made.state.entries).toHaveLength(0);
  });

  it("keeps what a patch does not mention", () => {
    const { made } = store();
    const agents = [agent("a")];
    made.apply(patch({ seq: 1, agents, status: status() }));
    const before = made.state.entries;
    made.apply(patch({ base: 1, seq: 2 }));
    expect(made.state.agents).toEqual(agents);
    expect(made.state.status).not.toBeNull();
    expect(made.state.entries).toBe(before);
  });

  it("labels entries as the roster labels their agents, also those that came earlier", () => {
    const { made } = store();
    const speaker = { ...{ key: "j", name: "JUDGE", role: "", model: null }, template: null };
    const said = { kind: "text", content: "", thought: null } as const;
    const by = (id: number) => entry(id, said, { speaker: { ...speaker, criteria: null } });
    const label = (id: number) => made.entry(id)?.speaker?.label;
    made.apply(patch({ entries: [by(1), text(2, "")], agents: [agent("j", { label: "JUDGE" })] }));
    const [first, second] = made.state.entries;
    expect(label(1)).toBeUndefined();
    const labelled = [agent("j", { label: "JUDGE · m" }), agent("k", { label: "JUDGE · n" })];
    made.apply(patch({ base: 1, seq: 2, agents: labelled }));
    expect(label(1)).toBe("JUDGE · m");
    expect(made.state.entries[0]).not.toBe(first);
    expect(made.state.entries[1]).toBe(second);
    expect(made.state.scored).toBe(2);
    const { entries } = made.state;
    made.apply(patch({ base: 2, seq: 3, agents: [...labelled] }));
    expect(made.state.entries).toBe(entries);
    made.apply(patch({ base: 3, seq: 4, entries: [by(3)] }));
    expect(label(3)).toBe("JUDGE · m");
    made.apply(patch({ run: 2, entries: [by(1)] }));
    expect(label(1)).toBeUndefined();
  });

  it("tells its subscribers, until they leave", () => {
    const { made } = store();
    let told = 0;
    const leave = made.subscribe(() => told++);
    made.apply(patch({ seq: 1 }));
    leave();
    made.apply(patch({ base: 1, seq: 2 }));
    expect(told).toBe(1);
  });

  it("ends equal to the kernel whatever is lost or comes twice", () => {
    const change = fc.record({ id: fc.nat(8), lost: fc.boolean(), twice: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const kernel = new Map<number, Entry>();
        let seq = 0;
        const since = (base: number): Patch =>
          patch({ base, seq, entries: [...kernel.values()].filter((e) => e.seq > base) });
        const answers: Patch[] = [];
        const made = new Store(
          (sync) => answers.push(since(sync.seq)),
          () => seq * 10_000,
        );
        for (const { id, lost, twice } of changes) {
          const number = Math.min(id, kernel.size) + 1;
          seq += 1;
          kernel.set(number, text(number, `change ${seq}`, seq));
          if (!lost) made.apply(since(seq - 1));
          if (twice) made.apply(since(seq - 1));
          for (const answer of answers.splice(0)) made.apply(answer);
        }
        made.apply(since(made.state.seq));
        expect(made.state.entries).toEqual([...kernel.values()].sort((a, b) => a.id - b.id));
      }),
      { numRuns: 500 },
    );
  });
});
