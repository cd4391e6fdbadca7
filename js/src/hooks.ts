import { useEffect, useReducer, useState } from "preact/hooks";

/** Draw again whenever the source says that it changed. */
export function useChanges(source: { subscribe(changed: () => void): () => void }): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => source.subscribe(() => redraw(undefined)), [source]);
}

/** The time in seconds, by a clock that is `ahead` of the page's, once a second. */
export function useClock(ahead: number, running: boolean): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return Math.max(now, Date.now() / 1000) + ahead;
}

/** A text that outlives a reload of the page, where the browser lets it. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => storage()?.getItem(key) ?? "");
  return [
    text,
    (next: string) => {
      setText(next);
      if (next) storage()?.setItem(key, next);
      else storage()?.removeItem(key);
    },
  ];
}

function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    // A page without storage (a sandboxed frame) throws at the mere mention.
    return undefined;
  }
}
