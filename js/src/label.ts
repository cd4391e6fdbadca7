// Options of a question, where they are pressed: nothing in them is unseen, and their lines stay.

import { unmistakable } from "./letters.ts";

/** White space, and letters that are drawn as nothing. */
const BLANK = /^[\s\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** An option, as it is written; one with nothing in it says so. */
export function optionLabel(option: string): string {
  return BLANK.test(option) ? "(blank option)" : unmistakable(option);
}

/** Options in order. Those that look alike are numbered by their places, so that they differ. */
export function optionLabels(
  options: readonly string[],
  written: (option: string) => string = optionLabel,
): string[] {
  const labels = options.map(written);
  const looks = labels.map((one) => one.normalize("NFKC").trim().replace(/\s+/g, " "));
  const counts = new Map<string, number>();
  for (const look of looks) counts.set(look, (counts.get(look) ?? 0) + 1);
  return labels.map((one, place) =>
    (counts.get(looks[place] ?? "") ?? 0) > 1 ? `${place + 1}. ${one}` : one,
  );
}
