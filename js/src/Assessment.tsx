import { EntryLink } from "./EntryLink.tsx";
import { Markdown } from "./Markdown.tsx";
import { Mean } from "./Mean.tsx";
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
          (body.assessed_agent_id ?? "a judgement that was not seen")
        )}
      </p>
      <Criteria criteria={body.assessments} />
    </>
  );
}

export function Criteria({ criteria }: { criteria: readonly Criterion[] }) {
  return (
    <ul class="criteria">
      {criteria.map((criterion) => (
        <li key={criterion.feedback}>
          <span class="mark">{met(criterion.correct)}</span>
          <Markdown text={criterion.feedback} />
        </li>
      ))}
    </ul>
  );
}

function met(correct: boolean | null): string {
  if (correct === null) return "? open";
  return correct ? "✓ met" : "✗ not met";
}
