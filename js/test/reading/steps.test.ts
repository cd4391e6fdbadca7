import { describe, expect, it } from "vitest";
import { outline } from "../../src/reading/steps.ts";
import type { Entry } from "../../src/wire.gen.ts";
import { entry, question, text } from "../support/make.ts";

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
