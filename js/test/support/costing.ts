// What work costs, beside a floor that is measured in the same run: no test looks at a clock alone.

const WALKED = "It <b>is</b> & was. ".repeat(5000);
const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Letters for which a shorter text is counted: what any text costs is no part of the growth. */
const FEWEST = 1000;

/** Microseconds of the processor that the work takes. */
function spent(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** The floor: look at each letter with a regular expression, and escape it. */
function walk(): string[] {
  return Array.from(WALKED.matchAll(/./gs), ([letter]) =>
    letter.replace(/[&<>]/g, (one) => ESCAPES[one] ?? one),
  );
}

/**
 * How many times as long the work takes as a plain walk over so many letters.
 *
 * Both are measured side by side, so that a slow machine is slow for both. Of several tries the least
 * of each counts; there are no more once the ratio is at most `enough`.
 */
export function walks(work: () => unknown, letters: number, enough: number, tries = 6): number {
  let floor = Number.POSITIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  const share = Math.max(letters, FEWEST) / WALKED.length;
  for (let tried = 0; tried < tries; tried += 1) {
    floor = Math.min(floor, spent(walk) * share);
    least = Math.min(least, spent(work));
    if (least <= enough * floor) break;
  }
  return least / floor;
}
