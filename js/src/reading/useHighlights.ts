import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { mark, ranges } from "./highlight.ts";
import type { Target } from "./search.ts";

export interface Sought {
  /** Plain; "" is nothing. */
  query: string;
  /** The match that the reader is at; another object each time that they go to one. */
  at: Target | null;
}

/** Mark what is sought in the rows that are drawn, and bring the reader's own match into sight. */
export function useHighlights(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  { query, at }: Sought,
): void {
  const shown = useRef<Target | null>(null);
  useLayoutEffect(() => {
    if (!query || !content.current) return;
    const found: Range[] = [];
    let current: Range | undefined;
    for (const row of content.current.querySelectorAll(".entry")) {
      const here = ranges(row, query);
      found.push(...here);
      if (row.id === `entry-${at?.id}`) current = here[at?.match ?? 0] ?? here.at(-1);
    }
    const unmark = mark(found, current);
    if (current && shown.current !== at) {
      shown.current = at;
      unfold(current);
      reveal(current, scroller.current);
    }
    return unmark;
  });
}

function unfold(range: Range): void {
  let fold = range.startContainer.parentElement?.closest("details:not([open])");
  while (fold instanceof HTMLDetailsElement) {
    fold.open = true;
    fold = fold.parentElement?.closest("details:not([open])");
  }
}

/** Scroll our own list, and nothing else, until the match is in it. */
function reveal(range: Range, box: HTMLElement | null): void {
  // jsdom lays nothing out.
  if (!box || !range.getBoundingClientRect) return;
  const { top, bottom } = range.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (top < frame.top || bottom > frame.bottom) {
    box.scrollTop += top - frame.top - frame.height / 3;
  }
}
