// Any field of an entry as a tree, in the form that presentation.py gives it; buttermilk_widget/
// transcript/field_html.py draws the same for the exports.

import { type Form, PRESENTATION } from "../wire.gen.ts";
import { TooMuch, Work } from "./budget.ts";
import { visible } from "./letters.ts";
import { crossed, fieldOf, isBeyond, type Json, read, written } from "./lossless.ts";
import { markdown } from "./markdown.ts";
import { thoughts } from "./thoughts.ts";
import { element, fold, type Node } from "./tree.ts";

export type Field = keyof typeof PRESENTATION;

/** Items of an object or a list that is open from the start, at the top. */
const SMALL = 8;

/** Levels of JSON that are drawn. */
const DEEPEST = 100;

export const NOTE = "Shown as it came: it would cost too much to draw.";

/**
 * The value of a field, as blocks. A value of any JSON is its text; `mime` is that of a record, and
 * `name` stands before a value that is JSON.
 */
export function shown(
  field: Field,
  value: string,
  { mime = null, name = "" }: Around = {},
): Node[] {
  const form: Form = PRESENTATION[field];
  if (form !== "record") return inForm(form, value, name);
  const of = ofMime(mime);
  if (of !== "json") return inForm(of, value);
  const inner = parsed(value);
  return inner ? json(inner, "") : output(value);
}

export interface Around {
  mime?: string | null;
  name?: string;
}

/** How a record's content of this media type is presented; see presentation.py. */
export function ofMime(mime: string | null): Form {
  const kind = (mime ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (kind === "text/markdown" || kind === "text/x-markdown") return "markdown";
  if (kind === "application/json" || kind.endsWith("+json")) return "json";
  return /^(?:text\/html|application\/|text\/xml$|text\/csv$)/.test(kind) ? "output" : "lines";
}

export function inForm(form: Form, value: string, name = ""): Node[] {
  switch (form) {
    case "json":
      return json(innerOf(crossed(value)), name);
    case "markdown":
      return content(value, prose);
    case "output":
      return content(value, output);
    case "code":
      return [element("pre", { class: "code", dir: "ltr" }, visible(value))];
    default:
      return lines(value);
  }
}

/** Words letter by letter, each paragraph in its own direction. */
function lines(text: string): Node[] {
  return [element("pre", { class: "lines", dir: "auto" }, visible(text))];
}

function output(text: string): Node[] {
  return [element("pre", { class: "code", dir: "auto" }, visible(text))];
}

function note(): Node {
  return element("p", { class: "quiet" }, NOTE);
}

// --- Markdown, and the thoughts in it ------------------------------------------------------------

function prose(text: string): Node[] {
  const seen = visible(text);
  try {
    const work = new Work(seen);
    const parts = thoughts(seen, work).flatMap(([name, part]) => inPart(name, part, work));
    return [element("div", { class: "markdown" }, ...parts)];
  } catch {
    // Too much, or more than the parser can take.
    return [note(), ...lines(text)];
  }
}

function inPart(name: string, text: string, work: Work): Node[] {
  if (name === "") return markdown(text, work);
  if (name === "Thought") return [fold(name, markdown(text, work))];
  const value = parsed(text);
  const inner = value
    ? json(value, "")
    : output(text.replace(/^\n+/, "").replace(/(?<!\n)\n+$/, ""));
  return [fold(name, inner)];
}

// --- JSON ----------------------------------------------------------------------------------------

/** The object or the list of JSON that a text is from end to end. */
export function parsed(text: string): Json | undefined {
  const inner = text.replace(/^[ \t\n\r]+/, "").replace(/(?<![ \t\n\r])[ \t\n\r]+$/, "");
  const ends = `${inner[0]}${inner.at(-1)}`;
  return ends === "{}" || ends === "[]" ? read(inner) : undefined;
}

/** Of a text that is an object or a list of JSON, that one. */
export function innerOf(value: Json): Json {
  return (value.kind === "text" && parsed(value.text)) || value;
}

function json(value: Json, name: string): Node[] {
  const text = written(value);
  try {
    return [tree(value, name, new Work(text), 0)];
  } catch (problem) {
    if (!(problem instanceof TooMuch)) throw problem;
    const label = name ? [element("p", { class: "key" }, name)] : [];
    return [...label, note(), ...inForm("code", text)];
  }
}

function tree(value: Json, name: string, work: Work, depth: number): Node {
  if (depth > DEEPEST) throw new TooMuch();
  work.element();
  const key: Node[] = [];
  if (name) {
    work.element();
    key.push(element("span", { class: "key", dir: "auto" }, `${visible(name)}: `));
  }
  work.element();
  if (value.kind === "text" || value.kind === "other") {
    return element("div", { class: "leaf" }, ...key, element("span", { dir: "auto" }, leaf(value)));
  }
  const items: [string, Json][] =
    value.kind === "list" ? value.items.map((one, place) => [`${place}`, one]) : value.fields;
  const kind = `${value.kind} of ${items.length}`;
  return element(
    "details",
    depth === 0 && items.length <= SMALL ? { open: "" } : {},
    element("summary", {}, ...key, kind),
    ...items.map(([label, item]) => tree(innerOf(item), label, work, depth + 1)),
  );
}

const LOOKS_ELSE = /^(?:true|false|null|-?[0-9.]+(?:[eE][+-]?[0-9]+)?|[ \t\n\r].*|.*[ \t\n\r]|)$/s;

/** A text as it is, in quotes where it would look like a number, or like nothing. */
function leaf(value: Json & { text: string }): string {
  if (value.kind === "other") return value.text;
  const { text } = value;
  const quoted = text.length < 100 && LOOKS_ELSE.test(text) && !isBeyond(text);
  return visible(quoted ? JSON.stringify(text) : text);
}

/** A value of any JSON, as a tree. */
export function jsonOf(value: Json): Node[] {
  return json(value, "");
}

/** What else is known of a record: its title stands above it. */
export function metadata(text: string | null): Node[] {
  const value = crossed(text ?? "{}");
  if (value.kind !== "object") return [];
  const fields = value.fields.filter(([name]) => name !== "title");
  return fields.length > 0 ? json({ kind: "object", fields }, "") : [];
}

// --- content in blocks ---------------------------------------------------------------------------

const WORDS = new Map([
  ["text", "text"],
  ["output_text", "text"],
  ["input_text", "text"],
]);
export const THINKING = new Map([
  ["thinking", "thinking"],
  ["reasoning", "reasoning"],
  ["thought", "thought"],
]);

/** The text; of a list of content blocks their texts, and in prose, other JSON as JSON. */
function content(text: string, plain: (text: string) => Node[]): Node[] {
  const value = parsed(text);
  if (!value) return plain(text);
  if (value.kind === "list" && areBlocks(value.items)) {
    return value.items.flatMap((one) => block(one, plain));
  }
  return plain === prose ? json(value, "") : plain(text);
}

export function areBlocks(items: readonly Json[]): boolean {
  return (
    items.every((one) => fieldOf(one, "type")?.kind === "text") && items.some((one) => wordsOf(one))
  );
}

export function typeOf(block: Json): string {
  const type = fieldOf(block, "type");
  return type?.kind === "text" ? type.text : "";
}

/** The field under which a block has its words, and they, if it is one of words. */
export function wordsOf(block: Json): { name: string; text: string } | null {
  const name = WORDS.get(typeOf(block)) ?? THINKING.get(typeOf(block));
  const words = name && fieldOf(block, name);
  return name && words && words.kind === "text" ? { name, text: words.text } : null;
}

function block(value: Json, plain: (text: string) => Node[]): Node[] {
  const words = wordsOf(value);
  if (!words || value.kind !== "object") return json(value, "");
  const drawn = plain(words.text);
  const more = value.fields.filter(
    ([name, one]) => name !== "type" && name !== words.name && !isEmpty(one),
  );
  return [
    ...(THINKING.has(typeOf(value)) ? [fold("Thought", drawn)] : drawn),
    ...(more.length > 0 ? json({ kind: "object", fields: more }, "") : []),
  ];
}

/** What Python takes for false. */
export function isEmpty(value: Json): boolean {
  if (value.kind === "object") return value.fields.length === 0;
  if (value.kind === "list") return value.items.length === 0;
  if (value.kind === "text") return value.text === "";
  return value.text === "null" || value.text === "false" || Number(value.text) === 0;
}
