// Where the person talks, answers, or types ahead. The draft lets go of words when the kernel has them.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { settled } from "../state/readiness.ts";
import type { Send } from "../state/source.ts";
import { visible } from "../text/letters.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { hasFocus, useKeptFocus } from "../ui/focus.ts";
import { isEnter } from "../ui/keys.ts";
import { Problem } from "../ui/Problem.tsx";
import type { Entry, Question, Respond, Status } from "../wire.gen.ts";
import { OnTheWay } from "./OnTheWay.tsx";
import { OpenQuestion } from "./OpenQuestion.tsx";
import { type Said, useOutbox } from "./useOutbox.ts";

type AnswerKind = Respond["verdict"];

interface Props {
  status: Status;
  /** Whether the run is a replay, in which nobody can say anything. */
  replayed: boolean;
  question: Entry | undefined;
  words: string;
  onWords(change: (before: string) => string): void;
  send: Send;
}

export function Composer({ status, replayed, question, words, onWords, send }: Props) {
  const [notice, setNotice] = useState("");
  const [answering, setAnswering] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);
  const noteId = useId();
  useKeptFocus(panel, field);
  const closed = whyClosed(status, replayed);
  const asked = !closed && question?.body.kind === "question" ? question.body : undefined;
  const about = question?.id ?? null;

  // A reply can be lost on its way; another question says that the last answer is dealt with.
  useEffect(() => setAnswering(false), [about]);

  const post = async (said: Said & { confirm: boolean | null }) => {
    setNotice("");
    const problem = await send({ kind: "respond", ...said }, setNotice);
    setNotice(problem);
    return problem;
  };
  const outbox = useOutbox(words, onWords, (said) => post({ ...said, confirm: null }));
  const { rest, waiting } = outbox;
  const busy = answering || (about !== null && waiting.some((said) => said.question === about));

  /** Answer by a button: the words in the field are for later. */
  const answer = async (verdict: AnswerKind, option = "", confirm: boolean | null = null) => {
    const inside = hasFocus(panel.current);
    setAnswering(true);
    await post({ verdict, content: option, question: about, confirm });
    setAnswering(false);
    // The button that had the focus may be gone now; elsewhere it is none of our business.
    if (inside) field.current?.focus({ preventScroll: true });
  };

  const main = action(asked, status, rest);
  const say = (verdict: AnswerKind) => {
    if (!rest.trim() || answering) return;
    // One answer goes to one question: what is sent after it is not for that question.
    const aimed = verdict !== "remark" && (asked?.form !== "text" || waiting.length === 0);
    outbox.say({ verdict, question: aimed ? about : null });
    field.current?.focus({ preventScroll: true });
  };
  const typed = (event: KeyboardEvent) => {
    if (!isEnter(event) || event.shiftKey) return;
    event.preventDefault();
    if (main.byEnter) say(main.verdict);
  };

  return (
    <section
      class={`composer ${asked ? "asking" : ""}`}
      ref={panel}
      aria-label="Your part"
      tabIndex={-1}
    >
      {asked && <OpenQuestion key={about} question={asked} disabled={busy} onAnswer={answer} />}
      {waiting.length > 0 && <OnTheWay said={waiting} />}
      {(!closed || rest) && (
        <label>
          <span class="label">Your words</span>
          <textarea
            ref={field}
            dir="auto"
            rows={2}
            value={rest}
            readOnly={closed !== ""}
            aria-describedby={noteId}
            onInput={({ currentTarget: { value } }) => outbox.type(value)}
            onKeyDown={typed}
          />
        </label>
      )}
      <p class="note" id={noteId}>
        {visible(closed || main.note || status.reason)}
      </p>
      {closed && words && (
        <p class="buttons">
          <CopyButton label="Copy your words" words={() => words} />
        </p>
      )}
      {!closed && (
        <p class="buttons">
          <button
            type="button"
            class={main.main ? "primary" : ""}
            disabled={answering || !rest.trim()}
            onClick={() => say(main.verdict)}
          >
            {main.label}
          </button>
          {status.remarks && (
            <button type="button" disabled={!rest.trim()} onClick={() => say("remark")}>
              Say it to the group now (does not answer the question)
            </button>
          )}
        </p>
      )}
      <Problem sentence={notice} />
    </section>
  );
}

/** Why nothing can be said, or "". */
function whyClosed({ readiness, reason }: Status, replayed: boolean): string {
  if (replayed) return "This run is replayed: its answers are those that were recorded.";
  return settled(readiness) ? `Nothing more can be sent. ${reason}` : "";
}

interface Action {
  label: string;
  verdict: AnswerKind;
  note: string;
  /** Whether Enter does it: only where words are what is wanted, so that none rejects a step. */
  byEnter: boolean;
  main: boolean;
}

const SEND: Action = {
  label: "Send",
  verdict: "text",
  note: "Enter sends; Shift+Enter is a new line.",
  byEnter: true,
  main: true,
};

/** What the words in the field would do, said before they do it. */
function action(question: Question | undefined, { readiness }: Status, words: string): Action {
  if (question?.form === "confirm") {
    const note =
      "Writing here means No: the step is rejected, and the agents see your words. Enter sends " +
      "nothing; what you typed can stay here until this is answered.";
    return {
      label: "Reject with these words",
      verdict: "reject",
      note,
      byEnter: false,
      main: false,
    };
  }
  if (question && question.options.length > 0) {
    const note =
      "Words are none of the options; the server may take them for a refusal. Enter sends " +
      "nothing: what you typed can stay here until this is answered.";
    return { ...SEND, note, byEnter: false, main: false };
  }
  if (question || readiness === "listening") return SEND;
  const note = words.trim() ? "Held until the server asks; you can still change it." : "";
  return { ...SEND, label: "Hold", note, main: false };
}
