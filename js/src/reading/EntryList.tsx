// The list of entries, with a scroll of its own that respects the reader.

import { memo } from "preact/compat";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { EntryView } from "../entries/EntryView.tsx";
import type { Finder } from "../state/finder.ts";
import type { Entry } from "../wire.gen.ts";
import type { Target } from "./search.ts";
import { type Sought, useHighlights } from "./useHighlights.ts";
import { usePinnedScroll } from "./usePinnedScroll.ts";
import { usePrinting } from "./usePrinting.ts";

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
export const EntryList = memo(function EntryList({
  entries,
  find,
  height,
  sought,
  target,
  onGo,
}: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const { pin, scrolled, unseen } = usePinnedScroll(scroller, content, entries.length);
  const [focused, setFocused] = useState(0);
  const printing = usePrinting();

  // What is out of sight is not drawn, unless it has the focus, is gone to, or paper is.
  const kept = [focused, target?.id ?? 0].map((id) => placeOf(entries, id));
  const mounted = printing ? entries.map((_, place) => place) : kept.filter((place) => place >= 0);

  useLayoutEffect(() => {
    if (!target) return;
    pin(false);
    const align = target.match === undefined ? "start" : "nearest";
    list.current?.scrollToIndex(placeOf(entries, target.id), { align });
    if (target.focus) element(target.id)?.focus({ preventScroll: true });
  }, [target]);

  useHighlights(scroller, content, sought);

  const element = (id: number) =>
    content.current?.querySelector<HTMLElement>(`[id="entry-${id}"]`) ?? null;

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

  return (
    <div class="reading">
      <div
        class="log"
        ref={scroller}
        role="feed"
        aria-label="Entries"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
        tabIndex={0}
        style={height > 0 ? { height: `${height}px` } : {}}
        onScroll={scrolled}
        onKeyDown={pressed}
      >
        {entries.length === 0 && <article class="quiet">Nothing to show.</article>}
        <div ref={content} class="rows">
          <Virtualizer ref={list} scrollRef={scroller} data={entries} keepMounted={mounted}>
            {(entry, index) => (
              <div
                key={entry.id}
                // What has not been measured is hidden, and takes no focus.
                style={entry.id === target?.id ? { visibility: "visible" } : {}}
                onFocusIn={() => setFocused(entry.id)}
                onFocusOut={() => setFocused(0)}
              >
                <EntryView
                  entry={entry}
                  find={find}
                  place={index + 1}
                  of={entries.length}
                  sought={sought.query}
                  here={sought.at?.id === entry.id}
                />
              </div>
            )}
          </Virtualizer>
        </div>
      </div>
      {unseen > 0 && (
        <button type="button" class="new" onClick={() => pin(true)}>
          {unseen} new
        </button>
      )}
    </div>
  );
});

/** Where an entry is among those shown; its number is at least its place. -1, if it is not. */
function placeOf(entries: readonly Entry[], id: number): number {
  if (entries[id - 1]?.id === id) return id - 1;
  return entries.findIndex((entry) => entry.id === id);
}

function writing({ target }: KeyboardEvent): boolean {
  return (target as Element).closest("input, textarea, select") !== null;
}
