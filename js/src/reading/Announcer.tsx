import { useEffect, useRef, useState } from "preact/hooks";
import { KIND_LABELS, who } from "../entries/kindLabels.ts";
import type { Entry } from "../wire.gen.ts";

/** More than this many at once are counted, not read out. */
const FEW = 3;

/**
 * Says new entries to a screen reader, politely. The log that it stands in cannot: what comes into
 * sight as it is scrolled would be said as if it were new.
 */
export function Announcer({ entries }: { entries: readonly Entry[] }) {
  const told = useRef(entries.length);
  const [lines, setLines] = useState<string[]>([]);
  useEffect(() => {
    const news = entries.slice(told.current);
    told.current = entries.length;
    if (news.length > FEW) setLines([`${news.length} new entries.`]);
    else if (news.length > 0) setLines(news.map(line));
  }, [entries]);
  return (
    <div class="unseen" aria-live="polite">
      {lines.map((words) => (
        <p key={words}>{words}</p>
      ))}
    </div>
  );
}

function line(entry: Entry): string {
  return `${who(entry)}: ${KIND_LABELS[entry.body.kind]}, number ${entry.id}.`;
}
