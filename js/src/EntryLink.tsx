// From one entry to another.

import type { Entry } from "./wire.gen.ts";

/** Finds other entries: by number, or by the server's id for a result. */
export interface Finder {
  entry(id: number): Entry | undefined;
  result(messageId: string): Entry | undefined;
}

/** A link inside the conversation; the list that it stands in goes there. */
export function EntryLink({ entry, name }: { entry: Entry; name: string }) {
  return <a href={`#entry-${entry.id}`}>{`${name} #${entry.id}`}</a>;
}
