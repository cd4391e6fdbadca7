// The words that an entry shows, in the order in which they stand on the page. What is drawn for a
// field is read here; the page marks the very same places with `data-said` (highlight.ts).

import { metadata, shown } from "../text/fieldHtml.ts";
import { label, optionLabel, optionNames } from "../text/letters.ts";
import { textOf } from "../text/tree.ts";
import { AS_IT_CAME, about, called } from "../text/wording.ts";
import { type Entry, type Form, PRESENTATION } from "../wire.gen.ts";
import { beside } from "./beside.ts";

type Way = keyof typeof PRESENTATION;

/** The parts of a body, in order: a field with its form, or a list of parts of its own. */
type Parts = Map<string, Parts | Way>;

const KINDS: Parts = new Map();
for (const way of Object.keys(PRESENTATION) as Way[]) {
  const names = way.split(".");
  const last = names.pop() ?? "";
  let parts = KINDS;
  for (const name of names) {
    const inner = parts.get(name) ?? new Map();
    parts.set(name, inner);
    parts = inner as Parts;
  }
  parts.set(last, way);
}

/** Shown where nothing better is known, or beside the same words. */
const SELDOM: ReadonlySet<Way> = new Set<Way>([
  "assessment.assessed_agent_id",
  // The option that was chosen, which is what the answer says.
  "answer.selection",
]);

/** What an entry says, each part by itself. */
export function readable(entry: Entry): string[] {
  const { body, speaker } = entry;
  const parts = KINDS.get(body.kind);
  const inside = parts instanceof Map ? [...fields(body, parts, body)] : [];
  const { facts, rest } = beside(entry);
  const details = facts.map(([, value]) => label(value));
  if (entry.tracing_link) details.push(label(entry.tracing_link));
  details.push(...rest.map((node) => textOf([node])));
  // What is from no agent has a name of ours.
  const by = speaker ? [label(called(speaker)), about(speaker)] : [];
  // An event is one line, and its details are below it.
  return body.kind === "event" ? [...by, ...inside, ...details] : [...by, ...details, ...inside];
}

/** The words of an answer, if the verdict does not say as much. */
export function answerWords(verdict: string, content: string): string {
  const nothingMore =
    (verdict === "confirm" && content === "yes") || (verdict === "reject" && content === "no");
  if (nothingMore) return "";
  return verdict === "choice" ? optionLabel(content) : content;
}

function* fields(value: object, parts: Parts, body: Entry["body"]): Generator<string> {
  for (const [name, part] of parts) {
    const here: unknown = (value as Record<string, unknown>)[name];
    // Nothing is a value, too, where a value is all there is.
    if (part === "json.value" && here === null) yield* words(part, "null", body);
    if (part === "question.options" && Array.isArray(here)) {
      yield* optionNames(here);
      continue;
    }
    for (const one of Array.isArray(here) ? here : [here]) {
      if (one === null || one === undefined || one === "") continue;
      if (part instanceof Map) yield* fields(one, part, body);
      else yield* words(part, one as string, body);
    }
  }
}

function* words(way: Way, value: string, body: Entry["body"]): Generator<string> {
  const form: Form = PRESENTATION[way];
  if (form === "ours" || SELDOM.has(way)) return;
  if (form === "label" || form === "address") {
    yield label(value);
  } else if (body.kind === "record" && way === "record.metadata") {
    for (const node of metadata(value)) yield textOf([node]);
  } else if (body.kind === "answer") {
    const said = answerWords(body.verdict, value);
    if (said) yield textOf(shown(way, said));
  } else {
    const around = body.kind === "record" ? { mime: body.mime } : {};
    for (const node of shown(way, value, { ...around, name: nameOf(way) })) {
      yield textOf([node]);
    }
  }
}

/** What stands before a value that is JSON. */
function nameOf(way: Way): string {
  return way.endsWith(".unread") ? AS_IT_CAME : (NAMES.get(way) ?? "");
}

const NAMES = new Map<Way, string>([
  ["tool.args", "args"],
  ["tool.results", "results"],
  ["record.ground_truth", "ground truth"],
]);
