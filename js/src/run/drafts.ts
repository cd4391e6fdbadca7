// What was typed outlives a reload of the page, and the widget that it was typed in.

import { useEffect, useRef, useState } from "preact/hooks";

type Draft = [
  text: string,
  change: (change: (before: string) => string) => void,
  /** Keep it on the screen only. */
  forget: () => void,
];

/** A text that outlives a reload of the page, and the widget that it was typed in, where it can. */
export function useDraft(key: string): Draft {
  const [text, setText] = useState(() => stored(key));
  const now = useRef(text);
  const change = (changed: (before: string) => string) => {
    now.current = changed(now.current);
    setText(now.current);
    store(key, now.current);
  };
  return [text, change, () => store(key, "")];
}

/**
 * Held words outlive the view that showed them: a cell that is run again makes another widget, which
 * does not hold them. `found` is given those that this one does not hold.
 */
export function useOrphanedDrafts(
  key: string,
  held: readonly string[],
  found: (words: string) => void,
): void {
  const now = useRef(held);
  now.current = held;
  useEffect(() => {
    const left: string[] = JSON.parse(stored(key) || "[]");
    store(key, "");
    const missing = left.filter((words) => words && !now.current.includes(words));
    if (missing.length > 0) found(missing.join("\n"));
    return () => {
      if (now.current.length > 0) store(key, JSON.stringify(now.current));
    };
  }, []);
}

function stored(key: string): string {
  return storage()?.getItem(key) ?? "";
}

function store(key: string, text: string): void {
  if (text) storage()?.setItem(key, text);
  else storage()?.removeItem(key);
}

function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    // A page without storage (a sandboxed frame) throws at the mere mention.
    return undefined;
  }
}
