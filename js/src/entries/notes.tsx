// What is not talk: trouble, a gap in the connection, an event, a frame that nobody understands.

import { duration, timeOfDay } from "../text/time.ts";
import { about, called } from "../text/wording.ts";
import { Fold } from "../ui/Fold.tsx";
import { Label } from "../ui/Label.tsx";
import { Shown } from "../ui/Shown.tsx";
import type { Entry, EventNote, Gap, TroubleNote, UnknownBody } from "../wire.gen.ts";

export function TroubleBody({ body }: { body: TroubleNote }) {
  return (
    <>
      <p class="marks">
        <strong class="mark bad">
          ⚠ {body.fatal ? "the flow cannot go on" : "went wrong; the flow goes on"}
        </strong>
        {body.source && (
          <span class="quiet">
            <Label words={body.source} />
          </span>
        )}
      </p>
      <Shown field="trouble.content" value={body.content} />
    </>
  );
}

export function GapBody({ body }: { body: Gap }) {
  const until = body.until === null ? "now" : timeOfDay(body.until);
  const long = body.until === null ? "" : ` (${duration(body.until - body.began)})`;
  return (
    <>
      <p>
        <strong>
          No connection from {timeOfDay(body.began)} to {until}
          {long}.
        </strong>
      </p>
      <Shown field="gap.content" value={body.content} />
    </>
  );
}

/** One quiet line, with no heading: whose it is and where from stand before the words. */
export function EventBody({ entry, body }: { entry: Entry; body: EventNote }) {
  const { speaker, server_time } = entry;
  const setup = speaker && about(speaker);
  return (
    <div class="quiet" title={server_time ?? undefined}>
      {(speaker || body.source) && (
        <p class="source">
          {speaker && <Label words={called(speaker)} />}
          {setup && (
            <>
              {" "}
              (<Label words={setup} />)
            </>
          )}
          {speaker && body.source && ", "}
          {body.source && <Label words={body.source} />}:
        </p>
      )}{" "}
      <Shown field="event.content" value={body.content} />
    </div>
  );
}

export function RawBody({ body }: { body: UnknownBody }) {
  return (
    <Fold
      label={
        <>
          A frame that is not understood. <Label words={body.why} />
        </>
      }
    >
      <Shown field="unknown.raw" value={body.raw} />
    </Fold>
  );
}
