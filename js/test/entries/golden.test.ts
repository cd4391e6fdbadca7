// What a reader gets of what came, held by the files that Python is held by too (tests/data/golden).

import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { asCitation, asJson } from "../../src/entries/entryFormats.ts";
import { asMarkdown } from "../../src/entries/entryMarkdown.ts";
import { agreement, glance, scores } from "../../src/entries/scores.ts";
import { Store } from "../../src/state/store.ts";
import { note, percent, predicted, SCORES } from "../../src/text/wording.ts";
import type { Agent, Entry, Labels } from "../../src/wire.gen.ts";
import { patch } from "../support/make.ts";

interface Golden {
  labels: Labels | null;
  agents: Agent[] | null;
  entries: Entry[];
  /** The same, as Python writes them. */
  kept: unknown[];
  markdown: string[];
  citations: string[];
  scores: { glance: string; agreement: string; rows: unknown[] };
}

const FOLDER = resolve("../tests/data/golden");
const NAMES = readdirSync(FOLDER);

function read(name: string): Golden {
  return JSON.parse(readFileSync(resolve(FOLDER, name), "utf8"));
}

describe.each(NAMES)("%s", (name) => {
  const { labels, agents, entries, kept, markdown, citations, scores: scored } = read(name);
  const store = new Store(() => {});
  // The agents come last, so that early entries get the labels of late ones.
  store.apply(patch({ entries }));
  store.apply(patch({ base: 1, seq: 2, agents }));
  const { state } = store;

  it("is copied in the same words", () => {
    expect(state.entries.map((entry) => asMarkdown(entry, labels))).toEqual(markdown);
    expect(state.entries.map((entry) => JSON.parse(asJson(entry)))).toEqual(kept);
  });

  it("is cited in the same words", () => {
    const cited = {
      flow: "osb",
      server: "http://localhost:8000",
      record: "“A post” (r1)",
      software: "buttermilk_widget 1.0",
      digest: `sha256-2:${"ab".repeat(32)}`,
    };
    expect(state.entries.map((entry) => asCitation(entry, cited))).toEqual(citations);
  });

  it("has the same scores", () => {
    const rows = scores(state.judgements, store);
    const stray = state.assessments.filter((id) => store.entry(id)?.about === null).length;
    expect(glance(rows, stray, labels)).toBe(scored.glance);
    expect(percent(agreement(rows))).toBe(scored.agreement);
    expect(
      rows.map((row) => ({
        entry: row.entry.id,
        judge: row.judge,
        criteria: row.criteria,
        predicted: predicted(row.judgement, labels),
        mean: row.mean,
        scored: note(row.scored, SCORES),
        right: row.right,
        of: row.judged.counted,
      })),
    ).toEqual(scored.rows);
  });
});
