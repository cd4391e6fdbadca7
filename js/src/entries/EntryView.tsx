// One entry: who, when, and the body of its kind.

import { memo } from "preact/compat";
import { useMemo } from "preact/hooks";
import type { Finder } from "../state/finder.ts";
import { label } from "../text/letters.ts";
import { iso, timeOfDay } from "../text/time.ts";
import { about } from "../text/wording.ts";
import { Boundary } from "../ui/Boundary.tsx";
import { Label } from "../ui/Label.tsx";
import { SearchContext } from "../ui/SearchContext.ts";
import { Shown } from "../ui/Shown.tsx";
import type { Entry } from "../wire.gen.ts";
import { AssessmentView } from "./Assessment.tsx";
import { CopyMenu } from "./CopyMenu.tsx";
import { Details } from "./Details.tsx";
import { DifferencesView } from "./Differences.tsx";
import { JudgementView } from "./Judgement.tsx";
import { who } from "./kindLabels.ts";
import { EventBody, GapBody, RawBody, TroubleBody } from "./notes.tsx";
import { RecordView } from "./Record.tsx";
import { ResearchBody, TextBody, ToolBody } from "./results.tsx";
import { AnswerBody, QuestionBody } from "./talk.tsx";

interface Props {
  entry: Entry;
  find: Finder;
  /** Its place among those shown, from 1, and how many these are. */
  place: number;
  of: number;
  /** What the reader looks for, and whether they are at this entry; what hides it is opened then. */
  sought: string;
  here: boolean;
}

export const EntryView = memo(function EntryView(props: Props) {
  const { entry, find, place, of, sought, here } = props;
  const seeking = useMemo(() => ({ query: sought, here }), [sought, here]);
  const { body, speaker } = entry;
  const mine = body.kind === "answer";
  const quiet = body.kind === "event";
  const name = who(entry);
  const setup = speaker && about(speaker);
  const details = (
    <Boundary what="entry's details" raw={entry.metadata}>
      <SearchContext.Provider value={seeking}>
        <Details entry={entry} />
      </SearchContext.Provider>
    </Boundary>
  );
  return (
    <article
      id={`entry-${entry.id}`}
      class={`entry ${mine ? "mine" : ""}`}
      data-kind={body.kind}
      data-entry-id={entry.id}
      aria-label={`${label(name)}, number ${entry.id}`}
      aria-posinset={place}
      aria-setsize={of}
      tabIndex={-1}
    >
      {!quiet && (
        <header>
          <strong>{speaker ? <Label words={name} /> : <bdi>{name}</bdi>}</strong>
          {setup && (
            <span class="quiet">
              <Label words={setup} />
            </span>
          )}
          <time dateTime={iso(entry.at)} title={entry.server_time ?? iso(entry.at)}>
            {timeOfDay(entry.at)}
          </time>
          <a class="number" href={`#entry-${entry.id}`}>{`#${entry.id}`}</a>
          <CopyMenu entry={entry} />
          {details}
        </header>
      )}
      <Boundary what="entry" raw={entry.body}>
        <SearchContext.Provider value={seeking}>
          <Body entry={entry} find={find} />
        </SearchContext.Provider>
      </Boundary>
      {quiet && details}
    </article>
  );
});

function Body({ entry, find }: { entry: Entry; find: Finder }) {
  const { body } = entry;
  switch (body.kind) {
    case "text":
      return <TextBody body={body} />;
    case "json":
      return <Shown field="json.value" value={body.value ?? "null"} />;
    case "tool":
      return <ToolBody body={body} />;
    case "record":
      return <RecordView body={body} />;
    case "judgement": {
      const replies = entry.replies.map((id) => find.entry(id));
      const scores = replies.filter((found) => found !== undefined);
      return <JudgementView body={body} scores={scores} />;
    }
    case "assessment":
      return (
        <AssessmentView
          body={body}
          judged={entry.about === null ? undefined : find.entry(entry.about)}
        />
      );
    case "differences":
      return <DifferencesView body={body} find={find} />;
    case "research":
      return <ResearchBody body={body} />;
    case "question":
      return <QuestionBody entry={entry} body={body} find={find} />;
    case "answer":
      return <AnswerBody entry={entry} body={body} find={find} />;
    case "trouble":
      return <TroubleBody body={body} />;
    case "gap":
      return <GapBody body={body} />;
    case "event":
      return <EventBody entry={entry} body={body} />;
    case "unknown":
      return <RawBody body={body} />;
  }
}
