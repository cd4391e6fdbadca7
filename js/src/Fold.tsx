import type { ComponentChildren } from "preact";

/** What is there for whoever wants it, under its name. */
export function Fold({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <details>
      <summary>{label}</summary>
      {children}
    </details>
  );
}
