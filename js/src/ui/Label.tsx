import { label } from "../text/letters.ts";

/** A name of theirs on one line, as a name is searched. */
export function Label({ words }: { words: string }) {
  return <bdi data-said="">{label(words)}</bdi>;
}
