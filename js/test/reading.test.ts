// What is made of entries for a reader: filters, steps, scores, text to take along.

import { describe, expect, it } from "vitest";
import { destination } from "../src/address.ts";
import { asCitation } from "../src/copying.ts";
import { ALL, choices, isOff, passing, toggled } from "../src/filter.ts";
import { outline } from "../src/outline.ts";
import { agreement, mean, scores } from "../src/scores.ts";
import type { Entry } from "../src/wire.gen.ts";
import { entry, question, text } from "./make.ts";

function by(role: string, key = role): Partial<Entry> {
  const speaker = { key, name: key, role, model: null, template: null, criteria: '["a", "b"]' };
  return { speaker };
}

type Judgement = Extract<Entry["body"], { kind: "judgement" }>;
const judgement = (prediction: boolean | null): Judgement => ({
  ...{ kind: "judgement", conclusion: "", reasons: [], uncertainty: "low" },
  prediction,
});
const assessment = (correctness: number | null, ...met: (boolean | null)[]) =>
  ({
    kind: "assessment",
    assessments: met.map((correct) => ({ correct, feedback: "f" })),
    assessed_agent_id: null,
    assessed_call_id: "c",
    correctness,
  }) as const;
const lost = {
  kind: "answer",
  verdict: "text",
  content: "so",
  by: "person",
  confirm: null,
  selection: null,
  state: "lost",
} as const;
const trouble = { kind: "trouble", content: "no", source: "", fatal: false } as const;

const conversation = [
  entry(1, question({ state: "answered" })),
  entry(2, lost),
  entry(3, judgement(true), { ...by("JUDGE", "one"), replies: [6] }),
  entry(4, judgement(false), by("JUDGE", "two")),
  entry(5, question()),
  entry(6, assessment(0.5, true, false), by("SCORER")),
  entry(7, trouble),
];
const find = {
  entry: (id: number) => conversation[id - 1],
  result: () => undefined,
};

describe("a filter", () => {
  it("that asks for nothing lets everything through, as it is", () => {
    expect(passing(conversation, ALL)).toBe(conversation);
    expect(isOff(ALL)).toBe(true);
  });

  it("asks by agent, by kind, and for errors, all at once", () => {
    const ids = (filter: Partial<typeof ALL>) =>
      passing(conversation, { ...ALL, ...filter }).map(({ id }) => id);
    expect(ids({ agents: new Set(["one", "SCORER"]) })).toEqual([3, 6]);
    expect(ids({ agents: new Set(["one", "SCORER"]), kinds: new Set(["judgement"]) })).toEqual([3]);
    expect(ids({ errors: true })).toEqual([2, 7]);
    expect(ids({ agents: new Set([""]), kinds: new Set(["question"]) })).toEqual([1, 5]);
  });

  it("offers what there is, counted", () => {
    const { agents, kinds, errors } = choices(conversation);
    expect(agents.get("")).toEqual({ name: "You and the server", count: 4 });
    expect(kinds.get("judgement")).toEqual({ name: "judgement", count: 2 });
    expect(errors).toBe(2);
  });

  it("is turned on and off", () => {
    const on = toggled(new Set(["a"]), "b");
    expect([...on]).toEqual(["a", "b"]);
    expect([...toggled(on, "a")]).toEqual(["b"]);
  });
});

describe("an outline", () => {
  it("has a step for each turn of a role, with the question that let it begin", () => {
    expect(outline(conversation)).toEqual([
      { id: 1, title: "JUDGE", summary: "2 × judgement", errors: 1 },
      { id: 5, title: "SCORER", summary: "assessment", errors: 1 },
    ]);
  });

  it("of nothing is empty, and of a conversation without agents one step", () => {
    expect(outline([])).toEqual([]);
    expect(outline([entry(1, trouble)])).toEqual([
      { id: 1, title: "Server", summary: "", errors: 1 },
    ]);
    expect(outline([text(1, "a"), entry(2, question())])).toHaveLength(1);
  });
});

describe("scores", () => {
  it("have a row a judgement, with what its scorers make of it", () => {
    const [first, second] = scores([3, 4], find);
    expect(first).toMatchObject({ judge: "one", criteria: "a, b", prediction: true });
    expect(first).toMatchObject({ mean: 0.5, right: 1, judged: { counted: 2, total: 2 } });
    expect(second).toMatchObject({ judge: "two", prediction: false, mean: null });
    expect(second?.judged.total).toBe(0);
  });

  it.each([
    [[], null],
    [[true], null],
    [[true, null], null],
    [[true, true], 1],
    [[true, false], 0],
    [[true, true, false, false, null], 1 / 3],
  ])("of %j agree to %s", (predictions, share) => {
    const rows = predictions.map((prediction, at) => entry(at + 1, judgement(prediction)));
    const all = { entry: (id: number) => rows[id - 1], result: () => undefined };
    expect(
      agreement(
        scores(
          rows.map(({ id }) => id),
          all,
        ),
      ),
    ).toBe(share);
  });

  it("have a mean of what is known", () => {
    expect(mean([0.5, null, 1])).toBe(0.75);
    expect(mean([null])).toBeNull();
  });
});

describe("an entry to take along", () => {
  it("as a citation says who, what, which, where and when", () => {
    const speaker = { key: "j", name: "J", role: "", model: "m", template: null, criteria: null };
    expect(asCitation(entry(7, judgement(true), { speaker }), { flow: "osb", server: null })).toBe(
      "J (model m), judgement, entry 7 of a run of the flow osb at a server, 1970-01-01T00:16:40.000Z.",
    );
  });
});

describe("a destination", () => {
  it.each([
    ["https://ok.example/a", "ok.example"],
    ["HTTP://OK.example:8080", "ok.example:8080"],
    ["mailto:me@ok.example", "me@ok.example"],
    ["http://127.0.0.1:8000/x", "127.0.0.1:8000"],
  ])("of %s is where a click leads, and not elsewhere", (address, host) => {
    expect(destination(address)).toBe(host);
    const { protocol, host: opened, pathname } = new URL(address);
    expect(protocol === "mailto:" ? pathname : opened).toBe(host);
  });

  it.each([
    ...["", "x", "#entry-1", "//evil.example", "javascript:x", " data:,x", "blob:https://a/b"],
    ...["https://user:word@evil.example/", "https://evil.example\\@good.example/"],
    ...["https://faß-bank.example", "http://0x7f.1/", "https://a:99999/", "http://1.2.3.04/"],
  ])("of %j is none", (address) => expect(destination(address)).toBeNull());
});
