// What was asked, and what the person said.

import { Fragment } from "preact";
import type { Finder } from "../state/finder.ts";
import { label, optionLabel, optionNames } from "../text/letters.ts";
import { duration } from "../text/time.ts";
import { Fold } from "../ui/Fold.tsx";
import { Label } from "../ui/Label.tsx";
import { Shown } from "../ui/Shown.tsx";
import type { Answer, Entry, Question } from "../wire.gen.ts";
import { EntryLink } from "./EntryLink.tsx";
import { answerWords } from "./readable.ts";

const ASKED = { open: "open", answered: "answered", unanswered: "not answered" };
const VERDICT = {
  confirm: "✓ Confirmed",
  reject: "✗ Rejected",
  choice: "Chose",
  text: "Said",
  remark: "Remarked to the group",
};
const DELIVERY = {
  sending: "being sent",
  sent: "sent",
  lost: "⚠ may be lost (the connection broke as it went); sent",
};
const BY = { person: "by you", script: "by a script", replay: "replayed" };

interface Props<Body> {
  entry: Entry;
  body: Body;
  find: Finder;
}

/** What went beside the words, as the server reads it: whether the step is accepted, the option. */
function SentAs({ confirm, selection }: Answer) {
  if (confirm === null && selection === null) return null;
  return (
    <>
      {" "}
      as {confirm !== null && `confirm: ${confirm}`}
      {confirm !== null && selection !== null && ", "}
      {selection !== null && (
        <>
          selection: <bdi>{label(optionLabel(selection))}</bdi>
        </>
      )}
      ,
    </>
  );
}

export function QuestionBody({ entry, body, find }: Props<Question>) {
  const answer = entry.replies.map((id) => find.entry(id)).find((found) => found !== undefined);
  return (
    <>
      {body.thought && (
        <Fold label="Thought">
          <Shown field="question.thought" value={body.thought} />
        </Fold>
      )}
      {body.content ? (
        <Shown field="question.content" value={body.content} />
      ) : (
        <p class="quiet">(The server asks without a word.)</p>
      )}
      <p class="marks">
        <span class="mark">{ASKED[body.state]}</span>
        {answer && <EntryLink entry={answer} name="answer" />}
        {body.asked > 1 && <span class="mark">asked {body.asked} times</span>}
        {body.options.length > 0 && (
          <span class="quiet">
            Options ({body.options.length}):{" "}
            {optionNames(body.options).map((one, place) => (
              <Fragment key={place}>
                {place > 0 && ", "}
                <Label words={one} />
              </Fragment>
            ))}
          </span>
        )}
      </p>
    </>
  );
}

export function AnswerBody({ entry, body, find }: Props<Answer>) {
  const words = answerWords(body.verdict, body.content);
  // In a chat nothing is asked: what was said stands for itself.
  const inChat = entry.about === null && body.verdict === "text";
  const asked = entry.about === null ? undefined : find.entry(entry.about);
  return (
    <>
      {!inChat && (
        <>
          <p class="source">
            <strong>{VERDICT[body.verdict]}</strong>
            {words && ":"}
          </p>{" "}
        </>
      )}
      {words && <Shown field="answer.content" value={words} />}
      <p class="quiet">
        {DELIVERY[body.state]}
        <SentAs {...body} /> {BY[body.by]}
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
