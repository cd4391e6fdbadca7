import { right, rightOf } from "../text/wording.ts";
import { Fold } from "../ui/Fold.tsx";
import { Shown } from "../ui/Shown.tsx";
import type { Entry, Judgement } from "../wire.gen.ts";
import { AsItCame } from "./AsItCame.tsx";
import { Criteria } from "./Assessment.tsx";
import { EntryLink } from "./EntryLink.tsx";
import { who } from "./kindLabels.ts";
import { MeanOf } from "./Mean.tsx";
import { Prediction, Uncertainty } from "./Prediction.tsx";

/** What a judge concluded, how sure, why, and how others score it. */
export function JudgementView({ body, scores }: { body: Judgement; scores: Entry[] }) {
  return (
    <>
      <p class="marks">
        <Prediction of={body} />
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
      <AsItCame field="judgement.unread" of={body} />
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
    // What is repeated here is found where it was said.
    <div class="score" data-repeated="">
      <p class="marks">
        <MeanOf body={body} /> scored by <EntryLink entry={entry} name={who(entry)} />
      </p>
      {body.assessments.length > 0 && (
        <Fold label={`${right(rightOf(body.assessments))}, with feedback`}>
          <Criteria criteria={body.assessments} />
        </Fold>
      )}
    </div>
  );
}
