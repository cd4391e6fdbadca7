// The rules by which what is in a block is read, where they are not markdown-it's own. They are those
// of buttermilk_widget/text/inline_rules.py; markdown.py says what each is for.

import type StateInline from "markdown-it/lib/rules_inline/state_inline.mjs";
import { addressEnd, destination } from "./addresses.ts";
import { BEGINNING, type Work } from "./budget.ts";

type Inline = (state: StateInline, silent: boolean) => boolean;

function work(state: StateInline): Work {
  return state.env.work;
}

export const bounded: Inline = (state) => {
  work(state).step();
  return false;
};

export const newline: Inline = (state, silent) => {
  if (state.src[state.pos] !== "\n") return false;
  if (!silent) state.push("break", "br", 0);
  state.pos += 1;
  return true;
};

/** A backslash before a sign: the sign is no markup, and both are shown. */
export const backslash: Inline = (state, silent) => {
  if (state.src[state.pos] !== "\\") return false;
  const end = state.pos + 2;
  if (end > state.posMax || !/[!-/:-@[-`{-~]/.test(state.src[state.pos + 1] as string))
    return false;
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
};

/** Characters of a formula in a line, at most. */
const TEX = 1000;

/** TeX in a line, by the rules of pandoc, under which dollars may be prices. */
export const math: Inline = (state, silent) => {
  const text = state.src.slice(state.pos, Math.min(state.posMax, state.pos + TEX));
  const length = mathLength(text);
  if (length === 0) return false;
  if (!silent) state.push("math", "", 0).content = text.slice(0, length);
  state.pos += length;
  return true;
};

const CLOSING: Record<string, string> = { "\\(": "\\)", "\\[": "\\]", $$: "$$" };

function mathLength(text: string): number {
  const closing = CLOSING[text.slice(0, 2)];
  if (closing) {
    const end = text.indexOf(closing, 2);
    return end > 2 ? end + 2 : 0;
  }
  if (text[0] !== "$" || text.length < 2 || /\s/.test(text[1] as string)) return 0;
  const end = text.indexOf("$", 1);
  if (end < 0 || /[ \t\n\\]/.test(text[end - 1] as string)) return 0;
  if (text.slice(0, end).includes("\n") || /[0-9]/.test(text[end + 1] ?? "")) return 0;
  return end + 1;
}

/** Where the last run of each length of backticks begins; markdown-it's own field for that. */
type Ticks = StateInline & { backticks: Record<number, number>; backticksScanned: boolean };

/** Code in a line, with its line breaks. */
export const code: Inline = (state, silent) => {
  const { src: text, pos: start } = state;
  if (text[start] !== "`") return false;
  const ticks = state as Ticks;
  if (!ticks.backticksScanned) {
    for (const run of text.matchAll(/`+/g)) ticks.backticks[run[0].length] = run.index;
    ticks.backticksScanned = true;
  }
  const end = runEnd(text, start);
  state.pos = end;
  if ((ticks.backticks[end - start] ?? -1) > start) {
    let closing = text.indexOf("`", end);
    while (runEnd(text, closing) - closing !== end - start) {
      closing = text.indexOf("`", runEnd(text, closing));
    }
    state.pos = runEnd(text, closing);
    if (!silent) {
      const inner = text.slice(end, closing);
      const padded = inner.startsWith(" ") && inner.endsWith(" ") && /[^ ]/.test(inner);
      state.push("code_inline", "code", 0).content = padded ? inner.slice(1, -1) : inner;
    }
  } else if (!silent) state.pending += text.slice(start, end);
  return true;
};

/** Where a run of one and the same sign ends. */
function runEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] === text[start]) end++;
  return end;
}

const WIDE =
  /^[\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uffee\u{1b000}-\u{1b2ff}\u{20000}-\u{3ffff}]/u;

/** A blank, punctuation, a sign of CJK (its punctuation, too), or a letter of another script. */
function kind(sign: string): " " | "w" | "." | "a" {
  if (sign === "" || /^\s/.test(sign)) return " ";
  if (WIDE.test(sign)) return "w";
  return /^[\p{P}\p{S}]/u.test(sign) ? "." : "a";
}

/** The letter that ends before a place; one beyond U+FFFF takes two. */
function before(text: string, place: number): string {
  const two = text.slice(Math.max(0, place - 2), place);
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(two) ? two : two.slice(-1);
}

/**
 * Whether a run of marks can open and close, and how long it is. By CommonMark's rule, with its
 * amendment for CJK: such a letter or sign counts as a letter next to the marks, and as a blank on
 * the other side of punctuation.
 */
function delimiters(state: StateInline, inside: boolean) {
  const { src: text, pos: start, posMax } = state;
  let end = start;
  while (end < posMax && text[end] === text[start]) end++;
  const last = kind(before(text, start));
  const next = kind(text.slice(end, Math.min(posMax, end + 2)));
  const left = next !== " " && (next !== "." || last !== "a");
  const right = last !== " " && (last !== "." || next !== "a");
  return {
    opens: left && (inside || !right || last === "."),
    closes: right && (inside || !left || next === "."),
    length: end - start,
  };
}

export const emphasis: Inline = (state, silent) => {
  const mark = state.src[state.pos] as string;
  if (silent || !"*_".includes(mark)) return false;
  const { opens, closes, length } = delimiters(state, mark === "*");
  work(state).step(length);
  for (let count = 0; count < length; count++) delimiter(state, mark, length, opens, closes);
  state.pos += length;
  return true;
};

/** Two tildes strike; one, or more than two, are tildes. */
export const strike: Inline = (state, silent) => {
  const mark = state.src[state.pos] as string;
  if (silent || mark !== "~") return false;
  const { opens, closes, length } = delimiters(state, true);
  if (length === 2) delimiter(state, "~~", 0, opens, closes);
  else state.pending += mark.repeat(length);
  state.pos += length;
  return true;
};

function delimiter(
  state: StateInline,
  mark: string,
  length: number,
  open: boolean,
  close: boolean,
): void {
  state.push("text", "", 0).content = mark;
  const token = state.tokens.length - 1;
  state.delimiters.push({ marker: mark.charCodeAt(0), length, token, end: -1, open, close });
}

/** `<br>` in the cell of a table, which has no other way to break a line. */
export const lineBreak: Inline = (state, silent) => {
  if (!work(state).cell || state.src[state.pos] !== "<") return false;
  const found = /^<br[ \t]*\/?>/i.exec(state.src.slice(state.pos));
  if (!found) return false;
  if (!silent) state.push("break", "br", 0);
  state.pos += found[0].length;
  return true;
};

/** An address on the web that stands in the text as it is. */
export const address: Inline = (state, silent) => {
  const { src: text, pos } = state;
  if (silent || linkLevel(state) || text.slice(pos, pos + 3) !== "://") return false;
  const scheme = /(?:^|[^A-Za-z0-9])(https?)$/i.exec(text.slice(Math.max(0, pos - 6), pos))?.[1];
  if (!scheme || !state.pending.endsWith(scheme)) return false;
  const end = addressEnd(text, pos + 3);
  const written = text.slice(pos - scheme.length, Math.min(end, state.posMax));
  if (end <= pos + 3 || destination(written) === null) return false;
  state.pending = state.pending.slice(0, -scheme.length);
  const opening = state.push("link_open", "a", 1);
  opening.attrs = [["href", written]];
  opening.info = "auto";
  state.push("text", "", 0).content = written;
  state.push("link_close", "a", -1);
  state.pos = pos - scheme.length + written.length;
  return true;
};

function linkLevel(state: StateInline): number {
  return (state as StateInline & { linkLevel: number }).linkLevel;
}

/** markdown-it's rule, for what costs most of all. */
export function linkBy(library: Inline): Inline {
  return (state, silent) => {
    if (state.src[state.pos] !== "[") return false;
    work(state).step(BEGINNING);
    return library(state, silent);
  };
}

/** `![name](address "title")`, which is named and never fetched. */
export const image: Inline = (state, silent) => {
  if (!state.src.startsWith("![", state.pos)) return false;
  work(state).step(BEGINNING);
  const closing = labelEnd(state, state.pos + 1);
  const inner = closing < 0 ? null : target(state, closing + 1);
  if (!inner) return false;
  if (!silent) {
    const token = state.push("image", "", 0);
    token.content = state.src.slice(state.pos + 2, closing);
    token.attrs = [
      ["src", inner.address],
      ["title", inner.title],
    ];
  }
  state.pos = inner.end;
  return true;
};

/** What stands in the brackets behind a name: address and title, and where they end. */
function target(state: StateInline, start: number) {
  const { src: text, posMax: limit } = state;
  const { parseLinkDestination, parseLinkTitle } = state.md.helpers;
  if (start >= limit || text[start] !== "(") return null;
  const begin = pastBlanks(text, start + 1, limit);
  const found = parseLinkDestination(text, begin, limit);
  const place = found.ok ? found.pos : begin;
  let pos = pastBlanks(text, place, limit);
  const named = parseLinkTitle(text, pos, limit);
  let title = "";
  if (named.ok && pos > place) {
    title = named.str;
    pos = pastBlanks(text, named.pos, limit);
  }
  if (pos >= limit || text[pos] !== ")") return null;
  return { address: found.ok ? found.str : "", title, end: pos + 1 };
}

function pastBlanks(text: string, start: number, limit: number): number {
  let pos = start;
  while (pos < limit && " \t\n".includes(text[pos] as string)) pos++;
  return pos;
}

/** Where the words of a link or of an image end that begin at `start`; -1, if they do not. */
export function labelEnd(state: StateInline, start: number, disableNested = false): number {
  const pos = state.pos;
  let depth = 1;
  let end = -1;
  state.pos = start + 1;
  while (state.pos < state.posMax) {
    work(state).step();
    const sign = state.src[state.pos];
    const here = state.pos;
    if (sign === "]") {
      depth -= 1;
      if (depth === 0) {
        end = here;
        break;
      }
    }
    state.md.inline.skipToken(state);
    if (sign === "[") {
      if (state.pos === here + 1) depth += 1;
      else if (disableNested) break;
    }
  }
  state.pos = pos;
  return end;
}
