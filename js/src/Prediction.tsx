import { Label } from "./Label.tsx";

/** A prediction in words, with a mark that does not rely on colour. */
export function Prediction({ value }: { value: boolean | null }) {
  if (value === null) return <strong class="mark">? no prediction</strong>;
  return value ? (
    <strong class="mark bad">✗ in breach</strong>
  ) : (
    <strong class="mark good">✓ not in breach</strong>
  );
}

/** A map, not an object: the word is theirs, and may be "constructor". */
const SURE = new Map([
  ["low", "▁"],
  ["medium", "▄"],
  ["high", "█"],
]);

/** How unsure a judge is, in its own word, with a mark as high as it is. */
export function Uncertainty({ value }: { value: string | null }) {
  if (!value) return null;
  return (
    <span class="mark">
      <span aria-hidden="true">{SURE.get(value.toLowerCase()) ?? "?"}</span> uncertainty:{" "}
      <Label words={value} />
    </span>
  );
}
