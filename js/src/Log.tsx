// The list of entries, with a scroll of its own that respects the reader.

import { memo } from "preact/compat";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Finder } from "./EntryLink.tsx";
import { EntryView } from "./EntryView.tsx";
import type { Entry } from "./wire.gen.ts";

/** This near the end, in pixels, counts as being there. */
const NEAR = 24;

interface Props {
  entries: readonly Entry[];
  find: Finder;
  height: number;
}

/** Drawn anew only when entries come, not for each letter that is typed below. */
export const Log = memo(function Log({ entries, find, height }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [pinned, setPinned] = useState(true);
  const [seen, setSeen] = useState(0);

  // Entries grow after they were added: folds are opened, those out of sight get their true height.
  useEffect(() => {
    if (!pinned || !content.current) return;
    const observer = new ResizeObserver(() => {
      if (list.current) list.current.scrollTop = list.current.scrollHeight;
    });
    observer.observe(content.current);
    return () => observer.disconnect();
  }, [pinned]);

  useLayoutEffect(() => {
    const element = list.current;
    if (element && pinned) {
      element.scrollTop = element.scrollHeight;
      setSeen(entries.length);
    }
  }, [entries, pinned]);

  const scrolled = () => {
    const element = list.current;
    if (element) {
      setPinned(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR);
    }
  };

  /** Go to an entry inside the list; the notebook's own scroll stays where it is. */
  const followed = (event: MouseEvent) => {
    const link = (event.target as Element).closest("a[href^='#entry-']");
    const place = link?.getAttribute("href")?.slice(1);
    const target = place && list.current?.querySelector<HTMLElement>(`[id="${place}"]`);
    if (!list.current || !target) return;
    event.preventDefault();
    setPinned(false);
    list.current.scrollTop = target.offsetTop - list.current.offsetTop;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  };

  const unseen = entries.length - seen;
  return (
    <div class="reading">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links make clicks of keys */}
      <div
        class="log"
        ref={list}
        role="log"
        aria-label="Conversation"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
        tabIndex={0}
        style={height > 0 ? { height: `${height}px` } : {}}
        onScroll={scrolled}
        onClick={followed}
      >
        {entries.length === 0 && <p class="quiet">Nothing has been said.</p>}
        <div ref={content}>
          {entries.map((entry) => (
            <EntryView key={entry.id} entry={entry} find={find} />
          ))}
        </div>
      </div>
      {!pinned && unseen > 0 && (
        <button type="button" class="new" onClick={() => setPinned(true)}>
          {unseen} new
        </button>
      )}
    </div>
  );
});
