// What was asked, and what the person said.

import { EntryLink, type Finder } from "./EntryLink.tsx";
import { Fold } from "./Fold.tsx";
import { Markdown } from "./Markdown.tsx";
import { duration } from "./time.ts";
import type { Answer, Entry, Question } from "./wire.gen.ts";

const ASKED = { open: "open", answered: "answered", unanswered: "not answered" };
const VERDICT = {
  confirm: "✓ Confirmed",
  reject: "✗ Rejected",
  choice: "Chose",
  text: "Said",
  remark: "Remarked to the group",
};
const BY = { person: "by you", script: "by a script", replay: "replayed" };

interface Props<Body> {
  entry: Entry;
  body: Body;
  find: Finder;
}

export function QuestionBody({ entry, body, find }: Props<Question>) {
  const answer = entry.replies.map((id) => find.entry(id)).find((found) => found !== undefined);
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
        {answer && <EntryLink entry={answer} name="answer" />}
        {body.asked > 1 && <span class="mark">asked {body.asked} times</span>}
        {body.options.length > 0 && (
          <span class="quiet">
            Options: <bdi>{body.options.join(", ")}</bdi>
          </span>
        )}
      </p>
    </>
  );
}

export function AnswerBody({ entry, body, find }: Props<Answer>) {
  const words = body.verdict === "confirm" && body.content === "yes" ? "" : body.content;
  const asked = entry.about === null ? undefined : find.entry(entry.about);
  return (
    <>
      <p dir="auto">
        <strong>{VERDICT[body.verdict]}</strong>
        {words && !(body.verdict === "reject" && words === "no") && `: ${words}`}
      </p>
      <p class="quiet">
        {body.state === "sent" ? "sent" : "⚠ may be lost (the connection broke as it went); sent"}{" "}
        {BY[body.by]}
        {asked && (
          <>
            {" "}
            after {duration(entry.at - asked.at)}, to{" "}
            <EntryLink entry={asked} name="the question" />
          </>
        )}
      </p>
    </>
  );
}
