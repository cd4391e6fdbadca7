import { useMemo } from "preact/hooks";
import { Virtualizer } from "virtua";
import { label } from "../text/letters.ts";
import type { Entry } from "../wire.gen.ts";
import { outline } from "./steps.ts";

interface Props {
  entries: readonly Entry[];
}

/** The steps of the conversation, each a way to its beginning. */
export function Outline({ entries }: Props) {
  const steps = useMemo(() => outline(entries), [entries]);
  return (
    <nav class="panel outline" aria-label="Outline">
      <Virtualizer data={steps} as="ol" item="li">
        {({ id, title, summary, errors }) => (
          <span key={id}>
            <a href={`#entry-${id}`}>
              <bdi>{label(title)}</bdi> #{id}
            </a>{" "}
            <span class="quiet">{summary}</span>{" "}
            {errors > 0 && (
              <span class="mark bad">⚠ {errors === 1 ? "1 error" : `${errors} errors`}</span>
            )}
          </span>
        )}
      </Virtualizer>
    </nav>
  );
}
