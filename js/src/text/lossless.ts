// JSON read and written without losing a digit or a field: a browser's numbers end at 2^53, and its
// objects sort their keys. buttermilk_widget/protocol/lossless.py reads the same.

/** A value, with its fields in the order in which they stand. */
export type Json =
  | { kind: "object"; fields: [string, Json][] }
  | { kind: "list"; items: Json[] }
  | { kind: "text"; text: string }
  /** A number, true, false or null, as it was written. */
  | { kind: "other"; text: string };

/** Levels of JSON that are read. */
const DEEPEST = 100;

// Python writes and reads the first three, too.
const TOKEN =
  /[ \t\n\r]*(?:(NaN|-?Infinity)|(true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|("[^"\\]*(?:\\.[^"\\]*)*")|([[\]{},:]))/suy;

/** The value that a text writes; undefined, if it is not JSON or is nested too deep to read. */
export function read(text: string): Json | undefined {
  try {
    return new Reader(text).whole();
  } catch {
    return undefined;
  }
}

/**
 * A value of any JSON as it crossed: its text. In a notebook that an older version saved it is the
 * value itself.
 */
export function crossed(value: unknown): Json {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "null");
  return read(text) ?? { kind: "text", text };
}

class NotJson extends Error {}

class Reader {
  #text: string;
  #at = 0;
  #token = "";
  #value: Json | null = null;

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  whole(): Json {
    const value = this.#read(0);
    if (this.#token !== "") throw new NotJson();
    return value;
  }

  /** On to the next token: a sign, or "value" with the value, or "" at the end. */
  #next(): void {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    this.#value = null;
    if (!found) {
      if (/[^ \t\n\r]/.test(this.#text.slice(this.#at))) throw new NotJson();
      this.#token = "";
      return;
    }
    const [, beyond, other, quoted, sign] = found;
    this.#at = TOKEN.lastIndex;
    this.#token = sign ?? "value";
    if (beyond !== undefined) this.#value = { kind: "text", text: beyond };
    else if (other !== undefined) this.#value = scalar(other);
    else if (quoted !== undefined) this.#value = { kind: "text", text: JSON.parse(quoted) };
  }

  #read(depth: number): Json {
    if (depth > DEEPEST) throw new NotJson();
    if (this.#value) {
      const value = this.#value;
      this.#next();
      return value;
    }
    if (this.#token === "[") {
      const items: Json[] = [];
      this.#each("]", () => items.push(this.#read(depth + 1)));
      return { kind: "list", items };
    }
    if (this.#token !== "{") throw new NotJson();
    const fields: [string, Json][] = [];
    this.#each("}", () => {
      const name = this.#value?.kind === "text" ? this.#value.text : undefined;
      if (name === undefined) throw new NotJson();
      this.#next();
      if (this.#token !== ":") throw new NotJson();
      this.#next();
      fields.push([name, this.#read(depth + 1)]);
    });
    return { kind: "object", fields: namedApart(fields) };
  }

  #each(closing: string, one: () => void): void {
    this.#next();
    while (this.#token !== closing) {
      one();
      if (this.#token === ",") {
        this.#next();
        if (this.#token === closing) throw new NotJson();
      } else if (this.#token !== closing) throw new NotJson();
    }
    this.#next();
  }
}

/** Digits beyond those of all numbers are text, as in Python. */
function scalar(text: string): Json {
  return { kind: isBeyond(text) ? "text" : "other", text };
}

/** Whether digits write a number that no computer keeps as one. */
export function isBeyond(digits: string): boolean {
  if (!/^-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.test(digits)) return false;
  return digits.length > 300 || !Number.isFinite(Number(digits));
}

/** Of fields with one name the last has it, and the others are numbered. */
function namedApart(fields: [string, Json][]): [string, Json][] {
  const last = new Map(fields.map(([name], place) => [name, place]));
  if (last.size === fields.length) return fields;
  const seen = new Map<string, number>();
  return fields.map(([name, value], place) => {
    if (last.get(name) === place) return [name, value];
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [`${name} ⟨given before, ${count}⟩`, value];
  });
}

/** The value as JSON text: on one line, or indented. */
export function written(value: Json, indent = 0, line = "\n"): string {
  if (value.kind === "text") return JSON.stringify(value.text);
  if (value.kind === "other") return value.text;
  const parts =
    value.kind === "list"
      ? value.items.map((item) => ["", item] as const)
      : value.fields.map(([name, item]) => [`${JSON.stringify(name)}: `, item] as const);
  const [begin, end] = value.kind === "list" ? "[]" : "{}";
  if (parts.length === 0) return `${begin}${end}`;
  const inner = indent ? line + " ".repeat(indent) : "";
  const items = parts.map(([name, item]) => `${name}${written(item, indent, inner)}`);
  return `${begin}${inner}${items.join(indent ? `,${inner}` : ", ")}${indent ? line : ""}${end}`;
}

/** What stands under a name in an object. */
export function fieldOf(value: Json, name: string): Json | undefined {
  if (value.kind !== "object") return undefined;
  return value.fields.find(([field]) => field === name)?.[1];
}
