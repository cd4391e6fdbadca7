import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { CopyButton } from "./CopyButton.tsx";
import { asCitation, asJson, asMarkdown } from "./copying.ts";
import type { Finder } from "./EntryLink.tsx";
import type { Entry, Labels } from "./wire.gen.ts";

interface Around {
  flow: string | null;
  server: string | null;
  labels: Labels | null;
  find: Finder | null;
}

/** Which flow was run where, as a citation says it, and what else an entry's words depend on. */
export const Cited = createContext<Around>({ flow: null, server: null, labels: null, find: null });

/** Ways to take an entry along. */
export function CopyMenu({ entry }: { entry: Entry }) {
  const cited = useContext(Cited);
  return (
    <details class="copy">
      <summary aria-label={`Copy entry ${entry.id}`}>Copy</summary>
      <span class="buttons">
        <CopyButton label="as markdown" words={() => asMarkdown(entry, cited.labels, cited.find)} />
        <CopyButton label="as JSON" words={() => asJson(entry)} />
        <CopyButton label="as a citation" words={() => asCitation(entry, cited)} />
      </span>
    </details>
  );
}
