// The list of entries, with a scroll of its own that respects the reader.

import { memo } from "preact/compat";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Finder } from "./EntryLink.tsx";
import { EntryView } from "./EntryView.tsx";
import { usePrinting } from "./hooks.ts";
import type { Target } from "./search.ts";
import { type Sought, useSought } from "./useSought.ts";
import type { Entry } from "./wire.gen.ts";

/** This near the end, in pixels, counts as being there. */
const NEAR = 24;

interface Props {
  /** Those to show, in order. */
  entries: readonly Entry[];
  find: Finder;
  height: number;
  /** What is searched for, and the match that the reader is at. */
  sought: Sought;
  /** Where to go; another object each time. */
  target: Target | null;
  onGo(id: number): void;
}

/** Drawn anew only when entries come, not for each letter that is typed below. */
export const Log = memo(function Log({ entries, find, height, sought, target, onGo }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const last = useRef({ top: 0, height: 0 });
  const [pinned, setPinned] = useState(true);
  const [seen, setSeen] = useState(entries.length);
  const [focused, setFocused] = useState(0);
  const printing = usePrinting();

  // What is out of sight is not drawn, unless it has the focus, is gone to, or paper is.
  const kept = [focused, target?.id ?? 0].map((id) => placeOf(entries, id));
  const mounted = printing ? entries.map((_, place) => place) : kept.filter((place) => place >= 0);

  // The list grows by itself too: folds are opened, what comes into sight gets its true height.
  useEffect(() => {
    const rows = content.current;
    if (!pinned || !rows) return;
    const observer = new ResizeObserver(() => {
      if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
    });
    observer.observe(rows);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [pinned]);

  useLayoutEffect(() => {
    if (!pinned || !scroller.current) return;
    scroller.current.scrollTop = scroller.current.scrollHeight;
    setSeen(entries.length);
  }, [pinned, entries]);

  // Fewer may be shown than were seen, once a filter is set.
  useEffect(() => setSeen((before) => Math.min(before, entries.length)), [entries]);

  useLayoutEffect(() => {
    if (!target) return;
    setPinned(false);
    const align = target.match === undefined ? "start" : "nearest";
    list.current?.scrollToIndex(placeOf(entries, target.id), { align });
    if (target.focus) element(target.id)?.focus({ preventScroll: true });
  }, [target]);

  useSought(scroller, content, sought);

  const element = (id: number) =>
    content.current?.querySelector<HTMLElement>(`[id="entry-${id}"]`) ?? null;

  const scrolled = () => {
    const box = scroller.current;
    if (!box) return;
    const { top, height } = last.current;
    // What scrolls back while the list has its size is the reader; what grows is not.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR) setPinned(true);
    else if (box.scrollTop < top && box.scrollHeight === height) setPinned(false);
    last.current = { top: box.scrollTop, height: box.scrollHeight };
  };

  /** J and K go from entry to entry, as in a reader of mail. */
  const pressed = (event: KeyboardEvent) => {
    const step = { j: 1, k: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || writing(event)) return;
    event.preventDefault();
    const first = list.current?.findItemIndex(list.current.scrollOffset) ?? 0;
    const place = focused ? placeOf(entries, focused) + step : first;
    const next = entries[Math.min(Math.max(place, 0), entries.length - 1)];
    if (next) onGo(next.id);
  };

  const unseen = entries.length - seen;
  return (
    <div class="reading">
      <div
        class="log"
        ref={scroller}
        role="feed"
        aria-label="Conversation"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
        tabIndex={0}
        style={height > 0 ? { height: `${height}px` } : {}}
        onScroll={scrolled}
        onKeyDown={pressed}
      >
        {entries.length === 0 && <p class="quiet">Nothing to show.</p>}
        <div ref={content} class="rows">
          <Virtualizer ref={list} scrollRef={scroller} data={entries} keepMounted={mounted}>
            {(entry, index) => (
              <div
                key={entry.id}
                onFocusIn={() => setFocused(entry.id)}
                onFocusOut={() => setFocused(0)}
              >
                <EntryView
                  entry={entry}
                  find={find}
                  place={index + 1}
                  of={entries.length}
                  sought={sought.at?.id === entry.id ? sought.query : ""}
                />
              </div>
            )}
          </Virtualizer>
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

/** Where an entry is among those shown; its number is at least its place. -1, if it is not. */
export function placeOf(entries: readonly Entry[], id: number): number {
  if (entries[id - 1]?.id === id) return id - 1;
  return entries.findIndex((entry) => entry.id === id);
}

function writing({ target }: KeyboardEvent): boolean {
  return (target as Element).closest("input, textarea, select") !== null;
}
