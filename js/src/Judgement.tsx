import { Criteria } from "./Assessment.tsx";
import { EntryLink } from "./EntryLink.tsx";
import { Fold } from "./Fold.tsx";
import { Mean } from "./Mean.tsx";
import { Prediction, Uncertainty } from "./Prediction.tsx";
import { Shown } from "./Shown.tsx";
import type { Criterion, Entry, Judgement } from "./wire.gen.ts";

/** What a judge concluded, how sure, why, and how others score it. */
export function JudgementView({ body, scores }: { body: Judgement; scores: Entry[] }) {
  return (
    <>
      <p class="marks">
        <Prediction value={body.prediction} />
        <Uncertainty value={body.uncertainty} />
      </p>
      <Shown field="judgement.conclusion" value={body.conclusion} />
      {body.reasons.length > 0 && (
        <Fold label={body.reasons.length === 1 ? "1 reason" : `${body.reasons.length} reasons`}>
          <ol>
            {body.reasons.map((reason, place) => (
              <li key={place}>
                <Shown field="judgement.reasons" value={reason} />
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
        <Fold label={`${score(body.assessments)}, with feedback`}>
          <Criteria criteria={body.assessments} />
        </Fold>
      )}
    </div>
  );
}

function score(criteria: readonly Criterion[]): string {
  return `${criteria.filter(({ correct }) => correct).length} of ${criteria.length} criteria met`;
}
