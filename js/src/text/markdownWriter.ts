// Tokens of agents' Markdown as Markdown that no renderer can take for more than it is: see
// buttermilk_widget/text/markdown_writer.py, which does the same for the exports.

import type Token from "markdown-it/lib/token.mjs";
import { destination } from "./addresses.ts";
import { TooMuch } from "./budget.ts";

/** Levels of quotes (one) and lists (two): markdown-it leaves out what is deeper than 20. */
const DEEPEST = 12;
/** Cells that renderers make of a table's row for each that is written: they fill rows up. */
const WIDEST = 4;

const SPECIAL =
  /[$\\]+|[`*[\]<|~@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[#A-Za-z])|:(?=\/)|(?<=[wW]{3})\./g;
const BEGINS = /^(?:[-+=#>:]|[0-9]{1,9}(?=[.)]))/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SAFE = /^(?:https?:\/\/|mailto:)[^\s\x00-\x20\x7f<>"\\^`{|}[\]$]+$/i;
/** Addresses whose words no renderer changes: some decode what is encoded in them. */
const AS_IT_IS = /^https?:\/\/(?!.*xn--)[A-Za-z0-9._~:/?#!*+,;=-]+$/i;
const ENTITY = /&#?[A-Za-z0-9]+;/;
const TASK = /^\[([ xX])\](?=[ \t])/;
const MARKS: Record<string, string> = { em: "*", strong: "**", s: "~~" };
const CLOSING_SIGNS = ".,;:!?)";
const ALIGNED: Record<string, string> = { left: ":--", center: ":-:", right: "--:" };

/** The blocks in a quote: whatever is open in it ends with it. */
export function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => (line ? `> ${line}` : ">"))
    .join("\n");
}

function longestTicks(text: string): number {
  let longest = 0;
  for (const [ticks] of text.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  return longest;
}

/** A code block with a fence longer than any in the text, so that it ends where it should. */
export function fenced(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(longestTicks(text) + 1, 3));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** One line of words of which nothing is markup. */
export function plain(text: string): string {
  const line = new Line(false);
  line.text(text);
  return line.written();
}

/** A paragraph of such a line: it begins no block either. */
export function words(text: string): string {
  return begun(plain(text));
}

/** An address, as a link if it leads to the web or to mail, and every renderer reads it alike. */
export function address(text: string): string {
  if (!leads(text)) return plain(text);
  return AS_IT_IS.test(text) ? `<${text}>` : `[${plain(text)}](<${text}>)`;
}

/** Items of a list, each one block or several; they are counted, if that is asked for. */
export function listed(items: readonly string[], counts = false): string {
  return joined(items.map((one, place) => item(counts ? `${place + 1}.` : "-", one)));
}

function item(marker: string, text: string): string {
  const [first = "", ...others] = text.split("\n");
  const indent = " ".repeat(marker.length + 1);
  const rest = others.map((line) => (line ? indent + line : ""));
  return [first ? `${marker} ${first}` : marker, ...rest].join("\n");
}

function joined(items: readonly string[]): string {
  return items.join(items.some((one) => one.includes("\n")) ? "\n\n" : "\n");
}

function leads(text: string): boolean {
  return SAFE.test(text) && !ENTITY.test(text) && destination(text) !== null;
}

function stripped(text: string): string {
  return text.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");
}

/** A line that begins no block. */
function begun(line: string): string {
  const inner = stripped(line);
  const begins = BEGINS.exec(inner)?.[0];
  if (begins === undefined) return inner;
  return /[0-9]/.test(begins) ? `${begins}\\${inner.slice(begins.length)}` : `\\${inner}`;
}

// --- what is in a block --------------------------------------------------------------------------

/** A line as code, between more backticks than any in it. */
function code(text: string): string {
  const ticks = "`".repeat(longestTicks(text) + 1);
  const [first, last] = [text[0], text.at(-1)];
  const blanks = first === " " && last === " " && /[^ ]/.test(text);
  const padded = first === "`" || last === "`" || blanks;
  return padded ? `${ticks} ${text} ${ticks}` : `${ticks}${text}${ticks}`;
}

/** A line as it is written. Code beside code is one, as their backticks would be. */
class Line {
  #parts: string[] = [];
  #code = "";
  #cell: boolean;

  constructor(cell: boolean) {
    this.#cell = cell;
  }

  /** The sign that it ends with so far. */
  get last(): string {
    return this.#code ? "`" : lastOf(this.#parts.at(-1) ?? "");
  }

  /** Markup, as it is. */
  mark(signs: string): void {
    if (this.#code) {
      const made = code(this.#code);
      this.#parts.push(this.#cell ? made.replaceAll("|", "\\|") : made);
      this.#code = "";
    }
    if (signs) this.#parts.push(signs);
  }

  /** What stands as code. */
  code(text: string): void {
    this.#code += text;
  }

  /** What is only text. */
  text(text: string): void {
    let done = 0;
    for (const { 0: found, index } of text.matchAll(SPECIAL)) {
      this.#plain(text.slice(done, index));
      done = index + found.length;
      if (found[0] === "$" || found[0] === "\\") this.code(found);
      else this.mark(found === "`" ? "&#96;" : `\\${found}`);
    }
    this.#plain(text.slice(done));
  }

  #plain(text: string): void {
    if (text) this.mark(text);
  }

  written(): string {
    this.mark("");
    return this.#parts.join("");
  }
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0x20);
}

function lastOf(text: string): string {
  return /[\uD800-\uDBFF][\uDC00-\uDFFF]$/.exec(text)?.[0] ?? text.slice(-1);
}

/** A link that is open: how it ends, and what stands beside it. */
type Open =
  | { kind: "auto"; end: string }
  | { kind: "words"; to: string; title: string }
  | { kind: "link"; to: string; title: string };

/** Writes what is in a block, line by line. */
class Inline {
  #tokens: readonly Token[];
  #lines: Line[];
  #cell: boolean;
  #links: Open[] = [];
  /** Whether what comes is an address, and a link. */
  #auto = false;
  #closers = new Set<number>();
  #closed = -1;

  constructor(tokens: readonly Token[], cell: boolean) {
    // Beside the marks of emphasis, the parser leaves empty texts.
    this.#tokens = tokens.filter(({ type, content }) => type !== "text" || content);
    this.#cell = cell;
    this.#lines = [new Line(cell)];
  }

  /** The lines; `task`: with the box of a task, if it begins with one. */
  lines(task: boolean): string[] {
    const ends = matched(this.#tokens);
    for (const [place, token] of this.#tokens.entries()) {
      if (isMark(token)) this.#emphasis(place, token, ends.get(place) ?? -1);
      else this.#one(token, task && place === 0);
    }
    return this.#lines.map((line) => line.written());
  }

  get #line(): Line {
    return this.#lines.at(-1) as Line;
  }

  #break(): void {
    this.#lines.push(new Line(this.#cell));
  }

  #one(token: Token, task: boolean): void {
    switch (token.type) {
      case "text":
        this.#text(token.content, task);
        break;
      case "break":
        this.#break();
        break;
      case "code_inline":
      case "math":
        this.#each(token.content, (line) => {
          if (line) this.#line.code(line);
        });
        break;
      case "image":
        this.#line.text(token.content ? `image: ${token.content}` : "image");
        this.#beside(`not fetched: ${token.attrGet("src")}`, token.attrGet("title") ?? "");
        break;
      case "link_open":
        this.#link(token.attrGet("href") ?? "", token.attrGet("title") ?? "", token.info);
        break;
      default: // link_close
        this.#close(this.#links.pop());
    }
  }

  #text(text: string, task: boolean): void {
    const box = task ? TASK.exec(text)?.[1] : undefined;
    if (this.#auto) this.#line.mark(address(text));
    else if (box === undefined) this.#line.text(text);
    else {
      this.#line.mark(box === " " ? "☐" : "☑");
      this.#line.text(text.slice(3));
    }
    this.#auto = false;
  }

  #each(text: string, write: (line: string) => void): void {
    for (const [place, line] of text.split("\n").entries()) {
      if (place) this.#break();
      write(line);
    }
  }

  #beside(text: string, title: string): void {
    const named = title ? `${text} "${title}"` : text;
    this.#each(` (${named})`, (line) => this.#line.text(line));
  }

  #link(to: string, title: string, info: string): void {
    const host = destination(to);
    if (info === "auto") {
      this.#auto = leads(to) && to.slice(0, 4).toLowerCase() === "http";
      this.#line.text(host === null ? "<" : "");
      this.#links.push({ kind: "auto", end: host === null ? ">" : "" });
    } else if (host === null || !leads(to)) {
      const what = host === null ? "not a link" : "link";
      this.#links.push({ kind: "words", to: `${what}: ${to}`, title });
    } else {
      this.#line.mark("[");
      this.#links.push({ kind: "link", to, title });
    }
  }

  #close(open: Open | undefined): void {
    if (open?.kind === "link") {
      this.#line.mark(`](<${open.to}>)`);
      this.#beside(destination(open.to) ?? "", open.title);
    } else if (open?.kind === "words") this.#beside(open.to, open.title);
    else if (open) this.#line.text(open.end);
  }

  #emphasis(place: number, token: Token, partner: number): void {
    const mark = MARKS[kindOf(token)] ?? "";
    if (token.nesting > 0 && this.#opens(place) && this.#closes(partner)) {
      this.#closers.add(partner);
      this.#line.mark(mark);
    } else if (this.#closers.has(place)) {
      this.#line.mark(mark);
      this.#closed = place;
    } else this.#line.text(token.markup);
  }

  /** Whether every renderer takes a mark at this place for a beginning. */
  #opens(place: number): boolean {
    const [before, after] = [this.#line.last, this.#sign(place, 1)];
    if (isBlank(before)) return !isBlank(after);
    return isLetter(after) && !isLetter(before) && this.#closed !== place - 1;
  }

  /** Whether every renderer takes a mark at this place for an end. */
  #closes(place: number): boolean {
    const [before, after] = [this.#sign(place, -1), this.#sign(place, 1)];
    if (isLetter(before)) return true;
    return !isBlank(before) && (isBlank(after) || CLOSING_SIGNS.includes(after));
  }

  /** The sign before or after a mark, beyond the marks beside it; none at a line's end. */
  #sign(from: number, step: 1 | -1): string {
    for (let place = from + step; ; place += step) {
      const token = this.#tokens[place];
      if (!token || token.type === "break") return "";
      if (token.type === "text") return step > 0 ? firstOf(token.content) : lastOf(token.content);
      if (!isMark(token)) return "`"; // code, a link or an image: a sign that is no letter
    }
  }
}

function kindOf({ type }: Token): string {
  return type.slice(0, Math.max(0, type.lastIndexOf("_")));
}

function isMark(token: Token): boolean {
  return kindOf(token) in MARKS;
}

/** Where the emphasis ends that begins at a place. */
function matched(tokens: readonly Token[]): Map<number, number> {
  const ends = new Map<number, number>();
  const waiting: number[] = [];
  for (const [place, token] of tokens.entries()) {
    if (!isMark(token)) continue;
    if (token.nesting > 0) waiting.push(place);
    else ends.set(waiting.pop() ?? -1, place);
  }
  return ends;
}

function isLetter(sign: string): boolean {
  return /^[\p{L}\p{N}]/u.test(sign);
}

function isBlank(sign: string): boolean {
  return sign === "" || /^\s/.test(sign);
}

// --- blocks --------------------------------------------------------------------------------------

/** A quote, a list, an item, a heading or a table that is not at its end yet. */
class Container {
  blocks: string[] = [];
  items: [Token, string][] = [];
  rows: string[][] = [];
  aligned: string[] = [];
  token: Token | null;

  constructor(token: Token | null) {
    this.token = token;
  }

  put(block: string): void {
    if (block) this.blocks.push(block);
  }

  written(): string {
    return this.blocks.join("\n\n");
  }
}

const CONTAINERS = new Set(["blockquote", "bullet_list", "ordered_list", "list_item"]);

/** The blocks of tokens, with an empty line between two. Throws `TooMuch`. */
export function writing(tokens: readonly Token[]): string {
  const made = new Writing();
  for (const token of tokens) made.token(token);
  return made.root.written();
}

class Writing {
  readonly root = new Container(null);
  #open: Container[] = [this.root];
  /** Whether the next words begin an item. */
  #task = false;

  get #around(): Container {
    return this.#open.at(-1) as Container;
  }

  token(token: Token): void {
    if (token.nesting > 0) this.#begin(token);
    else if (token.nesting < 0) this.#end(token);
    else this.#block(token);
  }

  #begin(token: Token): void {
    const kind = kindOf(token);
    if (CONTAINERS.has(kind)) {
      this.#open.push(new Container(token));
      if (this.#open.length > DEEPEST + 1) throw new TooMuch();
      this.#task = kind === "list_item";
    } else if (kind === "table" || kind === "heading") this.#open.push(new Container(token));
    else if (kind === "tr") this.#around.rows.push([]);
    else if (kind === "cell" && token.tag === "th") this.#around.aligned.push(token.info);
  }

  #end(token: Token): void {
    const kind = kindOf(token);
    if (!CONTAINERS.has(kind) && kind !== "table" && kind !== "heading") return;
    const done = this.#open.pop() as Container;
    this.#task = false;
    switch (kind) {
      case "blockquote":
        this.#around.put(quoted(done.written()));
        break;
      case "list_item":
        this.#around.items.push([done.token as Token, done.written()]);
        break;
      case "table":
        this.#around.put(table(done.rows, done.aligned));
        break;
      case "heading":
        this.#around.put(done.blocks.length > 0 ? `**${done.written()}**` : "");
        break;
      default:
        this.#around.put(list(done.items));
    }
  }

  #block(token: Token): void {
    switch (token.type) {
      case "inline":
        this.#inline(token, token.info === "cell");
        break;
      case "hr":
        this.#around.put("___");
        break;
      case "fence":
      case "code_block":
        this.#around.put(words(token.info));
        this.#around.put(fenced(token.content.replace(/\n$/, "")));
        break;
      default: // a display of TeX
        this.#around.put(fenced(token.content));
    }
    this.#task = false;
  }

  #inline({ children }: Token, cell: boolean): void {
    const lines = new Inline(children ?? [], cell).lines(this.#task);
    if (cell) this.#around.rows.at(-1)?.push(lines.map(stripped).join("<br>"));
    else this.#around.put(paragraph(lines));
  }
}

/** Lines of markup as a paragraph in which each is a line. */
function paragraph(lines: readonly string[]): string {
  return lines.map(begun).filter(Boolean).join("\\\n");
}

/** A list. Renderers count for themselves: numbers that they would change are words. */
function list(items: readonly [Token, string][]): string {
  const numbers = items.map(([{ info }]) => info);
  const start = Number(numbers[0]);
  if (!numbers[0]) return joined(items.map(([{ markup }, text]) => item(markup, text)));
  if (numbers.every((number, place) => number === String(start + place))) {
    return joined(items.map(([{ info, markup }, text]) => item(`${info}${markup}`, text)));
  }
  return joined(
    items.map(([{ info, markup }, text]) => {
      const number = `${info}\\${markup}`;
      return item("-", text ? `${number}\n\n${text}` : number);
    }),
  );
}

/**
 * A table whose rows have as many cells as its head, or its rows as lines: renderers leave out cells
 * beyond the head, and fill the others up.
 */
function table(rows: readonly string[][], aligned: readonly string[]): string {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const cells = rows.reduce((sum, row) => sum + row.length, 0);
  if (width * rows.length > WIDEST * cells + 100) {
    return paragraph(rows.map((row) => row.join(" \\| ")));
  }
  const [first = [], ...others] = rows;
  const head = [...first, ...Array(width - first.length).fill("")];
  const aligns = aligned.map((one) => ALIGNED[one] ?? "---");
  const divider = [...aligns, ...Array(width - aligns.length).fill("---")];
  return [head, divider, ...others].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
