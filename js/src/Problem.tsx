import type { ComponentChildren } from "preact";

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
      {sentence} {children}
    </p>
  );
}
