import { label } from "../text/letters.ts";
import { correct, right, rightOf } from "../text/wording.ts";
import { Shown } from "../ui/Shown.tsx";
import type { Assessment, Criterion, Entry } from "../wire.gen.ts";
import { AsItCame } from "./AsItCame.tsx";
import { EntryLink } from "./EntryLink.tsx";
import { who } from "./kindLabels.ts";
import { MeanOf } from "./Mean.tsx";

/** How a judgement is scored, criterion by criterion. */
export function AssessmentView({ body, judged }: { body: Assessment; judged: Entry | undefined }) {
  return (
    <>
      <p class="marks">
        <MeanOf body={body} /> for{" "}
        {judged ? (
          <EntryLink entry={judged} name={who(judged)} />
        ) : (
          label(body.assessed_agent_id ?? "a judgement that was not seen")
        )}
        {body.assessments.length > 0 && <span>{right(rightOf(body.assessments))}</span>}
      </p>
      <Criteria criteria={body.assessments} />
      <AsItCame field="assessment.unread" of={body} />
    </>
  );
}

const RIGHT = { mark: "✓", tone: "good" };
const WRONG = { mark: "✗", tone: "bad" };
const OPEN = { mark: "?", tone: "" };

export function Criteria({ criteria }: { criteria: readonly Criterion[] }) {
  return (
    <ul class="criteria">
      {criteria.map((criterion, place) => {
        const { mark, tone } =
          criterion.correct === null ? OPEN : criterion.correct ? RIGHT : WRONG;
        return (
          <li key={place}>
            <span class={`mark ${tone}`}>
              {mark} {correct(criterion)}
            </span>
            <Shown field="assessment.assessments.feedback" value={criterion.feedback} />
            <AsItCame field="assessment.assessments.unread" of={criterion} />
          </li>
        );
      })}
    </ul>
  );
}
