// Finding words in what is drawn, and marking them without touching it: CSS custom highlights.

import { plain } from "./search.ts";

/** Our own words, which are not searched. */
const OWN = ".mark, .quiet, .copy, button, time, .number";

/** Where `query`, which is plain, stands in an element: a range for each match, in order. */
export function ranges(element: Element, query: string): Range[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let text = "";
  const places: { node: Node; at: number }[] = [];
  let block: Element | null = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest(OWN)) continue;
    const inside = parent.closest("p, li, td, th, pre, div, summary");
    // What stands in two blocks is apart, though nothing is between them in the text.
    if (inside !== block) add(" ", node, 0);
    block = inside;
    const letters = node.textContent ?? "";
    for (let at = 0; at < letters.length; at++) add(letters[at] as string, node, at);
  }

  function add(letter: string, node: Node, at: number): void {
    const said = letter >= "a" && letter <= "z" ? letter : plain(letter);
    if (said === "" || (said === " " && text.endsWith(" "))) return;
    for (const one of said) {
      text += one;
      places.push({ node, at });
    }
  }

  const found: Range[] = [];
  for (let at = text.indexOf(query); at >= 0; at = text.indexOf(query, at + query.length)) {
    const first = places[at];
    const last = places[at + query.length - 1];
    if (!first || !last) break;
    const range = document.createRange();
    range.setStart(first.node, first.at);
    range.setEnd(last.node, last.at + 1);
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
