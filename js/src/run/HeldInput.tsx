// What the person typed before it could be sent: theirs to change, to take back, to send.

import { useState } from "preact/hooks";
import { visible } from "../text/letters.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { useFocusToggle } from "../ui/focus.ts";
import type { Entry, Held } from "../wire.gen.ts";
import { HeldConflict } from "./HeldConflict.tsx";
import { HeldEditor } from "./HeldEditor.tsx";

interface Actions {
  /** Gives what stands against the change, or "". */
  onEdit(held: number, content: string): Promise<string>;
  onRemove(held: number): void;
  onRelease(held: number, question: number): void;
  /** An item went out, or was taken back elsewhere, while its words were being changed. */
  onOrphan(words: string): void;
}

interface Props extends Actions {
  held: readonly Held[];
  question: Entry | undefined;
  /** Whether nothing can be done but to copy: the run is over, or a replay. */
  closed: boolean;
}

export function HeldInput({ held, ...props }: Props) {
  if (held.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a list without bullets is no list to VoiceOver
    <ul class="held" role="list" aria-label="Held input">
      {held.map((item) => (
        <HeldItem key={item.id} item={item} {...props} />
      ))}
    </ul>
  );
}

type ItemProps = Omit<Props, "held"> & { item: Held };

function HeldItem({ item, question, closed, ...actions }: ItemProps) {
  const { on: editing, turn, first } = useFocusToggle();
  const [keptFrom, setKeptFrom] = useState<number | null>(null);
  const words = item.content || item.verdict;
  const meets = item.facing !== null && item.facing !== keptFrom && question?.id === item.facing;
  if (editing) {
    return (
      <li>
        <HeldEditor
          words={words}
          field={first}
          onSave={(content) => actions.onEdit(item.id, content)}
          onDone={() => turn(false)}
          onOrphan={actions.onOrphan}
        />
      </li>
    );
  }
  return (
    <li>
      <p class="marks">
        <span class="mark">‖ held</span> <span class="quiet">{visible(item.note)}</span>
      </p>
      <p dir="auto" class="words">
        {visible(words)}
      </p>
      {meets && !closed && question.body.kind === "question" && (
        <HeldConflict
          question={question.body.content}
          rejects={question.body.form === "confirm" && item.verdict === "text"}
          onSend={() => actions.onRelease(item.id, question.id)}
          onKeep={() => setKeptFrom(question.id)}
        />
      )}
      <p class="buttons">
        {!closed && (
          <>
            <button type="button" ref={first} onClick={() => turn(true)}>
              Edit
            </button>
            <button type="button" onClick={() => actions.onRemove(item.id)}>
              Remove
            </button>
          </>
        )}
        <CopyButton words={() => words} />
      </p>
    </li>
  );
}
