import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { predicted } from "../text/wording.ts";
import { Label } from "../ui/Label.tsx";
import type { Judgement, Labels } from "../wire.gen.ts";

/** The study's words for predictions. */
export const StudyLabels = createContext<Labels | null>(null);

/** A prediction in words, with a mark that relies on no colour: what it means is not ours to say. */
export function Prediction({ of }: { of: Judgement }) {
  const labels = useContext(StudyLabels);
  const mark = of.prediction === null ? "?" : of.prediction ? "●" : "○";
  return (
    <strong class="mark">
      <span aria-hidden="true">{mark}</span> {predicted(of, labels)}
    </strong>
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
