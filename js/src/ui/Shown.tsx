// A field of an entry on the page, in its own form (presentation.py).

import { type ComponentChild, type ComponentChildren, h } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { type Around, type Field, shown } from "../text/fieldHtml.ts";
import { folded } from "../text/folding.ts";
import { type Element, type Node, size, textOf } from "../text/tree.ts";
import { SearchContext } from "./SearchContext.ts";

/** Elements in a fold, above which it is drawn only once it is opened. */
const MANY = 200;

interface Props extends Around {
  field: Field;
  value: string | null;
}

/** What a field says, or nothing if it is not there. */
export function Shown({ field, value, mime = null, name = "" }: Props) {
  const nodes = useMemo(
    () => (value === null ? [] : shown(field, value, { mime, name })),
    [field, value, mime, name],
  );
  return <Drawn nodes={nodes} />;
}

/** Blocks of a tree; each is searched by itself. */
export function Drawn({ nodes }: { nodes: readonly Node[] }) {
  return <>{useMemo(() => nodes.map((node) => drawn(node, { "data-said": "" })), [nodes])}</>;
}

/** An element of a tree as one of the page, which nothing that is written in it can bring to life. */
function drawn(node: Node, more: Record<string, string> = {}): ComponentChild {
  if (typeof node === "string") return node;
  const { tag, attrs = {}, children } = node;
  if (tag === "a") return <OutwardLink {...attrs}>{children.map((one) => drawn(one))}</OutwardLink>;
  if (tag === "details" && size(node) > MANY) return <BigFold node={node} more={more} />;
  const { open, ...others } = attrs;
  const props = open === undefined ? others : { ...others, open: true };
  return h(tag, { ...props, ...more }, ...children.map((one) => drawn(one)));
}

interface Link {
  href?: string;
  title?: string;
  children: ComponentChildren;
}

/**
 * A link out of the notebook is a button with its address in `data-href`, which `ExternalLinkDialog` asks about:
 * for an anchor's `href` a browser may look the host up before anyone has pressed it, and that too
 * tells the host.
 */
export function OutwardLink({ href, title, children }: Link) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: an anchor would have its host looked up
    <button type="button" role="link" data-href={href} title={title}>
      {children}
    </button>
  );
}

/** A fold with much in it. */
function BigFold({ node, more }: { node: Element; more: Record<string, string> }) {
  const { attrs = {}, children } = node;
  const [open, setOpen] = useState("open" in attrs);
  const { query } = useContext(SearchContext);
  const holds = useMemo(
    () => query !== "" && folded(textOf([node])).includes(query),
    [query, node],
  );
  const [summary, ...rest] = children;
  return (
    <details open={open} {...more} onToggle={(event) => setOpen(event.currentTarget.open || open)}>
      {summary !== undefined && drawn(summary)}
      {(open || holds) && rest.map((one) => drawn(one))}
    </details>
  );
}
