import { useRef, useState } from "preact/hooks";
import type { Respond } from "../wire.gen.ts";

/** Words that the person has sent, and that the kernel has not taken yet. */
export type Said = Pick<Respond, "verdict" | "content" | "question">;

/** Gives what stands against it, or "". */
type Post = (said: Said) => Promise<string>;

/**
 * Sends words one after the other, while the next are typed. The draft holds all that the kernel does
 * not have: first the words on their way, a line each, then the `rest`, which is in the field. So
 * what is refused is in the field again, and a reload finds all of it.
 */
export function useOutbox(
  draft: string,
  onDraft: (change: (before: string) => string) => void,
  post: Post,
) {
  const [waiting, setWaiting] = useState<readonly Said[]>([]);
  const now = useRef(waiting);
  const wait = (next: readonly Said[]) => {
    now.current = next;
    setWaiting(next);
  };

  const sendAll = async () => {
    for (let [next] = now.current; next; [next] = now.current) {
      const { content } = next;
      if (await post(next)) {
        const before = lines(now.current).length;
        wait([]);
        // With nothing typed after them, the words end where they ended.
        onDraft((all) => (all.length > before ? all : all.slice(0, -1)));
        return;
      }
      wait(now.current.slice(1));
      onDraft((all) => all.slice(content.length + 1));
    }
  };

  return {
    waiting,
    rest: draft.slice(lines(waiting).length),
    type: (words: string) => onDraft(() => lines(now.current) + words),
    /** Send what is in the field. */
    say: (said: Omit<Said, "content">) => {
      const idle = now.current.length === 0;
      const content = draft.slice(lines(now.current).length);
      wait([...now.current, { ...said, content }]);
      onDraft((all) => `${all}\n`);
      if (idle) sendAll();
    },
  };
}

function lines(said: readonly Said[]): string {
  return said.map(({ content }) => `${content}\n`).join("");
}
