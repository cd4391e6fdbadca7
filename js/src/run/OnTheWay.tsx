import { visible } from "../text/letters.ts";
import { useElapsed } from "../ui/clock.ts";
import type { Said } from "./useOutbox.ts";

/** A kernel that is there takes words sooner than this, in milliseconds, and nothing flickers. */
const AT_ONCE = 400;

/** Words that have left the field, and that the kernel has not taken yet. */
export function OnTheWay({ said }: { said: readonly Said[] }) {
  const late = useElapsed(AT_ONCE);
  if (!late) return null;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: a list without bullets is no list to VoiceOver
    <ul class="on-the-way" role="list" aria-label="On the way to the kernel">
      {said.map(({ content }, place) => (
        <li key={place} class="words" dir="auto">
          {visible(content)}
        </li>
      ))}
    </ul>
  );
}
