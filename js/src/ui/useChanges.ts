import { useLayoutEffect, useReducer } from "preact/hooks";

/**
 * Draw again whenever the source says that it changed. It is heard from the moment of the first
 * drawing: an effect comes a frame later, and what was said between would never be shown.
 */
export function useChanges(source: { subscribe(changed: () => void): () => void }): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => source.subscribe(() => redraw(undefined)), [source]);
}
