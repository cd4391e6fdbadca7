// One entry: who, when, and the body of its kind.

import { Component, type ComponentChildren } from "preact";
import { memo } from "preact/compat";
import { AssessmentView } from "./Assessment.tsx";
import { DifferencesView } from "./Differences.tsx";
import type { Finder } from "./EntryLink.tsx";
import { Json } from "./Json.tsx";
import { JudgementView } from "./Judgement.tsx";
import { EventBody, GapBody, RawBody, TroubleBody } from "./notes.tsx";
import { RecordView } from "./Record.tsx";
import { ResearchBody, TextBody, ToolBody } from "./results.tsx";
import { AnswerBody, QuestionBody } from "./talk.tsx";
import { iso, timeOfDay } from "./time.ts";
import type { Entry, Speaker } from "./wire.gen.ts";

const SERVER_SIDE = {
  gap: "Connection",
  trouble: "Server",
  unknown: "Server",
  question: "Question",
};

export const EntryView = memo(function EntryView({ entry, find }: { entry: Entry; find: Finder }) {
  const { body, speaker } = entry;
  const mine = body.kind === "answer";
  const quiet = body.kind === "event";
  const name = speaker?.name ?? (mine ? "You" : SERVER_SIDE[body.kind as keyof typeof SERVER_SIDE]);
  return (
    <article
      id={`entry-${entry.id}`}
      class={`entry ${mine ? "mine" : ""}`}
      data-kind={body.kind}
      data-entry-id={entry.id}
      aria-label={`${name ?? "Event"}, number ${entry.id}`}
    >
      {!quiet && (
        <header>
          <strong>{name ?? "An agent"}</strong>
          {speaker && <About speaker={speaker} name={name ?? ""} />}
          <time dateTime={iso(entry.at)} title={entry.server_time ?? iso(entry.at)}>
            {timeOfDay(entry.at)}
          </time>
          <a class="number" href={`#entry-${entry.id}`}>{`#${entry.id}`}</a>
        </header>
      )}
      <Boundary entry={entry}>
        <Body entry={entry} find={find} />
      </Boundary>
    </article>
  );
});

function About({ speaker, name }: { speaker: Speaker; name: string }) {
  const facts = [
    speaker.role.toLowerCase() === name.toLowerCase() ? "" : speaker.role,
    speaker.model ? `model ${speaker.model}` : "",
    speaker.template ? `template ${speaker.template}` : "",
  ].filter(Boolean);
  return <span class="quiet">{facts.join(" · ")}</span>;
}

function Body({ entry, find }: { entry: Entry; find: Finder }) {
  const { body } = entry;
  switch (body.kind) {
    case "text":
      return <TextBody body={body} />;
    case "json":
      return <Json value={body.value} />;
    case "tool":
      return <ToolBody body={body} />;
    case "record":
      return <RecordView body={body} />;
    case "judgement": {
      const scores = entry.replies.map(find.entry).filter((found) => found !== undefined);
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
      return <QuestionBody body={body} />;
    case "answer":
      return <AnswerBody body={body} />;
    case "trouble":
      return <TroubleBody body={body} />;
    case "gap":
      return <GapBody body={body} />;
    case "event":
      return <EventBody body={body} />;
    case "unknown":
      return <RawBody body={body} />;
  }
}

/** What cannot be drawn is shown raw, and takes nothing else down with it. */
class Boundary extends Component<{ entry: Entry; children: ComponentChildren }> {
  override state = { broken: false };

  static override getDerivedStateFromError() {
    return { broken: true };
  }

  render() {
    if (!this.state.broken) return this.props.children;
    return (
      <>
        <p class="quiet">This entry could not be drawn; here it is as it came.</p>
        <pre>{JSON.stringify(this.props.entry.body, null, 2)}</pre>
      </>
    );
  }
}
