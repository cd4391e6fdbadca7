// An entry as Markdown that holds all of it, and that no word in it can forge: see
// buttermilk_widget/transcript/entry_markdown.py, which writes the same for the exports.

import { Work } from "../text/budget.ts";
import {
  areBlocks,
  innerOf,
  isEmpty,
  NOTE,
  ofMime,
  parsed,
  THINKING,
  typeOf,
  wordsOf,
} from "../text/fieldHtml.ts";
import { label, visible } from "../text/letters.ts";
import { crossed, type Json, written } from "../text/lossless.ts";
import { read } from "../text/markdown.ts";
import { address, fenced, listed, plain, quoted, words, writing } from "../text/markdownWriter.ts";
import { thoughts } from "../text/thoughts.ts";
import { iso } from "../text/time.ts";
import { AS_IT_CAME, about as aboutOf, correct, meanScore, predicted } from "../text/wording.ts";
import {
  type Assessment,
  type Criterion,
  type Entry,
  type Form,
  type Judgement,
  type Labels,
  PRESENTATION,
} from "../wire.gen.ts";
import { who } from "./kindLabels.ts";

/** How many times as long as the text its Markdown may be. */
const GROWTH = 8;

const FORMS: Record<string, Form> = PRESENTATION;

/** What an entry, or a part of it, is there to say. */
const UNTITLED = new Set([
  ...["content", "conclusion", "response", "value", "raw"],
  ...["feedback", "summary", "topic", "position"],
]);

/** Choices, of which a blank one is one too. */
const BLANK = new Set(["answer.selection", "question.options"]);

const TIMES = new Set(["gap.began", "gap.until"]);

type Value = string | number | boolean | null | undefined;
type Part = Record<string, unknown>;
/** A field, as a line or as blocks. */
type Field = { line: string } | { blocks: string[] };

/** The entry under a heading that says whose it is and when it came. */
export function asMarkdown(entry: Entry, labels: Labels | null = null): string {
  const { id, at, body } = entry;
  const heading = `### ${words(label(who(entry)))} (${body.kind}, entry #${id}, ${iso(at)})`;
  const parts = [heading, known(entry).join(" · "), said(entry, labels)];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function said(entry: Entry, labels: Labels | null): string {
  return [...blocksOf(entry.body, labels), ...beside(entry)].join("\n\n");
}

/** How who says it works, and what it has to do with other entries. */
function known({ speaker, server_time, about, replies }: Entry): string[] {
  const lines = [
    speaker ? plain(aboutOf(speaker)) : "",
    server_time ? `server time ${plain(label(server_time))}` : "",
  ].filter(Boolean);
  if (about !== null) lines.push(`about #${about}`);
  if (replies.length > 0) lines.push(`replies ${replies.map((id) => `#${id}`).join(", ")}`);
  return lines;
}

/** What the server told beside the words: only what there is. */
function beside({ source, tracing_link, metadata }: Entry): string[] {
  const lines = [
    source ? `source: ${plain(label(source))}` : "",
    tracing_link ? `trace: ${address(label(tracing_link))}` : "",
  ].filter(Boolean);
  const more = crossed(metadata ?? "{}");
  return [
    ...(lines.length > 0 ? [listed(lines)] : []),
    ...(more.kind === "object" && more.fields.length > 0 ? titled("metadata", [json(more)]) : []),
  ];
}

// --- the fields of a body ------------------------------------------------------------------------

/** Its fields, in their order; those of a line each make a list. */
function blocksOf(body: Entry["body"], labels: Labels | null): string[] {
  const made: string[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.length > 0) made.push(listed(lines));
    lines = [];
  };
  for (const field of fields(body.kind, body as unknown as Part, labels)) {
    if ("line" in field) lines.push(field.line);
    else if (field.blocks.length > 0) {
      flush();
      made.push(...field.blocks);
    }
  }
  flush();
  return made;
}

/** Each field that there is. */
function fields(way: string, part: Part, labels: Labels | null): Field[] {
  return namesBelow(way).flatMap((name): Field[] => {
    const [value, path] = [part[name], `${way}.${name}`];
    const form = FORMS[path];
    const result = resultOf(path, part, labels);
    if (result) return [{ line: result }];
    if (form === undefined) {
      const parts = (value as Part[]).map((one) => partOf(path, one));
      return parts.length > 0 ? [{ blocks: titled(name, [listed(parts, true)]) }] : [];
    }
    if (form === "ours" || form === "label" || form === "address") {
      return short(path, name, form, value as Value | Value[]);
    }
    return long(
      name,
      form === "record" ? ofMime(part.mime as string | null) : form,
      value as string | string[] | null,
    );
  });
}

/** A result in words, with what came in its place; nothing, if the field is none. */
function resultOf(path: string, part: Part, labels: Labels | null): string {
  switch (path) {
    case "judgement.prediction":
      return plain(predicted(part as unknown as Judgement, labels));
    case "assessment.correctness":
      return `mean score: ${plain(meanScore(part as unknown as Assessment)) || "none"}`;
    case "assessment.assessments.correct":
      return plain(correct(part as unknown as Criterion));
    default:
      return "";
  }
}

/** The fields below a way, each once. */
function namesBelow(way: string): string[] {
  const below = Object.keys(FORMS).filter((path) => path.startsWith(`${way}.`));
  return [...new Set(below.map((path) => path.slice(way.length + 1).split(".")[0] ?? ""))];
}

/** A part of a body as an item of a list: its lines are one. */
function partOf(way: string, part: Part): string {
  const made = fields(way, part, null);
  const lines = made.flatMap((field) => ("line" in field ? [field.line] : []));
  const blocks = made.flatMap((field) => ("line" in field ? [] : field.blocks));
  return [...(lines.length > 0 ? [lines.join(" · ")] : []), ...blocks].join("\n\n");
}

type Text = string | string[] | null | undefined;

function long(name: string, form: Form, value: Text): Field[] {
  if (!value || value.length === 0) return [];
  if (form === "json" && isNothing(crossed(value))) return [];
  const made = Array.isArray(value)
    ? [
        listed(
          value.map((one) => theirs(form, one)),
          true,
        ),
      ]
    : [theirs(form, value)];
  return [{ blocks: UNTITLED.has(name) ? made : titled(name, made) }];
}

/** What Python leaves out: null, an empty text, an empty object. */
function isNothing(value: Json): boolean {
  if (value.kind === "object") return value.fields.length === 0;
  return value.kind === "other" ? value.text === "null" : value.kind === "text" && !value.text;
}

function titled(name: string, blocks: string[]): string[] {
  return [`**${titleOf(name)}**`, ...blocks];
}

function titleOf(name: string): string {
  return name === "unread" ? AS_IT_CAME : name.replaceAll("_", " ");
}

function short(path: string, name: string, form: Form, value: Value | Value[]): Field[] {
  const values = Array.isArray(value) ? value : [value];
  const lines = values.map((one) => inOneLine(path, form, one));
  if (Array.isArray(value) && form === "label") {
    return lines.length > 0 ? [{ blocks: titled(name, [listed(lines, true)]) }] : [];
  }
  const line = lines.join(", ");
  return line ? [{ line: `${titleOf(name)}: ${line}` }] : [];
}

/** A value on one line; nothing, if there is none. */
function inOneLine(path: string, form: Form, value: Value): string {
  if (value === null || value === undefined) return path === "question.confirms" ? "none" : "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return TIMES.has(path) ? iso(value) : numeral(value);
  const text = label(value);
  if (form === "address") return address(text);
  return plain(text) || (BLANK.has(path) ? "(blank option)" : "");
}

/** A number with all of its digits, as Python writes it. */
function numeral(value: number): string {
  const size = Math.abs(value);
  const usual = (Number.isInteger(value) && size < 1e15) || (size >= 1e-4 && size < 1e15);
  return usual ? String(value) : value.toExponential(6);
}

// --- forms ---------------------------------------------------------------------------------------

/** What was said, apart from what we say: in a code block, or else in a quote. */
function theirs(form: Form, value: string): string {
  const [first = "", ...others] = writtenIn(form, value);
  const alone = others.length === 0 && first.startsWith("```");
  return alone ? first : quoted([first, ...others].join("\n\n"));
}

/** The value in a form, as blocks of Markdown; a value of any JSON is its text. */
export function writtenIn(form: Form, value: string): string[] {
  switch (form) {
    case "json":
      return [json(innerOf(crossed(value)))];
    case "markdown":
      return content(value, prose);
    case "output":
      return content(value, block);
    case "lines":
      return isLine(value) ? [words(visible(value))] : block(value);
    default:
      return block(value);
  }
}

function block(text: string): string[] {
  return [fenced(visible(text))];
}

/** Whether nothing in a text is lost in a paragraph, in which blanks are one. */
function isLine(text: string): boolean {
  return !/^\s|\s$|\s\s|[^\S ]/.test(visible(text));
}

/** JSON in a block of code; indented, unless it is so deep that the blanks would be most of it. */
function json(value: Json): string {
  const [text, flat] = [written(value, 2), written(value)];
  const made = size(text) <= GROWTH * size(flat) ? text : flat;
  return fenced(visible(made.replace(HALF, (_, before, code) => before + halfOf(code))), "json");
}

/** Half of a letter, which `JSON.stringify` writes as an escape; a backslash itself is two there. */
const HALF = /(?<!\\)((?:\\\\)*)\\u(d[89a-f][0-9a-f]{2})/g;

function halfOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}

/** Its letters, as Python counts them. */
function size(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** The text; of a list of content blocks their texts, and in prose, other JSON as JSON. */
function content(text: string, write: (text: string) => string[]): string[] {
  const value = parsed(text);
  if (!value) return write(text);
  if (value.kind === "list" && areBlocks(value.items)) {
    return value.items.flatMap((one) => contentBlock(one, write));
  }
  return write === prose ? [json(value)] : write(text);
}

function contentBlock(value: Json, write: (text: string) => string[]): string[] {
  const found = wordsOf(value);
  if (!found || value.kind !== "object") return [json(value)];
  const made = write(found.text);
  const more = value.fields.filter(
    ([name, one]) => name !== "type" && name !== found.name && !isEmpty(one),
  );
  return [
    ...(THINKING.has(typeOf(value)) ? titled("Thought", [quoted(made.join("\n\n"))]) : made),
    ...(more.length > 0 ? [json({ kind: "object", fields: more })] : []),
  ];
}

/** Markdown as Markdown, with the thoughts in it; as it came, if that is too much. */
function prose(text: string): string[] {
  const seen = visible(text);
  const asItCame = [`*${NOTE}*`, fenced(seen)];
  try {
    const work = new Work(seen);
    const made = thoughts(seen, work).flatMap(([name, part]) => inPart(name, part, work));
    const length = made.reduce((sum, one) => sum + size(one), 0);
    return length > GROWTH * size(seen) + 1000 ? asItCame : made.filter(Boolean);
  } catch {
    // Too much, or more than the parser can take.
    return asItCame;
  }
}

function inPart(name: string, text: string, work: Work): string[] {
  if (name === "") return [writing(read(text, work))];
  if (name === "Thought") return titled(name, [quoted(writing(read(text, work)))]);
  const value = parsed(text);
  const inner = text.replace(/^\n+/, "").replace(/(?<!\n)\n+$/, "");
  return [`**${plain(name)}**`, value ? json(value) : fenced(inner)];
}
