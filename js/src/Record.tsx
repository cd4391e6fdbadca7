import { Clamp } from "./Clamp.tsx";
import { Fold } from "./Fold.tsx";
import { Json } from "./Json.tsx";
import { WebLink } from "./WebLink.tsx";
import type { Record as RecordBody } from "./wire.gen.ts";

/** The thing under study: its title and source, its content, and what else is known of it. */
export function RecordView({ body }: { body: RecordBody }) {
  const { title: _, ...metadata } = body.metadata as { title?: unknown };
  return (
    <>
      <p class="name" dir="auto">
        {body.title ?? body.record_id ?? "A record"}
      </p>
      {body.uri && (
        <p class="quiet">
          <WebLink address={body.uri} />
        </p>
      )}
      <Clamp text={body.content} />
      {body.alt_text && (
        <p class="quiet" dir="auto">
          Image: {body.alt_text}
        </p>
      )}
      {Object.keys(metadata).length > 0 && (
        <Fold label="About this record">
          <Json value={metadata} />
        </Fold>
      )}
      {body.ground_truth !== null && <Json name="ground truth" value={body.ground_truth} />}
    </>
  );
}
