// Judgements at a glance: the table of `run.scores` (scores.py), from the same entries.

import type { Finder } from "../state/finder.ts";
import { inline } from "../text/inline.ts";
import {
  type Basis,
  basis,
  called,
  came,
  decimal,
  JUDGEMENTS,
  noScore,
  note,
  percent,
  predictions,
  type Right,
  rightOf,
  SCORES,
  shareOf,
} from "../text/wording.ts";
import type { Entry, Judgement, Labels } from "../wire.gen.ts";

export interface Score extends Right {
  entry: Entry;
  judgement: Judgement;
  judge: string;
  criteria: string;
  prediction: boolean | null;
  uncertainty: string | null;
  mean: number | null;
  /** Which scores the mean counts. */
  scored: Basis;
}

/** A row a judgement. */
export function scores(judgements: readonly number[], find: Finder): Score[] {
  return judgements.flatMap((id) => {
    const entry = find.entry(id);
    return entry?.body.kind === "judgement" ? [score(entry, entry.body, find)] : [];
  });
}

function score(entry: Entry, body: Judgement, find: Finder): Score {
  const scorings = entry.replies.flatMap((id) => {
    const reply = find.entry(id)?.body;
    return reply?.kind === "assessment" ? [reply] : [];
  });
  return {
    entry,
    judgement: body,
    judge: entry.speaker ? called(entry.speaker) : "",
    criteria: inline(entry.speaker?.criteria),
    prediction: body.prediction,
    uncertainty: body.uncertainty,
    mean: mean(scorings.map(shareOf)),
    scored: basis(scorings.map(noScore)),
    ...rightOf(scorings.flatMap((scoring) => scoring.assessments)),
  };
}

/** The mean of what is known; null, if nothing is. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The share of the pairs of judgements that predict the same; null, with no pair. */
export function agreement(rows: readonly Score[]): number | null {
  const { yes, no } = counts(rows);
  const all = pairs(yes + no);
  return all === 0 ? null : (pairs(yes) + pairs(no)) / all;
}

/** Which judgements the agreement counts. */
function agreed(rows: readonly Score[]): Basis {
  return basis(
    rows.map(({ judgement }) => {
      if (judgement.prediction !== null) return "";
      const none = came(judgement, "prediction") === undefined;
      return none ? "no prediction" : "no readable prediction";
    }),
  );
}

/** "agreement 100 % (3 of 5 judgements; 2 left out: no prediction)", without its name. */
export function agreementOf(rows: readonly Score[]): string {
  return `${percent(agreement(rows))}${note(agreed(rows), JUDGEMENTS)}`;
}

function averaged(rows: readonly Score[]): Basis {
  return basis(
    rows.map((row) => {
      if (row.mean !== null) return "";
      return row.scored.total > 0 ? "no readable score" : "not scored";
    }),
  );
}

/** All of it in a line, with what each number leaves out; `stray` scores are of no judgement. */
export function glance(rows: readonly Score[], stray: number, labels: Labels | null): string {
  const many = rows.length;
  const { yes, no } = counts(rows);
  const average = mean(rows.map((row) => row.mean));
  const scored = average === null ? "none" : decimal(average);
  return [
    `${many} ${JUDGEMENTS[many === 1 ? 0 : 1]}`,
    many > 0 && predictions(yes, no, labels),
    many > 1 && `agreement ${agreementOf(rows)}`,
    rows.some((row) => row.scored.total > 0) &&
      `mean score ${scored}${note(averaged(rows), JUDGEMENTS)}`,
    stray > 0 && `${stray} ${SCORES[stray === 1 ? 0 : 1]} of no judgement that was seen`,
  ]
    .filter(Boolean)
    .join(" · ");
}

function counts(rows: readonly Score[]): { yes: number; no: number } {
  const yes = rows.filter(({ prediction }) => prediction === true).length;
  const no = rows.filter(({ prediction }) => prediction === false).length;
  return { yes, no };
}

function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}
