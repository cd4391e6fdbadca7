import { useLayoutEffect, useRef } from "preact/hooks";
import { isEnter } from "../ui/keys.ts";

interface Props {
  /** How often the field was asked for; it has the focus then. */
  asked: number;
  query: string;
  total: number;
  /** The number of the match that the reader is at, from 0. */
  at: number | null;
  onSearch(words: string): void;
  /** To the next match, or with -1 to the one before. */
  onGo(step: number): void;
}

/** Searches everything that was said, also what is folded or out of sight. */
export function Find({ asked, query, total, at, onSearch, onGo }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, [asked]);
  const pressed = (event: KeyboardEvent) => {
    if (!isEnter(event)) return;
    event.preventDefault();
    onGo(event.shiftKey ? -1 : 1);
  };
  return (
    <search class="panel find">
      <input
        ref={field}
        type="search"
        aria-label="Find in the conversation"
        dir="auto"
        value={query}
        onInput={(event) => onSearch(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <span class="quiet" role="status" data-find-count={query ? total : undefined}>
        {found(query, total, at)}
      </span>
      <button type="button" disabled={total === 0} onClick={() => onGo(-1)}>
        Previous
      </button>
      <button type="button" disabled={total === 0} onClick={() => onGo(1)}>
        Next
      </button>
    </search>
  );
}

function found(query: string, total: number, at: number | null): string {
  if (!query.trim()) return "";
  if (at !== null) return `${at + 1} of ${total}`;
  return total === 1 ? "1 match" : `${total} matches`;
}
