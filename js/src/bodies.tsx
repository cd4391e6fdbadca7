// One component for each kind of entry that an agent or the server makes.

import type { ComponentChildren } from "preact";
import { Json } from "./Json.tsx";
import { Markdown } from "./Markdown.tsx";
import { duration, timeOfDay } from "./time.ts";
import type {
  Assessment,
  Differences,
  Entry,
  EventNote,
  Gap,
  Judgement,
  RawFrame,
  Record as RecordBody,
  Research,
  Text,
  ToolOutput,
  TroubleNote,
} from "./wire.gen.ts";

/** Finds other entries: by number, or by the server's id for a result. */
export interface Finder {
  entry(id: number): Entry | undefined;
  result(messageId: string): Entry | undefined;
}

export function Fold({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <details>
      <summary>{label}</summary>
      {children}
    </details>
  );
}

export function TextBody({ body }: { body: Text }) {
  return (
    <>
      {body.thought && (
        <Fold label="Thought">
          <Markdown text={body.thought} />
        </Fold>
      )}
      <Markdown text={body.content} />
    </>
  );
}

export function ToolBody({ body }: { body: ToolOutput }) {
  return (
    <Fold label={`Output of the tool ${body.name || "(no name)"}`}>
      <Markdown text={body.content} />
      {body.args !== null && <Json name="args" value={body.args} />}
      {body.results !== null && <Json name="results" value={body.results} />}
    </Fold>
  );
}

const LINES = 10;

export function RecordBodyView({ body }: { body: RecordBody }) {
  const { title, ...metadata } = body.metadata as { title?: unknown };
  const lines = body.content.split("\n");
  const long = lines.length > LINES;
  return (
    <>
      <h4 dir="auto">{body.title ?? body.record_id ?? "A record"}</h4>
      {body.uri && <p class="quiet">{body.uri}</p>}
      <Markdown text={long ? lines.slice(0, LINES).join("\n") : body.content} />
      {long && (
        <Fold label={`${lines.length - LINES} more lines`}>
          <Markdown text={lines.slice(LINES).join("\n")} />
        </Fold>
      )}
      {body.alt_text && <p class="quiet">Image: {body.alt_text}</p>}
      {Object.keys(metadata).length > 0 && (
        <Fold label="About this record">
          <Json value={metadata} />
        </Fold>
      )}
      {body.ground_truth !== null && <Json name="ground truth" value={body.ground_truth} />}
    </>
  );
}

/** A judge's prediction in words, with a mark that does not rely on colour. */
export function prediction(value: boolean | null): string {
  if (value === null) return "? no prediction";
  return value ? "✗ in breach" : "✓ not in breach";
}

export function JudgementBody({ body, scores }: { body: Judgement; scores: Entry[] }) {
  return (
    <>
      <p class="marks">
        <strong class={`mark ${body.prediction === null ? "" : body.prediction ? "bad" : "good"}`}>
          {prediction(body.prediction)}
        </strong>
        {body.uncertainty && <span class="mark">uncertainty: {body.uncertainty}</span>}
      </p>
      <Markdown text={body.conclusion} />
      {body.reasons.length > 0 && (
        <Fold label={`${body.reasons.length} reasons`}>
          <ol>
            {body.reasons.map((reason) => (
              <li key={reason}>
                <Markdown text={reason} />
              </li>
            ))}
          </ol>
        </Fold>
      )}
      {scores.map(
        (score) =>
          score.body.kind === "assessment" && (
            <p key={score.id} class="score">
              <Mean value={score.body.correctness} /> scored by{" "}
              <EntryLink entry={score} name={score.speaker?.name ?? "an agent"} />
            </p>
          ),
      )}
    </>
  );
}

export function EntryLink({ entry, name }: { entry: Entry; name: string }) {
  return <a href={`#entry-${entry.id}`}>{`${name} #${entry.id}`}</a>;
}

function Mean({ value }: { value: number | null }) {
  if (value === null) return <span>no mean</span>;
  return (
    <span class="mean">
      <meter min={0} max={1} value={value} aria-label="Mean score" />
      {value.toFixed(2)}
    </span>
  );
}

export function AssessmentBody({ body, judged }: { body: Assessment; judged: Entry | undefined }) {
  return (
    <>
      <p>
        <Mean value={body.correctness} /> for{" "}
        {judged ? (
          <EntryLink entry={judged} name={judged.speaker?.name ?? "a judgement"} />
        ) : (
          (body.assessed_agent_id ?? "a judgement that was not seen")
        )}
      </p>
      <ul class="criteria">
        {body.assessments.map((criterion) => (
          <li key={criterion.feedback}>
            <span class="mark">
              {criterion.correct === null ? "? open" : criterion.correct ? "✓ met" : "✗ not met"}
            </span>
            <Markdown text={criterion.feedback} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function DifferencesBody({ body, find }: { body: Differences; find: Finder }) {
  return (
    <>
      <Markdown text={body.conclusion} />
      {body.divergences.map((divergence) => (
        <table key={divergence.topic}>
          <caption dir="auto">{divergence.topic}</caption>
          <tbody>
            {divergence.positions.map((position) => (
              <tr key={position.position}>
                <th scope="row" dir="auto">
                  {position.position}
                </th>
                <td>
                  {position.experts.map((expert, place) => {
                    const entry = expert.answer_id ? find.result(expert.answer_id) : undefined;
                    return (
                      <span key={`${expert.name}/${expert.answer_id}`}>
                        {place > 0 && ", "}
                        {entry ? <EntryLink entry={entry} name={expert.name} /> : expert.name}
                      </span>
                    );
                  })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}

export function ResearchBody({ body }: { body: Research }) {
  return (
    <>
      <Markdown text={body.response} />
      <ol>
        {body.literature.map((item) => (
          <li key={`${item.source}/${item.summary}`}>
            <strong dir="auto">{item.source}</strong> {item.doi && `(doi ${item.doi})`}
            <Markdown text={item.summary} />
          </li>
        ))}
      </ol>
    </>
  );
}

export function TroubleBody({ body }: { body: TroubleNote }) {
  return (
    <>
      <p class="marks">
        <strong class="mark bad">⚠ {body.fatal ? "the flow cannot go on" : "went wrong"}</strong>
        {body.source && <span class="quiet">{body.source}</span>}
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
