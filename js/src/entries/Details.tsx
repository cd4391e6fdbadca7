// What the server tells of an entry beside what it says, for whoever asks for it.

import { useMemo } from "preact/hooks";
import { Label } from "../ui/Label.tsx";
import { Drawn } from "../ui/Shown.tsx";
import { WebLink } from "../ui/WebLink.tsx";
import type { Entry } from "../wire.gen.ts";
import { beside } from "./beside.ts";

/** The model, why it stopped, its tokens, and the rest as it came; nothing, if nothing was told. */
export function Details({ entry }: { entry: Entry }) {
  const { facts, rest } = useMemo(() => beside(entry), [entry]);
  if (facts.length === 0 && rest.length === 0 && !entry.tracing_link) return null;
  return (
    <details class="more">
      <summary aria-label={`Details of entry ${entry.id}`}>Details</summary>
      <div>
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt class="quiet">{name}</dt>
              <dd dir="auto">
                <Label words={value} />
              </dd>
            </div>
          ))}
          {entry.tracing_link && (
            <div>
              <dt class="quiet">Trace</dt>
              <dd>
                <WebLink address={entry.tracing_link} />
              </dd>
            </div>
          )}
        </dl>
        <Drawn nodes={rest} />
      </div>
    </details>
  );
}
