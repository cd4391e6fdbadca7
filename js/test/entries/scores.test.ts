import { describe, expect, it } from "vitest";
import { agreement, mean, scores } from "../../src/entries/scores.ts";
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

const find = {
  entry: (id: number) => conversation[id - 1],
  result: () => undefined,
};

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
