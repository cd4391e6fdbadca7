// What the server tells of an entry beside what it says, for whoever asks for it.

import { Json } from "./Json.tsx";
import { WebLink } from "./WebLink.tsx";
import type { Entry } from "./wire.gen.ts";

/** The model, why it stopped, its tokens, and the rest as it came; nothing, if nothing was told. */
export function Details({ entry }: { entry: Entry }) {
  const { metadata, tracing_link, source } = entry;
  const { facts, rest } = read(metadata);
  if (source) facts.push(["Source", source]);
  const left = Object.keys(rest).length;
  if (facts.length === 0 && left === 0 && !tracing_link) return null;
  return (
    <details class="more">
      <summary aria-label={`Details of entry ${entry.id}`}>Details</summary>
      <div>
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt class="quiet">{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
          {tracing_link && (
            <div>
              <dt class="quiet">Trace</dt>
              <dd>
                <WebLink address={tracing_link} />
              </dd>
            </div>
          )}
        </dl>
        {left > 0 && <Json value={rest} />}
      </div>
    </details>
  );
}

/** What a reader knows by name, in words; the rest stays JSON. */
function read({ ...rest }: Entry["metadata"]) {
  const facts: [name: string, value: string][] = [];
  const take = (key: string, name: string, value: string | null) => {
    if (!value) return;
    facts.push([name, value]);
    delete rest[key];
  };
  take("model", "Model", worded(rest.model));
  take("finish_reason", "Finish reason", worded(rest.finish_reason));
  take("usage", "Tokens", tokens(rest.usage));
  return { facts, rest };
}

function worded(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** "prompt 12, completion 30": the counts as the server names them, if it gives nothing else. */
function tokens(usage: unknown): string | null {
  if (typeof usage !== "object" || usage === null || Array.isArray(usage)) return null;
  const counts = Object.entries(usage);
  if (counts.some(([, count]) => typeof count !== "number")) return null;
  return counts
    .map(([name, count]) => `${name.replace(/_tokens$/, "").replaceAll("_", " ")} ${count}`)
    .join(", ");
}
