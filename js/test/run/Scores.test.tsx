import { describe, expect, it } from "vitest";
import { StudyLabels } from "../../src/entries/Prediction.tsx";
import { Scores } from "../../src/run/Scores.tsx";
import type { Assessment, Entry, Judgement } from "../../src/wire.gen.ts";
import { entry } from "../support/make.ts";
import { mount } from "../support/mount.tsx";

describe("scores", () => {
  const judgement = {
    ...{ kind: "judgement", conclusion: "", reasons: [], uncertainty: null, prediction: null },
  } as const satisfies Judgement;

  it("are not there without a judgement", () => {
    const find = { entry: () => undefined, result: () => undefined };
    expect(
      mount(<Scores judgements={[]} assessments={[]} find={find} scored={0} />).textContent,
    ).toBe("");
  });

  it("are judges by criteria, with agreement", () => {
    const judge = (id: number, name: string, criteria: string, prediction: boolean | null) =>
      entry(
        id,
        { kind: "judgement", conclusion: "", reasons: [], prediction, uncertainty: null },
        { speaker: { key: name, name, role: "", model: null, template: null, criteria } },
      );
    const all = [
      judge(1, "A", "x", true),
      judge(2, "A", "y", false),
      judge(3, "B", "x", true),
      judge(4, "B", "y", true),
    ];
    const find = { entry: (id: number) => all[id - 1], result: () => undefined };
    const place = mount(
      <Scores judgements={[1, 2, 3, 4]} assessments={[]} find={find} scored={1} />,
    );
    const rows = [...place.querySelectorAll("tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["Judge", "x", "y"],
      ["A", "● prediction: yes#1", "○ prediction: no#2"],
      ["B", "● prediction: yes#3", "● prediction: yes#4"],
      ["Agreement", "100 %", "0 %"],
    ]);
    expect(place.querySelector("summary")?.textContent).toBe(
      "Scores: 4 judgements · 3 yes, 1 no · agreement 50 %",
    );
  });

  it("say next to each number what it leaves out, and why", () => {
    const score = (correctness: number | null, unread = "{}"): Assessment => ({
      ...{ kind: "assessment", assessed_agent_id: null, assessed_call_id: null, correctness },
      assessments: [
        { correct: true, feedback: "" },
        { correct: null, feedback: "", unread: '{"correct": "partially"}' },
      ],
      unread,
    });
    const all: Entry[] = [
      entry(1, { ...judgement, prediction: true }, { replies: [4, 5] }),
      entry(2, { ...judgement, unread: '{"prediction": "unclear"}' }),
      entry(3, judgement),
      entry(4, score(0.5), { about: 1 }),
      entry(5, score(null, '{"correctness": 85}'), { about: 1 }),
      entry(6, score(0.5)),
    ];
    const find = { entry: (id: number) => all[id - 1], result: () => undefined };
    const place = mount(
      <StudyLabels.Provider value={{ yes: "in breach", no: "not in breach" }}>
        <Scores judgements={[1, 2, 3]} assessments={[4, 5, 6]} find={find} scored={1} />
      </StudyLabels.Provider>,
    );
    expect(place.querySelector("summary")?.textContent).toBe(
      "Scores: 3 judgements · 1 in breach, 0 not in breach · agreement – (1 of 3 judgements; 2 " +
        "left out: 1 no readable prediction, 1 no prediction) · mean score 0.50 (1 of 3 " +
        "judgements; 2 left out: not scored) · 1 score of no judgement that was seen",
    );
    for (const words of [
      "● in breach",
      "? prediction “unclear”: neither yes nor no",
      "(1 of 2 scores; 1 left out: no score from 0 to 1)",
      "2 of 2 right (2 left out: neither right nor wrong)",
    ]) {
      expect(place.querySelector("tbody")?.textContent).toContain(words);
    }
    expect(place.querySelectorAll("meter")).toHaveLength(1);
  });
});
