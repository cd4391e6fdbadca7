// Where the person answers, or types ahead. What they type is cleared only when the kernel has it.

import { useEffect, useRef, useState } from "preact/hooks";
import { Asked } from "./Asked.tsx";
import { CopyButton } from "./CopyButton.tsx";
import { hasFocus } from "./hooks.ts";
import { Problem } from "./Problem.tsx";
import { settled } from "./readiness.ts";
import type { Send } from "./source.ts";
import type { Entry, Question, Respond, Status } from "./wire.gen.ts";

type Verdict = Respond["verdict"];

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
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);
  const closed = whyClosed(status, replayed);
  const asked = !closed && question?.body.kind === "question" ? question.body : undefined;

  // A reply can be lost on its way; another question says that the last answer is dealt with.
  useEffect(() => setSending(false), [question?.id]);

  const respond = async (verdict: Verdict, content = "", confirm: boolean | null = null) => {
    if (sending) return;
    const inside = hasFocus(panel.current);
    setSending(true);
    setNotice("");
    const about = verdict === "remark" ? null : (question?.id ?? null);
    const problem = await send(
      { kind: "respond", verdict, content, question: about, confirm },
      setNotice,
    );
    setSending(false);
    setNotice(problem);
    if (!problem) onWords((now) => (now === content ? "" : now));
    // The button that had the focus may be gone now; elsewhere it is none of our business.
    if (inside) field.current?.focus({ preventScroll: true });
  };

  const main = action(asked, words);
  const typed = (event: KeyboardEvent) => {
    const plainEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!plainEnter || asked?.form === "confirm") return;
    event.preventDefault();
    if (words.trim()) respond("text", words);
  };

  return (
    <section class={`composer ${asked ? "asking" : ""}`} ref={panel} aria-label="Your part">
      {asked && <Asked question={asked} disabled={sending} onAnswer={respond} />}
      {(!closed || words) && (
        <label>
          <span class="label">Your words</span>
          <textarea
            ref={field}
            dir="auto"
            rows={2}
            value={words}
            readOnly={sending || closed !== ""}
            onInput={({ currentTarget: { value } }) => onWords(() => value)}
            onKeyDown={typed}
          />
        </label>
      )}
      <p class="note">{closed || main.note || status.reason}</p>
      {closed && words && (
        <p class="buttons">
          <CopyButton label="Copy your words" words={() => words} />
        </p>
      )}
      {!closed && (
        <p class="buttons">
          <button
            type="button"
            class={asked?.form === "text" ? "primary" : ""}
            disabled={sending || !words.trim()}
            onClick={() => respond(main.verdict, words)}
          >
            {main.label}
          </button>
          {status.remarks && (
            <button
              type="button"
              disabled={sending || !words.trim()}
              onClick={() => respond("remark", words)}
            >
              Say it to the group now (answers nothing)
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

/** What the words in the field would do, said before they do it. */
function action(
  question: Question | undefined,
  words: string,
): { label: string; verdict: Verdict; note: string } {
  if (!question) {
    return {
      label: "Hold",
      verdict: "text",
      note: words.trim() ? "Held until the server asks; you can still change it." : "",
    };
  }
  if (question.form === "confirm") {
    const note = "Words here reject the step; the agents see them.";
    return { label: "Reject with these words", verdict: "reject", note };
  }
  if (question.form === "options") {
    const note = "Words are none of the options; the server may take them for a refusal.";
    return { label: "Send", verdict: "text", note };
  }
  return { label: "Send", verdict: "text", note: "Enter sends; Shift+Enter is a new line." };
}
