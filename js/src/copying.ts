// An entry as text to take along: markdown, JSON, or a citation.

import { who } from "./kinds.ts";
import { crossed, type Json, written } from "./lossless.ts";
import { iso } from "./time.ts";
import { type Entry, type Form, PRESENTATION, type Status } from "./wire.gen.ts";

type Body = Entry["body"];

/** The entry as markdown, under a heading that says whose it is and when it came. */
export function asMarkdown(entry: Entry): string {
  const told = beside(entry);
  const details = told ? `\nDetails:\n\n${fenced(told, "json")}\n` : "";
  return `### ${who(entry)} (entry ${entry.id}, ${iso(entry.at)})\n\n${said(entry.body)}\n${details}`;
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

/** The entry as JSON; what is any JSON in it crossed as text, and is put back letter by letter. */
export function asJson(entry: Entry): string {
  const { body, speaker, metadata } = entry;
  const texts: (string | null)[] = [];
  // A mark that no text of theirs has: what crosses holds no such character (letters in frames are
  // mended), and one that did would only be put back as null.
  const marked = (text: string | null) => `\0${texts.push(text) - 1}`;
  const fields = Object.entries(body).map(([name, value]) => {
    const isJson = (PRESENTATION as Record<string, Form>)[`${body.kind}.${name}`] === "json";
    return [name, isJson ? marked(value as string | null) : value];
  });
  const whole = {
    ...entry,
    metadata: marked(metadata ?? "{}"),
    speaker: speaker && { ...speaker, criteria: marked(speaker.criteria) },
    body: Object.fromEntries(fields),
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
  const { speaker } = entry;
  const with_ = [
    speaker?.model && `model ${speaker.model}`,
    speaker?.template && `template ${speaker.template}`,
  ].filter(Boolean);
  const name = who(entry) + (with_.length > 0 ? ` (${with_.join(", ")})` : "");
  const run = `a run of the flow ${status.flow ?? "(unnamed)"} at ${status.server ?? "a server"}`;
  return `${name}, ${entry.body.kind}, entry ${entry.id} of ${run}, ${iso(entry.at)}.`;
}

function said(body: Body): string {
  switch (body.kind) {
    case "text":
      return body.content;
    case "json":
      return fenced(indented(body.value), "json");
    case "tool":
      return `Output of the tool ${body.name}:\n\n${body.content}`;
    case "record":
      return [body.title && `**${body.title}**`, body.uri, body.content]
        .filter(Boolean)
        .join("\n\n");
    case "judgement":
      return [
        body.conclusion,
        `- prediction: ${prediction(body.prediction)}`,
        `- uncertainty: ${body.uncertainty ?? "not said"}`,
        ...body.reasons.map((reason, place) => `${place + 1}. ${reason}`),
      ].join("\n");
    case "assessment":
      return [
        `Mean score: ${body.correctness === null ? "none" : Number(body.correctness.toPrecision(3))}`,
        ...body.assessments.map(({ correct, feedback }) => `- ${met(correct)}: ${feedback}`),
      ].join("\n");
    case "differences":
      return [body.conclusion, ...body.divergences.map(divergence)].join("\n\n");
    case "research":
      return [
        `${body.response}\n`,
        ...body.literature.map(
          ({ summary, source, doi }, place) =>
            `${place + 1}. ${source}${doi ? ` (doi ${doi})` : ""}: ${summary}`,
        ),
      ].join("\n");
    case "question":
      return body.content + (body.options.length ? `\n\nOptions: ${body.options.join(", ")}` : "");
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

function divergence({ topic, positions }: Divergence): string {
  const rows = positions.map(
    ({ position, experts }) => `| ${position} | ${experts.map(({ name }) => name).join(", ")} |`,
  );
  return [`| ${topic} | held by |`, "| :-- | :-- |", ...rows].join("\n");
}

function prediction(value: boolean | null): string {
  if (value === null) return "none";
  return value ? "in breach" : "not in breach";
}

function met(correct: boolean | null): string {
  if (correct === null) return "open";
  return correct ? "met" : "not met";
}

/** A fence longer than any in the text, so that it ends where it should. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
