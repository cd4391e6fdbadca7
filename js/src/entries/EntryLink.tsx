// From one entry to another.

import { label } from "../text/letters.ts";
import { Label } from "../ui/Label.tsx";
import type { Entry } from "../wire.gen.ts";

interface Props {
  entry: Entry;
  name: string;
  /** Whether the name is what was said here, and so is found here. */
  said?: boolean;
}

/** A link inside the conversation; the list goes there, and not the page. */
export function EntryLink({ entry, name, said = false }: Props) {
  return (
    <a href={`#entry-${entry.id}`}>
      {name && (said ? <Label words={name} /> : <bdi>{label(name)}</bdi>)}
      {name && " "}#{entry.id}
    </a>
  );
}

/** The number of the entry to which the link leads that was pressed; 0, if it was none. */
export function linkedEntry({ target }: Event): number {
  const link = (target as Element).closest("a[href^='#entry-']");
  return Number(link?.getAttribute("href")?.slice("#entry-".length) ?? 0);
}
