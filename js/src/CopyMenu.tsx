import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { CopyButton } from "./CopyButton.tsx";
import { asCitation, asJson, asMarkdown } from "./copying.ts";
import type { Entry } from "./wire.gen.ts";

/** Which flow was run where, as a citation says it. */
export const Cited = createContext<{ flow: string | null; server: string | null }>({
  flow: null,
  server: null,
});

/** Ways to take an entry along. */
export function CopyMenu({ entry }: { entry: Entry }) {
  const cited = useContext(Cited);
  return (
    <details class="copy">
      <summary aria-label={`Copy entry ${entry.id}`}>Copy</summary>
      <span class="buttons">
        <CopyButton label="as markdown" words={() => asMarkdown(entry)} />
        <CopyButton label="as JSON" words={() => asJson(entry)} />
        <CopyButton label="as a citation" words={() => asCitation(entry, cited)} />
      </span>
    </details>
  );
}
