// What the person typed before it could be sent: theirs to change, to take back, to send.

import { useState } from "preact/hooks";
import { Markdown } from "./Markdown.tsx";
import type { Entry, Held } from "./wire.gen.ts";

interface Actions {
  onEdit(held: number, content: string): void;
  onRemove(held: number): void;
  onRelease(held: number, question: number): void;
}

interface Props extends Actions {
  held: readonly Held[];
  question: Entry | undefined;
}

export function HeldList({ held, question, ...actions }: Props) {
  if (held.length === 0) return null;
  return (
    <ul class="held" aria-label="Held input">
      {held.map((item) => (
        <HeldItem key={item.id} item={item} question={question} {...actions} />
      ))}
    </ul>
  );
}

function HeldItem({
  item,
  question,
  ...actions
}: Actions & { item: Held; question: Entry | undefined }) {
  const [editing, setEditing] = useState(false);
  const words = item.content || item.verdict;
  return (
    <li>
      <p class="marks">
        <span class="mark">‖ held</span> <span class="quiet">{item.note}</span>
      </p>
      {editing ? (
        <Editor
          words={words}
          onSave={(content) => {
            actions.onEdit(item.id, content);
            setEditing(false);
          }}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <p dir="auto" class="words">
          {words}
        </p>
      )}
      {item.facing !== null && question?.body.kind === "question" && !editing && (
        <Facing
          question={question.body.content}
          rejects={question.body.form === "confirm" && item.verdict === "text"}
          onSend={() => actions.onRelease(item.id, question.id)}
        />
      )}
      {!editing && (
        <p class="buttons">
          <button type="button" onClick={() => setEditing(true)}>
            Edit
          </button>
          <button type="button" onClick={() => actions.onRemove(item.id)}>
            Remove
          </button>
          <CopyButton words={words} />
        </p>
      )}
    </li>
  );
}

/** The open question beside held words that were not written for it. */
function Facing(props: { question: string; rejects: boolean; onSend(): void }) {
  return (
    <div class="facing">
      <span class="quiet">The open question:</span>
      <Markdown text={props.question} />
      <button type="button" onClick={props.onSend}>
        {props.rejects ? "Send: this rejects the step" : "Send as the answer"}
      </button>
    </div>
  );
}

function Editor(props: { words: string; onSave(content: string): void; onCancel(): void }) {
  const [words, setWords] = useState(props.words);
  return (
    <>
      <textarea
        aria-label="Held words"
        dir="auto"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <p class="buttons">
        <button type="button" disabled={!words.trim()} onClick={() => props.onSave(words)}>
          Save
        </button>
        <button type="button" onClick={props.onCancel}>
          Cancel
        </button>
      </p>
    </>
  );
}

function CopyButton({ words }: { words: string }) {
  const [done, setDone] = useState("");
  const copy = () =>
    navigator.clipboard.writeText(words).then(
      () => setDone("Copied"),
      () => setDone("The browser refused: select the words and copy them"),
    );
  if (!navigator.clipboard) return null;
  return (
    <button type="button" onClick={copy}>
      {done || "Copy"}
    </button>
  );
}
