// Reading a conversation: the list, and the ways to find something in it.

import { flushSync, memo } from "preact/compat";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Finder } from "../state/finder.ts";
import { composing } from "../ui/keys.ts";
import type { Entry } from "../wire.gen.ts";
import { Announcer } from "./Announcer.tsx";
import { EntryList } from "./EntryList.tsx";
import { Filters } from "./Filters.tsx";
import { Find } from "./Find.tsx";
import { ALL, isOff, passing } from "./filter.ts";
import { Outline } from "./Outline.tsx";
import { matcher, prepare, type Target } from "./search.ts";
import type { Sought } from "./useHighlights.ts";

type Panel = "find" | "filter" | "outline" | "";

interface Props {
  entries: readonly Entry[];
  find: Finder;
  height: number;
  /** An entry that the reader was sent to from elsewhere; another object each time. */
  goal: Goal | null;
}

export interface Goal {
  id: number;
}

const NOWHERE: Sought = { query: "", at: null };

export const Reader = memo(function Reader({ entries, find, height, goal }: Props) {
  const [panel, setPanel] = useState<Panel>("");
  const [filter, setFilter] = useState(ALL);
  const [asked, setAsked] = useState(0);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState<number | null>(null);
  const [target, setTarget] = useState<Target | null>(null);

  const shown = useMemo(() => passing(entries, filter), [entries, filter]);
  const look = useMemo(() => matcher(query), [query]);
  const matches = useMemo(() => look(shown), [look, shown]);
  const match = at === null ? null : matches.at(at);
  const sought = useMemo(
    () =>
      panel === "find"
        ? { query: matches.query, at: target?.match === undefined ? null : target }
        : NOWHERE,
    [panel, matches.query, target],
  );

  /** To the match with this number; past the last comes the first. */
  const goToMatch = (number: number) => {
    const next = matches.total === 0 ? null : (number + matches.total) % matches.total;
    setAt(next);
    setTarget(next === null ? null : matches.at(next));
  };
  const search = (words: string) => {
    setQuery(words);
    setAt(null);
  };
  const go = (id: number) => {
    const entry = find.entry(id);
    // A link leads to its entry even if a filter hides it.
    if (entry && !shown.includes(entry)) setFilter(ALL);
    setTarget({ id, focus: true });
  };
  useEffect(() => {
    if (goal) go(goal.id);
  }, [goal]);

  useEffect(() => {
    if (panel !== "find") return;
    const closed = new AbortController();
    prepare(entries, closed.signal);
    return () => closed.abort();
  }, [panel]);

  const opened = (next: Panel) => setPanel(panel === next ? "" : next);
  const pressed = (event: KeyboardEvent) => {
    const finds = event.key === "f" && (event.ctrlKey || event.metaKey);
    if (finds) {
      event.preventDefault();
      // At once, or the first letters of a quick typist would go nowhere.
      flushSync(() => {
        setPanel("find");
        setAsked((before) => before + 1);
      });
    } else if (event.key === "Escape" && panel && !composing(event)) setPanel("");
  };

  const filtered = isOff(filter) ? "Filter" : `Filter: ${shown.length} of ${entries.length}`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what is a button below
    <div onKeyDown={pressed}>
      <p class="tools">
        <Tool name="find" panel={panel} onOpen={opened}>
          Find
        </Tool>
        <Tool name="filter" panel={panel} onOpen={opened}>
          {filtered}
        </Tool>
        <Tool name="outline" panel={panel} onOpen={opened}>
          Outline
        </Tool>
      </p>
      {panel === "find" && (
        <Find
          asked={asked}
          query={query}
          total={matches.total}
          at={match && at}
          onSearch={search}
          onGo={(step) => goToMatch(at === null ? (step < 0 ? -1 : 0) : at + step)}
        />
      )}
      {panel === "filter" && <Filters entries={entries} filter={filter} onFilter={setFilter} />}
      {panel === "outline" && <Outline entries={shown} />}
      <div role="log" aria-live="off" aria-label="Conversation">
        <EntryList
          entries={shown}
          find={find}
          height={height}
          sought={sought}
          target={target}
          onGo={go}
        />
        <Announcer entries={entries} />
      </div>
    </div>
  );
});

function Tool(props: { name: Panel; panel: Panel; onOpen(panel: Panel): void; children: string }) {
  return (
    <button
      type="button"
      class="tool"
      aria-expanded={props.panel === props.name}
      onClick={() => props.onOpen(props.name)}
    >
      {props.children}
    </button>
  );
}
