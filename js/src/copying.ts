// An entry as text to take along: markdown, JSON, or a citation.

import type { Finder } from "./EntryLink.tsx";
import { who } from "./kinds.ts";
import { label, optionNames } from "./letters.ts";
import { crossed, type Json, written } from "./lossless.ts";
import { iso } from "./time.ts";
import {
  type Assessment,
  type Entry,
  type Form,
  type Labels,
  PRESENTATION,
  type Reference,
  type Status,
} from "./wire.gen.ts";
import {
  about,
  correct,
  heldBy,
  type Made,
  meanScore,
  predicted,
  right,
  rightOf,
} from "./wording.ts";

type Body = Entry["body"];

/** The entry as markdown, under a heading that says whose it is and when it came. */
export function asMarkdown(
  entry: Entry,
  labels: Labels | null = null,
  find: Finder | null = null,
): string {
  const { body } = entry;
  const told = beside(entry);
  const details = told ? `\nDetails:\n\n${fenced(told, "json")}\n` : "";
  const words = paragraphs(said(body, labels, find), "unread" in body && asItCame(body));
  return `### ${who(entry)} (entry ${entry.id}, ${iso(entry.at)})\n\n${words}\n${details}`;
}

/** What the server told beside the words, as JSON: only what there is. */
function beside({ metadata, tracing_link, source }: Entry): string {
  const told: [string, Json][] = [
    ["metadata", crossed(metadata ?? "{}")],
    ["tracing_link", { kind: "text", text: tracing_link ?? "" }],
    ["source", { kind: "text", text: source ?? "" }],
  ];
  const fields = told.filter(([, value]) =>
    value.kind === "object" ? value.fields.length > 0 : value.kind === "text" && value.text,
  );
  return fields.length > 0 ? written({ kind: "object", fields }, 2) : "";
}

/**
 * The entry as JSON, as it is kept: without the label that it has for readers now. What is any JSON in
 * it crossed as text, and is put back letter by letter.
 */
export function asJson(entry: Entry): string {
  const { body, metadata } = entry;
  const { label: _, ...speaker } = entry.speaker ?? {};
  const texts: (string | null)[] = [];
  // A mark that no text of theirs has: what crosses holds no such character (letters in frames are
  // mended), and one that did would only be put back as null.
  const marked = (text: string | null) => `\0${texts.push(text) - 1}`;
  const put = (value: unknown, way: string): unknown => {
    if ((PRESENTATION as Record<string, Form>)[way] === "json")
      return marked(value as string | null);
    if (Array.isArray(value)) return value.map((one) => put(one, way));
    if (value === null || typeof value !== "object") return value;
    const fields = Object.entries(value).map(([name, one]) => [name, put(one, `${way}.${name}`)]);
    return Object.fromEntries(fields);
  };
  const whole = {
    ...entry,
    metadata: marked(metadata ?? "{}"),
    speaker: entry.speaker && { ...speaker, criteria: marked(entry.speaker.criteria) },
    body: put(body, body.kind),
  };
  return JSON.stringify(whole, null, 2).replace(
    /^( *)("[a-z_]+": )"\\u0000(\d+)"/gm,
    (_, blanks: string, name: string, number: string) => {
      const value = crossed(texts[Number(number)] ?? "null");
      return blanks + name + written(value, 2, `\n${blanks}`);
    },
  );
}

/** "Judge Amber (model gpt-4o), judgement, entry 17 of a run of the flow osb at …, 2026-11-23T…". */
export function asCitation(entry: Entry, status: Pick<Status, "flow" | "server">): string {
  const known = entry.speaker ? about(entry.speaker, ", ") : "";
  const name = who(entry) + (known && ` (${known})`);
  const run = `a run of the flow ${status.flow ?? "(unnamed)"} at ${status.server ?? "a server"}`;
  return `${name}, ${entry.body.kind}, entry ${entry.id} of ${run}, ${iso(entry.at)}.`;
}

function said(body: Body, labels: Labels | null, find: Finder | null): string {
  switch (body.kind) {
    case "text":
      return body.content;
    case "json":
      return fenced(indented(body.value), "json");
    case "tool":
      return `Output of the tool ${label(body.name)}:\n\n${body.content}`;
    case "record":
      return [body.title && `**${body.title}**`, body.uri, body.content]
        .filter(Boolean)
        .join("\n\n");
    case "judgement":
      return paragraphs(
        body.conclusion,
        predicted(body, labels) + (body.uncertainty ? ` · uncertainty: ${body.uncertainty}` : ""),
        numbered(body.reasons),
      );
    case "assessment":
      return assessment(body);
    case "differences":
      return paragraphs(body.conclusion, ...body.divergences.map((one) => divergence(one, find)));
    case "research":
      return paragraphs(body.response, numbered(body.literature.map(reference)));
    case "question":
      return (
        body.content +
        (body.options.length
          ? `\n\nOptions (${body.options.length}): ${optionNames(body.options).join(", ")}`
          : "")
      );
    case "answer":
      return `${body.verdict}: ${body.content}`;
    case "unknown":
      return fenced(body.raw, "");
    default:
      return body.content;
  }
}

function indented(text: string | null): string {
  return written(crossed(text), 2);
}

type Divergence = Extract<Body, { kind: "differences" }>["divergences"][number];

function reference(one: Reference): string {
  const source = [one.source, one.doi && `(doi ${one.doi})`].filter(Boolean).join(" ");
  return (source && `${source}: `) + one.summary + inLine(one);
}

function assessment(body: Assessment): string {
  const { assessments } = body;
  return [
    `Mean score: ${meanScore(body) || "none"}`,
    ...(assessments.length > 0 ? [`Criteria: ${right(rightOf(assessments))}`] : []),
    ...assessments.map((one) => item("- ", `${correct(one)}: ${one.feedback}${inLine(one)}`)),
  ].join("\n");
}

function divergence(divergent: Divergence, find: Finder | null): string {
  const rows = divergent.positions.map((one) => {
    const experts = one.experts.map((expert) => {
      const taken = expert.answer_id ? find?.result(expert.answer_id) : undefined;
      return heldBy(expert.name, taken?.speaker) + inLine(expert);
    });
    return `| ${cell(one.position + inLine(one))} | ${cell(experts.join(", "))} |`;
  });
  const topic = cell(divergent.topic + inLine(divergent));
  return [`| ${topic} | held by |`, "| :-- | :-- |", ...rows].join("\n");
}

/** What could not be read, by the name that it came under. */
function asItCame({ unread }: Made): string {
  const all = crossed(unread ?? "{}");
  const fields = all.kind === "object" ? all.fields : [];
  const known = fields.map(([name, value]) => `${label(name)}: ${code(written(value))}`);
  return known.length > 0 ? `As it came: ${known.join("; ")}` : "";
}

/** The same, of a part of a payload: after it, on its line. */
function inLine(made: Made): string {
  const known = asItCame(made);
  return known && ` (${known})`;
}

function paragraphs(...parts: (string | false)[]): string {
  return parts.filter(Boolean).join("\n\n");
}

function numbered(items: readonly string[]): string {
  return items.map((one, place) => item(`${place + 1}. `, one)).join("\n");
}

/** An item of a list, with all of its lines and paragraphs inside it. */
function item(mark: string, text: string): string {
  return mark + text.replace(/\n(?=[^\n])/g, `\n${" ".repeat(mark.length)}`);
}

/** Words that stay in one cell of a table, with their lines. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", "<br>");
}

/** A text on one line as code, between more backticks than any in it. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return longest ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`;
}

/** A fence longer than any in the text, so that it ends where it should. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
