import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** This near the end, in pixels, counts as being there. */
const NEAR = 24;

type Box = RefObject<HTMLElement | null>;

/** A list that stays at its end for a reader who is there, and leaves the others where they are. */
export function usePinnedScroll(scroller: Box, content: Box, count: number) {
  const [pinned, setPinned] = useState(true);
  const [seen, setSeen] = useState(count);
  // The browser tells of growth before what was decided here is drawn.
  const now = useRef(true);
  const last = useRef({ top: 0, height: 0 });

  const pin = useCallback((next: boolean) => {
    now.current = next;
    setPinned(next);
    const box = scroller.current;
    if (next && box) box.scrollTop = box.scrollHeight;
  }, []);

  // The list grows by itself too: folds are opened, what comes into sight gets its true height.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      const box = scroller.current;
      if (now.current && box) box.scrollTop = box.scrollHeight;
    });
    for (const { current } of [scroller, content]) if (current) observer.observe(current);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (pinned) {
      pin(true);
      setSeen(count);
    }
  }, [pinned, count]);

  // Fewer may be shown than were seen, once a filter is set.
  useEffect(() => setSeen((before) => Math.min(before, count)), [count]);

  const scrolled = () => {
    const box = scroller.current;
    if (!box) return;
    const { top, height } = last.current;
    // What scrolls back while the list has its size is the reader; what grows is not.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) pin(true);
    else if (box.scrollTop < top && box.scrollHeight === height) pin(false);
    last.current = { top: box.scrollTop, height: box.scrollHeight };
  };

  return { pin, scrolled, unseen: pinned ? 0 : count - seen };
}
