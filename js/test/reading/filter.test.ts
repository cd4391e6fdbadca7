import { describe, expect, it } from "vitest";
import { ALL, choices, isOff, passing, toggled } from "../../src/reading/filter.ts";
import type { Entry } from "../../src/wire.gen.ts";
import { entry, question } from "../support/make.ts";

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
