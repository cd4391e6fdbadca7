// What is not talk: trouble, a gap in the connection, an event, a frame that nobody understands.

import { Fold } from "./Fold.tsx";
import { duration, timeOfDay } from "./time.ts";
import type { EventNote, Gap, RawFrame, TroubleNote } from "./wire.gen.ts";

export function TroubleBody({ body }: { body: TroubleNote }) {
  return (
    <>
      <p class="marks">
        <strong class="mark bad">
          ⚠ {body.fatal ? "the flow cannot go on" : "went wrong; the flow goes on"}
        </strong>
        {body.source && <bdi class="quiet">{body.source}</bdi>}
      </p>
      <p dir="auto">{body.content}</p>
    </>
  );
}

export function GapBody({ body }: { body: Gap }) {
  const until = body.until === null ? "now" : timeOfDay(body.until);
  const long = body.until === null ? "" : ` (${duration(body.until - body.began)})`;
  return (
    <p>
      <strong>
        No connection from {timeOfDay(body.began)} to {until}
        {long}.
      </strong>{" "}
      {body.content}
    </p>
  );
}

export function EventBody({ body }: { body: EventNote }) {
  return (
    <p class="quiet" dir="auto">
      {body.source && `${body.source}: `}
      {body.content}
    </p>
  );
}

export function RawBody({ body }: { body: RawFrame }) {
  return (
    <Fold label={`A frame that is not understood. ${body.why}`}>
      <pre>{body.raw}</pre>
    </Fold>
  );
}
