// What each kind of entry is called.

import { called } from "../text/wording.ts";
import type { Entry } from "../wire.gen.ts";

export const KIND_LABELS: Record<Entry["body"]["kind"], string> = {
  text: "text",
  json: "JSON",
  tool: "tool output",
  record: "record",
  judgement: "judgement",
  assessment: "assessment",
  differences: "differences",
  research: "research",
  question: "question",
  answer: "answer",
  trouble: "trouble",
  gap: "gap",
  event: "event",
  unknown: "not understood",
};

const SERVER_SIDE: Partial<Record<Entry["body"]["kind"], string>> = {
  gap: "Connection",
  trouble: "Server",
  unknown: "Server",
  question: "Question",
  answer: "You",
  event: "Event",
};

/** Who an entry is from, as a reader calls them. */
export function who({ speaker, body }: Entry): string {
  if (speaker) return called(speaker);
  if (body.kind === "answer" && body.by === "script") return "Script";
  return SERVER_SIDE[body.kind] ?? "An agent";
}
