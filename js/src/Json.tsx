// Any JSON as a folding tree. A branch is drawn only once it is opened.

import { useContext, useMemo, useState } from "preact/hooks";
import { SoughtWords } from "./SoughtWords.ts";
import { plain } from "./search.ts";

/** Branches of at most this many items start open, at the top. */
const SMALL = 8;

export function Json({
  value,
  name,
  top = true,
}: {
  value: unknown;
  name?: string;
  top?: boolean;
}) {
  const items = branches(value);
  const [turned, setOpen] = useState(top && items !== null && items.length <= SMALL);
  const sought = useContext(SoughtWords);
  const holds = useMemo(
    () => sought !== "" && items !== null && plain(JSON.stringify(value)).includes(sought),
    [sought, value],
  );
  const open = turned || holds;
  const label = name === undefined ? null : <span class="key">{name}: </span>;
  if (items === null) {
    return (
      <div class="leaf">
        {label}
        <span dir="auto">{leaf(value)}</span>
      </div>
    );
  }
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        {Array.isArray(value) ? `list of ${items.length}` : `object of ${items.length}`}
      </summary>
      {open && items.map(([key, item]) => <Json key={key} name={key} value={item} top={false} />)}
    </details>
  );
}

function branches(value: unknown): [string, unknown][] | null {
  if (typeof value !== "object" || value === null) return null;
  return Object.entries(value);
}

function leaf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
