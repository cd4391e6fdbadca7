import type { RefObject } from "preact";
import { flushSync } from "preact/compat";
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
} from "preact/hooks";

/**
 * Draw again whenever the source says that it changed. It is heard from the moment of the first
 * drawing: an effect comes a frame later, and what was said between would never be shown.
 */
export function useChanges(source: { subscribe(changed: () => void): () => void }): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => source.subscribe(() => redraw(undefined)), [source]);
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

/**
 * A switch whose two faces have other buttons. Whoever turns it had the focus on one that is gone
 * then, so it goes to what `first` is given; drawn at once, so that there is something to focus.
 */
export function useSwitch() {
  const [on, setOn] = useState(false);
  const target = useRef<HTMLElement | null>(null);
  const first = useCallback((element: HTMLElement | null) => {
    target.current = element;
  }, []);
  const turn = (next: boolean) => {
    flushSync(() => setOn(next));
    target.current?.focus({ preventScroll: true });
  };
  return { on, turn, first };
}

/**
 * Keeps the focus in `place` when what had it there is drawn no more: `preferred` gets it, or the
 * first button, or `place` itself, which must be able to.
 */
export function useKeptFocus(
  place: RefObject<HTMLElement | null>,
  preferred?: RefObject<HTMLElement | null>,
): void {
  // What is about to go still has it while the next is thought up.
  const inside = hasFocus(place.current);
  useLayoutEffect(() => {
    if (!inside || hasFocus(place.current)) return;
    const first = place.current?.querySelector("button");
    const next = preferred?.current ?? first ?? place.current;
    next?.focus({ preventScroll: true });
  });
}

export function hasFocus(place: HTMLElement | null): boolean {
  const root = place?.getRootNode() as Document | ShadowRoot | undefined;
  return place?.contains(root?.activeElement ?? null) ?? false;
}

/** Whether this many milliseconds have gone by since it was first drawn. */
export function useElapsed(milliseconds: number): boolean {
  const [elapsed, setElapsed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setElapsed(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return elapsed;
}

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
export function useLeft(
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

/** Whether the page is being printed, so that what is only drawn when in sight must be drawn. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const turn = (next: boolean) => () => flushSync(() => setPrinting(next));
    const [before, after] = [turn(true), turn(false)];
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, []);
  return printing;
}
