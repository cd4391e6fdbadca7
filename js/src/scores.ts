// Judgements at a glance: the table of `run.scores` (scores.py), from the same entries.

import type { Finder } from "./EntryLink.tsx";
import { inline } from "./inline.ts";
import type { Entry } from "./wire.gen.ts";

export interface Score {
  entry: Entry;
  judge: string;
  criteria: string;
  prediction: boolean | null;
  uncertainty: string | null;
  mean: number | null;
  met: number;
  of: number;
}

/** A row a judgement. */
export function scores(judgements: readonly number[], find: Finder): Score[] {
  return judgements.flatMap((id) => {
    const entry = find.entry(id);
    return entry?.body.kind === "judgement" ? [score(entry, entry.body, find)] : [];
  });
}

function score(
  entry: Entry,
  body: { prediction: boolean | null; uncertainty: string | null },
  find: Finder,
): Score {
  const scorings = entry.replies.flatMap((id) => {
    const reply = find.entry(id)?.body;
    return reply?.kind === "assessment" ? [reply] : [];
  });
  const criteria = scorings.flatMap((scoring) => scoring.assessments);
  return {
    entry,
    judge: entry.speaker?.name ?? "",
    criteria: inline(entry.speaker?.criteria),
    prediction: body.prediction,
    uncertainty: body.uncertainty,
    mean: mean(scorings.map((scoring) => scoring.correctness)),
    met: criteria.filter(({ correct }) => correct).length,
    of: criteria.length,
  };
}

/** The mean of what is known; null, if nothing is. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The share of the pairs of judgements that predict the same; null, with no pair. */
export function agreement(rows: readonly Score[]): number | null {
  const yes = rows.filter(({ prediction }) => prediction === true).length;
  const no = rows.filter(({ prediction }) => prediction === false).length;
  const all = pairs(yes + no);
  return all === 0 ? null : (pairs(yes) + pairs(no)) / all;
}

function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}
