import type { ComponentChildren } from "preact";

/** What is there for whoever wants it, under its name. */
export function Fold({
  label,
  children,
}: {
  label: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <details>
      <summary>{label}</summary>
      {children}
    </details>
  );
}
