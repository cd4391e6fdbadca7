// How results are put into words: the same as in every export (wording.py), from the same entries.
//
// What a prediction means is for the study to say. Where it has words of its own for yes and no they
// are used; else the words are neutral. A number that leaves something out says so beside it.

import type { Assessment, Criterion, Judgement, Labels, Speaker } from "../wire.gen.ts";
import { inline } from "./inline.ts";
import { claimed, label, called as named } from "./letters.ts";
import { crossed, fieldOf, type Json, written } from "./lossless.ts";

const SEPARATOR = " · ";

/** What stands before what could not be read. */
export const AS_IT_CAME = "as it came";

/** Letters of a value that is quoted in a line. */
const MOST = 40;

type Noun = readonly [one: string, many: string];
export const JUDGEMENTS: Noun = ["judgement", "judgements"];
export const SCORES: Noun = ["score", "scores"];

/** What readers know an agent by: its label, or its name where the roster gave none. */
export function called(who: Pick<Speaker, "label" | "name" | "key">): string {
  return who.label || named(who);
}

// --- numbers -------------------------------------------------------------------------------------

/** The share in hundredths; 0 and 100 only if it is exactly 0 or 1. */
function hundredths(share: number): number {
  const rounded = Math.floor(share * 100 + 0.5);
  return share < 1 && rounded > 99 ? 99 : Math.max(rounded, Number(share > 0));
}

/** A share as "67 %"; a dash, if there is none. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${hundredths(share)} %`;
}

/** A score from 0 to 1 as "0.67". */
export function decimal(share: number): string {
  return (hundredths(share) / 100).toFixed(2);
}

/** What a number counts, and what it leaves out, by the reason why. */
export interface Basis {
  counted: number;
  total: number;
  leftOut: ReadonlyMap<string, number>;
}

/** One reason for each item; a blank one is counted. */
export function basis(reasons: readonly string[]): Basis {
  const leftOut = new Map<string, number>();
  for (const reason of reasons) {
    if (reason) leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
  }
  const counted = reasons.filter((reason) => !reason).length;
  return { counted, total: reasons.length, leftOut };
}

/** "2 left out: no readable prediction"; "", if none is. */
export function why({ counted, total, leftOut }: Basis): string {
  if (leftOut.size === 0) return "";
  const reasons = [...leftOut].map(([reason, count]) =>
    leftOut.size === 1 ? reason : `${count} ${reason}`,
  );
  return `${total - counted} left out: ${reasons.join(", ")}`;
}

/** "(3 of 5 judgements; 2 left out: no prediction)" after a blank; "", if none is. */
export function note(of: Basis, noun: Noun): string {
  if (of.leftOut.size === 0) return "";
  return ` (${of.counted} of ${of.total} ${noun[of.total === 1 ? 0 : 1]}; ${why(of)})`;
}

// --- values --------------------------------------------------------------------------------------

/** A value as it came, to stand in a line: “unclear”. */
export function quoted(value: Json): string {
  const letters = [...label(value.kind === "text" ? value.text : written(value))];
  return `“${letters.length <= MOST ? letters.join("") : `${letters.slice(0, MOST).join("")}…`}”`;
}

/** What a model made, or a part of it; what could not be read crosses as the text of its JSON. */
export interface Made {
  unread?: string | null;
}

/** What came in place of a field that could not be read; undefined, if nothing did. */
export function came({ unread }: Made, name: string): Json | undefined {
  const value = unread ? fieldOf(crossed(unread), name) : undefined;
  return value && written(value) !== "null" ? value : undefined;
}

/** What a judge predicts: in the study's words, or in neutral ones. */
export function predicted(judgement: Judgement, labels: Labels | null): string {
  const { prediction } = judgement;
  if (prediction !== null) {
    if (!labels) return `prediction: ${prediction ? "yes" : "no"}`;
    return prediction ? labels.yes : labels.no;
  }
  const there = came(judgement, "prediction");
  return there === undefined ? "no prediction" : `prediction ${quoted(there)}: neither yes nor no`;
}

/** How many predict yes and how many no. */
export function predictions(yes: number, no: number, labels: Labels | null): string {
  return `${yes} ${labels?.yes ?? "yes"}, ${no} ${labels?.no ?? "no"}`;
}

/** The mean score of an assessment, if it is one from 0 to 1. */
export function shareOf({ correctness }: Assessment): number | null {
  return correctness !== null && correctness >= 0 && correctness <= 1 ? correctness : null;
}

function noShare(body: Assessment): Json | undefined {
  const { correctness } = body;
  const there = came(body, "correctness");
  return there ?? (correctness === null ? undefined : { kind: "other", text: `${correctness}` });
}

/** The mean score of an assessment, or what came in its place; "", if nothing came. */
export function meanScore(body: Assessment): string {
  const value = shareOf(body);
  if (value !== null) return decimal(value);
  const there = noShare(body);
  return there === undefined ? "" : `${quoted(there)}: no score from 0 to 1`;
}

/** Why an assessment is not counted in a mean; "", if it is. */
export function noScore(body: Assessment): string {
  if (shareOf(body) !== null) return "";
  return noShare(body) === undefined ? "no mean score" : "no score from 0 to 1";
}

/** Whether a judge was right on a criterion. */
export function correct(criterion: Criterion): string {
  if (criterion.correct !== null) return criterion.correct ? "right" : "wrong";
  const there = came(criterion, "correct");
  return there === undefined ? "not said" : `${quoted(there)}: neither right nor wrong`;
}

function notRightOrWrong(criterion: Criterion): string {
  if (criterion.correct !== null) return "";
  return came(criterion, "correct") === undefined ? "not said" : "neither right nor wrong";
}

/** On how many criteria a judge was right, and what is left out. */
export interface Right {
  right: number;
  judged: Basis;
}

export function rightOf(criteria: readonly Criterion[]): Right {
  return {
    right: criteria.filter((criterion) => criterion.correct).length,
    judged: basis(criteria.map(notRightOrWrong)),
  };
}

/** "2 of 3 right", with what is left out. */
export function right({ right: count, judged }: Right): string {
  const because = why(judged);
  return `${count} of ${judged.counted} right${because && ` (${because})`}`;
}

/**
 * Who holds a position: the name as it is shown, and the agent's label if that says more. A name that
 * is not what the agent is called is only another agent's word, which could be `You` or somebody's
 * label: it is quoted.
 */
export function heldBy(name: string, speaker: Speaker | null | undefined): [string, string] {
  if (!speaker) return [claimed(name), ""];
  const names = [called(speaker), speaker.name, speaker.role, speaker.key].map((one) =>
    label(one).toLowerCase(),
  );
  const said = label(name).toLowerCase();
  const known = said === names[0] ? "" : called(speaker);
  const own = names.includes(said) && named({ name, key: "" }) === label(name); // no name of ours, as `You`
  return [own ? label(name) : claimed(name), known];
}

/** What is known of how an agent works, beyond what its label says already. */
export function about(
  who: Pick<Speaker, "label" | "key" | "name" | "role" | "model"> & Partial<Speaker>,
  by = SEPARATOR,
): string {
  const told = called(who).toLowerCase().split(SEPARATOR);
  const known: [what: string, value: string | null | undefined][] = [
    ["", who.role],
    ["model ", who.model],
    ["template ", who.template],
    ["criteria ", inline(who.criteria)],
  ];
  const facts = known
    .filter(([, value]) => value && !told.includes(value.toLowerCase()))
    .map(([what, value]) => what + value);
  return label(facts.join(by));
}
