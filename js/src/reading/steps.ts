// The conversation by its steps: a step is a role's turn, with what came of it.

import { KIND_LABELS, who } from "../entries/kindLabels.ts";
import { called as named } from "../text/letters.ts";
import { called } from "../text/wording.ts";
import type { Entry, Speaker } from "../wire.gen.ts";
import { isError } from "./filter.ts";

export interface Step {
  /** The number of the first entry. */
  id: number;
  title: string;
  /** What came of it: "2 judgements". */
  summary: string;
  errors: number;
}

/** Questions and answers stand at the beginning of the step that they let begin. */
export function outline(entries: readonly Entry[]): Step[] {
  const steps: { entries: Entry[]; role: string | null }[] = [];
  for (const entry of entries) {
    const last = steps.at(-1);
    const role = entry.speaker && titled(entry.speaker);
    const begins =
      !last ||
      (entry.body.kind === "question" && last.role !== null) ||
      (role !== null && last.role !== null && role !== last.role);
    if (begins) steps.push({ entries: [entry], role });
    else {
      last.entries.push(entry);
      last.role ??= role;
    }
  }
  return steps.map(summed);
}

/** Its role, or what it is called. */
function titled(speaker: Speaker): string {
  const { role, key } = speaker;
  return role.trim() ? named({ name: role, key }) : called(speaker);
}

function summed({ entries, role }: { entries: Entry[]; role: string | null }): Step {
  const [first] = entries;
  const counts = new Map<string, number>();
  for (const { body, speaker } of entries) {
    if (speaker) counts.set(KIND_LABELS[body.kind], (counts.get(KIND_LABELS[body.kind]) ?? 0) + 1);
  }
  const made = [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`));
  return {
    id: first?.id ?? 0,
    title: role ?? (first ? who(first) : ""),
    summary: made.join(", "),
    errors: entries.filter(isError).length,
  };
}
