import type { ComponentChildren } from "preact";
import { visible } from "../text/letters.ts";

/** A sentence on what stands against something, announced as it appears; nothing, if there is none. */
export function Problem({
  sentence,
  children,
}: {
  sentence: string;
  children?: ComponentChildren;
}) {
  if (!sentence) return null;
  return (
    <p class="problem" role="alert">
      {visible(sentence)} {children}
    </p>
  );
}
