// Finding words in what is drawn, and marking them without touching it: CSS custom highlights.

import { foldedWithPlaces } from "../text/folding.ts";
import { gapOf } from "../text/tree.ts";

/** Where `query`, which is folded, stands in an element: a range for each match, in order. */
export function ranges(element: Element, query: string): Range[] {
  return [...element.querySelectorAll("[data-said]")]
    .filter((said) => !said.closest("[data-repeated]"))
    .flatMap((said) => rangesIn(said, query));
}

/** The letters of an element as `textOf` has those of its tree, each with its node. */
export class Letters {
  text = "";
  #parts: { node: Text; begin: number }[] = [];

  constructor(element: Node) {
    this.#collect(element);
  }

  #collect(node: Node): void {
    if (node instanceof Text) {
      this.#parts.push({ node, begin: this.text.length });
      this.text += node.data;
      return;
    }
    const gap = node instanceof Element ? gapOf(node.tagName.toLowerCase()) : "";
    this.text += gap;
    for (const child of node.childNodes) this.#collect(child);
    this.text += gap;
  }

  /** The node of a letter, and its place in it. */
  at(place: number): { node: Text; offset: number } | undefined {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#parts[middle]?.begin ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    const part = this.#parts[low - 1];
    return part && { node: part.node, offset: Math.min(place - part.begin, part.node.length) };
  }
}

function rangesIn(element: Element, query: string): Range[] {
  const letters = new Letters(element);
  const { words, begins, ends } = foldedWithPlaces(letters.text);
  const found: Range[] = [];
  for (let at = words.indexOf(query); at >= 0; at = words.indexOf(query, at + query.length)) {
    const first = letters.at(begins[at] ?? 0);
    const last = letters.at((ends[at + query.length - 1] ?? 1) - 1);
    if (!first || !last) continue;
    const range = document.createRange();
    range.setStart(first.node, first.offset);
    range.setEnd(last.node, Math.min(last.offset + 1, last.node.length));
    found.push(range);
  }
  return found;
}

/** One highlight a name for the page; every conversation on it adds its own ranges. */
function highlight(name: string): Highlight | undefined {
  // Older browsers have none, and jsdom has no CSS at all: the words are found, only not marked.
  if (typeof Highlight === "undefined") return undefined;
  const known = CSS.highlights.get(name) ?? new Highlight();
  CSS.highlights.set(name, known);
  return known;
}

/** Mark these ranges, the current one apart; gives what takes the marks away. */
export function mark(found: readonly Range[], current: Range | undefined): () => void {
  const all = highlight("buttermilk-found");
  const one = highlight("buttermilk-current");
  if (one) one.priority = 1;
  for (const range of found) all?.add(range);
  if (current) one?.add(current);
  return () => {
    for (const range of found) all?.delete(range);
    if (current) one?.delete(current);
  };
}
