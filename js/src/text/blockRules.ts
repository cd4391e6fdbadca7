// The rules by which agents' Markdown is read as blocks, where they are not markdown-it's own. They are
// those of buttermilk_widget/text/block_rules.py; markdown.py says what each is for.

import type StateBlock from "markdown-it/lib/rules_block/state_block.mjs";
import { BEGINNING, TooMuch, type Work } from "./budget.ts";

/** Levels of quotes and lists (a list is two), above which a text is shown as it came. */
export const DEEPEST = 50;

type Block = (state: StateBlock, start: number, end: number, silent: boolean) => boolean;

function work(state: StateBlock): Work {
  return state.env.work;
}

/** Count the block; deeper than anybody writes is too much. */
export const boundedBlock: Block = (state) => {
  work(state).step(BEGINNING);
  if (state.level > DEEPEST) throw new TooMuch();
  return false;
};

function lineOf(state: StateBlock, number: number): string {
  return state.src.slice(at(state.bMarks, number) + at(state.tShift, number), state.eMarks[number]);
}

function at(marks: readonly number[], number: number): number {
  return marks[number] as number;
}

function isCode(state: StateBlock, number: number): boolean {
  return at(state.sCount, number) - state.blkIndent >= 4;
}

const ENVIRONMENT = /^\\begin\{([A-Za-z]{1,20}\*?)\}/;

/** Lines of TeX, from one that opens a display to the one that ends with its end. */
export const mathBlock: Block = (state, start, end, silent) => {
  if (isCode(state, start)) return false;
  const ending = displayEnd(lineOf(state, start));
  if (!ending) return false;
  for (let number = start + 1; number < end; number++) {
    work(state).step();
    const line = lineOf(state, number);
    if (!line || at(state.sCount, number) < state.blkIndent) return false;
    if (!line.replace(/(?<![ \t])[ \t]+$/, "").endsWith(ending)) continue;
    if (!silent) {
      state.line = number + 1;
      const token = state.push("math_block", "", 0);
      token.content = state.getLines(start, number + 1, state.blkIndent, false);
    }
    return true;
  }
  return false;
};

/** How the display ends that a line opens; "", if it opens none, or ends it. */
function displayEnd(line: string): string {
  let ending = "";
  if (line.startsWith("$$")) ending = "$$";
  else if (line.startsWith("\\[")) ending = "\\]";
  else {
    const name = ENVIRONMENT.exec(line)?.[1];
    if (name) ending = `\\end{${name}}`;
  }
  return line.slice(2).includes(ending) ? "" : ending;
}

/** markdown-it's rule for headings; blanks of other scripts are around them, and not in them. */
export function headingBy(library: Block): Block {
  return (state, start, end, silent) => {
    if (!library(state, start, end, silent)) return false;
    const words = silent ? undefined : state.tokens.at(-2);
    if (words) words.content = words.content.trim();
    return true;
  };
}

/** The cells of a row; its first and last bar are around it. */
function cellsOf(line: string): string[] {
  const cells = trim(line)
    .split(/(?<!\\)\|/)
    .map(trim);
  if (cells.length > 1 && !cells[0]) cells.shift();
  if (cells.length > 1 && !cells.at(-1)) cells.pop();
  return cells;
}

function trim(text: string): string {
  return text.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");
}

/** How the columns are aligned, if the line is the one below a table's head. */
function alignedOf(line: string): string[] | null {
  if (!line || /[^|:\- \t]/.test(line) || /^-[ \t]/.test(line)) return null;
  const dividers = cellsOf(line);
  if (!dividers.every((one) => /^:?-+:?$/.test(one))) return null;
  return dividers.map((one) => {
    if (one.endsWith(":")) return one.startsWith(":") ? "center" : "right";
    return one.startsWith(":") ? "left" : "";
  });
}

/** A table of GFM; rows are not filled up to the head's width, and may be wider. */
export const table: Block = (state, start, end, silent) => {
  if (start + 2 > end || at(state.sCount, start + 1) < state.blkIndent) return false;
  const head = lineOf(state, start);
  if (!head.includes("|") || isCode(state, start) || isCode(state, start + 1)) return false;
  const aligned = alignedOf(lineOf(state, start + 1));
  const cells = cellsOf(head);
  if (aligned?.length !== cells.length) return false;
  if (silent) return true;
  const before = state.parentType;
  state.parentType = "table" as typeof before;
  const endings = state.md.block.ruler.getRules("blockquote");
  state.push("table_open", "table", 1);
  state.push("thead_open", "thead", 1);
  row(state, "th", cells, aligned);
  state.push("thead_close", "thead", -1);
  let number = start + 2;
  for (; number < end && at(state.sCount, number) >= state.blkIndent; number++) {
    const line = lineOf(state, number);
    if (!line || isCode(state, number)) break;
    if (endings.some((rule) => rule(state, number, end, true))) break;
    if (number === start + 2) state.push("tbody_open", "tbody", 1);
    row(state, "td", cellsOf(line), aligned);
  }
  if (number > start + 2) state.push("tbody_close", "tbody", -1);
  state.push("table_close", "table", -1);
  state.parentType = before;
  state.line = number;
  return true;
};

function row(state: StateBlock, tag: string, cells: string[], aligned: string[]): void {
  state.push("tr_open", "tr", 1);
  work(state).step(4 + 2 * cells.length);
  cells.forEach((cell, place) => {
    state.push("cell_open", tag, 1).info = aligned[place] ?? "";
    const token = state.push("inline", "", 0);
    token.content = cell;
    token.info = "cell";
    state.push("cell_close", tag, -1);
  });
  state.push("tr_close", "tr", -1);
}
