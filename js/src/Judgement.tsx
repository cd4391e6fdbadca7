import { Criteria } from "./Assessment.tsx";
import { EntryLink } from "./EntryLink.tsx";
import { Fold } from "./Fold.tsx";
import { Markdown } from "./Markdown.tsx";
import { Mean } from "./Mean.tsx";
import type { Entry, Judgement } from "./wire.gen.ts";

/** The prediction in words, with a mark that does not rely on colour. */
function prediction(value: boolean | null): { words: string; tone: string } {
  if (value === null) return { words: "? no prediction", tone: "" };
  return value ? { words: "✗ in breach", tone: "bad" } : { words: "✓ not in breach", tone: "good" };
}

/** What a judge concluded, how sure, why, and how others score it. */
export function JudgementView({ body, scores }: { body: Judgement; scores: Entry[] }) {
  const { words, tone } = prediction(body.prediction);
  return (
    <>
      <p class="marks">
        <strong class={`mark ${tone}`}>{words}</strong>
        {body.uncertainty && <span class="mark">uncertainty: {body.uncertainty}</span>}
      </p>
      <Markdown text={body.conclusion} />
      {body.reasons.length > 0 && (
        <Fold label={body.reasons.length === 1 ? "1 reason" : `${body.reasons.length} reasons`}>
          <ol>
            {body.reasons.map((reason) => (
              <li key={reason}>
                <Markdown text={reason} />
              </li>
            ))}
          </ol>
        </Fold>
      )}
      {scores.map((score) => (
        <Score key={score.id} entry={score} />
      ))}
    </>
  );
}

function Score({ entry }: { entry: Entry }) {
  const { body } = entry;
  if (body.kind !== "assessment") return null;
  return (
    <div class="score">
      <p class="marks">
        <Mean value={body.correctness} /> scored by{" "}
        <EntryLink entry={entry} name={entry.speaker?.name ?? "an agent"} />
      </p>
      {body.assessments.length > 0 && (
        <Fold label="Its criteria">
          <Criteria criteria={body.assessments} />
        </Fold>
      )}
    </div>
  );
}
