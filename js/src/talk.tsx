// What was asked, and what the person said.

import { Fold } from "./Fold.tsx";
import { Markdown } from "./Markdown.tsx";
import type { Answer, Question } from "./wire.gen.ts";

const ASKED = { open: "open", answered: "answered", unanswered: "not answered" };
const VERDICT = {
  confirm: "✓ Confirmed",
  reject: "✗ Rejected",
  choice: "Chose",
  text: "Said",
  remark: "Remarked to the group",
};
const BY = { person: "", script: " · by a script", replay: " · replayed" };

export function QuestionBody({ body }: { body: Question }) {
  return (
    <>
      {body.thought && (
        <Fold label="Thought">
          <Markdown text={body.thought} />
        </Fold>
      )}
      <Markdown text={body.content || "(The server asks without a word.)"} />
      <p class="marks">
        <span class="mark">{ASKED[body.state]}</span>
        {body.asked > 1 && <span class="mark">asked {body.asked} times</span>}
        {body.options.length > 0 && <span class="quiet">Options: {body.options.join(", ")}</span>}
      </p>
    </>
  );
}

export function AnswerBody({ body }: { body: Answer }) {
  const words = body.verdict === "confirm" && body.content === "yes" ? "" : body.content;
  return (
    <>
      <p dir="auto">
        <strong>{VERDICT[body.verdict]}</strong>
        {words && !(body.verdict === "reject" && words === "no") && `: ${words}`}
      </p>
      <p class="quiet">
        {body.state === "sent" ? "sent" : "⚠ may be lost: the connection broke as it went"}
        {BY[body.by]}
      </p>
    </>
  );
}
