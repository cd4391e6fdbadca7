import { useMemo } from "preact/hooks";
import { metadata } from "../text/fieldHtml.ts";
import { Clamp } from "../ui/Clamp.tsx";
import { Fold } from "../ui/Fold.tsx";
import { Label } from "../ui/Label.tsx";
import { Drawn, Shown } from "../ui/Shown.tsx";
import { WebLink } from "../ui/WebLink.tsx";
import type { Record as RecordBody } from "../wire.gen.ts";
import { AsItCame } from "./AsItCame.tsx";

/** The thing under study: its title and source, its content, and what else is known of it. */
export function RecordView({ body }: { body: RecordBody }) {
  const more = useMemo(() => metadata(body.metadata), [body.metadata]);
  return (
    <>
      <p class="name" dir="auto">
        {body.title && <Label words={body.title} />}
        {body.title && body.record_id && " "}
        {body.record_id && (
          <span class={body.title ? "quiet" : ""}>
            <Label words={body.record_id} />
          </span>
        )}
        {!body.title && !body.record_id && "A record"}
      </p>
      {body.uri && (
        <p class="quiet">
          <WebLink address={body.uri} />
        </p>
      )}
      <Clamp field="record.content" text={body.content} mime={body.mime} />
      {body.alt_text && (
        <>
          <p class="source quiet">Image:</p> <Shown field="record.alt_text" value={body.alt_text} />
        </>
      )}
      {more.length > 0 && (
        <Fold label="About this record">
          <Drawn nodes={more} />
        </Fold>
      )}
      <Shown field="record.ground_truth" value={body.ground_truth} name="ground truth" />
      <AsItCame field="record.unread" of={body} />
    </>
  );
}
