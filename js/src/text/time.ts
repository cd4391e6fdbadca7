// Times as a reader wants them.

/** "12 s", "3 min 5 s", "2 h 10 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** The time of day of `seconds` since 1970, in the reader's own way. */
export function timeOfDay(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString();
}

export function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** "2026-11-24 10:40 UTC". */
export function minuteOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  // A file may say anything, and a date that is none throws.
  if (Number.isNaN(date.getTime())) return "at an unknown time";
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
