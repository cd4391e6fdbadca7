import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Finder } from "../state/finder.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import type { Card, Entry, Labels } from "../wire.gen.ts";
import { asCitation, asJson, recordBefore, titled } from "./entryFormats.ts";
import { asMarkdown } from "./entryMarkdown.ts";

interface Around {
  flow: string | null;
  server: string | null;
  labels: Labels | null;
  find: Finder | null;
  /** Asks what the run is known by. */
  askCard: (() => Promise<Card>) | null;
}

/** Which flow was run where, as a citation says it, and what else an entry's words depend on. */
export const Cited = createContext<Around>({
  ...{ flow: null, server: null, labels: null, find: null, askCard: null },
});

/** Ways to take an entry along. */
export function CopyMenu({ entry }: { entry: Entry }) {
  const { flow, server, labels, find, askCard } = useContext(Cited);
  const [open, setOpen] = useState(false);
  const [card, setCard] = useState<Card | null>(null);

  // Asked for once it may be wanted, so that it is there when the button is pressed.
  useEffect(() => {
    if (!open || !askCard) return;
    let latest = true;
    askCard().then((next) => latest && setCard(next));
    return () => {
      latest = false;
    };
  }, [open, askCard]);

  const fact = (name: string) => card?.facts.find((one) => one.name === name)?.value ?? "";
  const cite = () => {
    const record = recordBefore(find, entry);
    return asCitation(entry, {
      flow,
      server,
      record: record ? titled(record) : "",
      software: fact("Client"),
      // A hash of an older version is followed by what it does not cover.
      digest: fact("Transcript").split(" ", 1)[0] ?? "",
    });
  };
  return (
    <details class="copy" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={`Copy entry ${entry.id}`}>Copy</summary>
      <span class="buttons">
        <CopyButton label="as markdown" words={() => asMarkdown(entry, labels)} />
        <CopyButton label="as JSON" words={() => asJson(entry)} />
        <CopyButton label="as a citation" words={cite} />
      </span>
    </details>
  );
}
