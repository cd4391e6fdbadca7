// The focus stays where a person left it, though what had it is drawn no more.

import type { RefObject } from "preact";
import { flushSync } from "preact/compat";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * A switch whose two faces have other buttons. Whoever turns it had the focus on one that is gone
 * then, so it goes to what `first` is given; drawn at once, so that there is something to focus.
 */
export function useFocusToggle() {
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
