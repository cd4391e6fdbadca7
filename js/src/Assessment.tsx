import { EntryLink } from "./EntryLink.tsx";
import { label } from "./letters.ts";
import { Mean } from "./Mean.tsx";
import { Shown } from "./Shown.tsx";
import type { Assessment, Criterion, Entry } from "./wire.gen.ts";

/** How a judgement is scored, criterion by criterion. */
export function AssessmentView({ body, judged }: { body: Assessment; judged: Entry | undefined }) {
  return (
    <>
      <p class="marks">
        <Mean value={body.correctness} /> for{" "}
        {judged ? (
          <EntryLink entry={judged} name={judged.speaker?.name ?? "a judgement"} />
        ) : (
          label(body.assessed_agent_id ?? "a judgement that was not seen")
        )}
      </p>
      <Criteria criteria={body.assessments} />
    </>
  );
}

export function Criteria({ criteria }: { criteria: readonly Criterion[] }) {
  return (
    <ul class="criteria">
      {criteria.map((criterion, place) => (
        <li key={place}>
          <span class="mark">{met(criterion.correct)}</span>
          <Shown field="assessment.assessments.feedback" value={criterion.feedback} />
        </li>
      ))}
    </ul>
  );
}

function met(correct: boolean | null): string {
  if (correct === null) return "? open";
  return correct ? "✓ met" : "✗ not met";
}
