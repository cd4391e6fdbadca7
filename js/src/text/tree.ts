// What is drawn of a text, before it is in a page: elements and words, and nothing that is live.

export interface Element {
  tag: string;
  attrs?: Record<string, string>;
  children: Node[];
}

export type Node = string | Element;

export function element(tag: string, attrs: Record<string, string>, ...children: Node[]): Element {
  return { tag, attrs, children };
}

/** What is there for whoever wants it, under its name. */
export function fold(label: string, children: Node[]): Element {
  return element("details", {}, element("summary", {}, label), ...children);
}

/** How many elements there are in one. */
export function size(node: Node): number {
  if (typeof node === "string") return 0;
  return node.children.reduce((sum, child) => sum + size(child), 1);
}

/** Elements whose words stand apart from those before and after them. */
const APART = new Set(
  "p li td th pre div summary details blockquote table tr ul ol hr caption".split(" "),
);

/** Between what stands apart, so that no match goes from one to the next; nobody can type it. */
export const GAP = "\0";

/** What stands between the words of an element and those around it, as a reader sees them. */
export function gapOf(tag: string): string {
  if (tag === "br") return "\n";
  return APART.has(tag) ? GAP : "";
}

/** The words that are read, with what stands between them. */
export function textOf(nodes: readonly Node[]): string {
  const words: string[] = [];
  const collect = (node: Node) => {
    if (typeof node === "string") {
      words.push(node);
      return;
    }
    const gap = gapOf(node.tag);
    words.push(gap);
    node.children.forEach(collect);
    words.push(gap);
  };
  nodes.forEach(collect);
  return words.join("");
}
