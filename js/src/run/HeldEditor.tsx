import { useEffect, useRef, useState } from "preact/hooks";

interface Props {
  words: string;
  field(element: HTMLElement | null): void;
  /** Gives what stands against the change, or "". */
  onSave(content: string): Promise<string>;
  onDone(): void;
  /** The editor was taken away with changes in it. */
  onOrphan(words: string): void;
}

/** Changes held words. The item may go out meanwhile; what was typed here outlives it. */
export function HeldEditor({ words: before, field, onSave, onDone, onOrphan }: Props) {
  const [words, setWords] = useState(before);
  const unsaved = useRef("");
  const orphan = useRef(onOrphan);
  orphan.current = onOrphan;
  const change = (next: string) => {
    unsaved.current = next === before ? "" : next;
    setWords(next);
  };
  const leave = () => {
    unsaved.current = "";
    onDone();
  };
  useEffect(
    () => () => {
      if (unsaved.current) orphan.current(unsaved.current);
    },
    [],
  );
  return (
    <>
      <textarea
        ref={field}
        aria-label="Held words"
        dir="auto"
        rows={2}
        value={words}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <p class="buttons">
        <button
          type="button"
          disabled={!words.trim()}
          onClick={async () => (await onSave(words)) || leave()}
        >
          Save
        </button>
        <button type="button" onClick={leave}>
          Cancel
        </button>
      </p>
    </>
  );
}
