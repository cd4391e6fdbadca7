// Short texts of a server's, where they are pressed: nothing in them is unseen.

/** Controls, marks of direction and other characters with no look; line breaks and tabs have one. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What joins letters in these scripts, and parts of emoji, changes how they look. */
const JOINED = /[\p{Script=Arabic}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]$/u;

/** White space, and letters that are drawn as nothing. */
const BLANK = /^[\s\u115f\u1160\u2800\u3164\uffa0]*$/u;

/** A text with each character in it that has no look of its own written out: `[U+202E]`. */
export function label(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(UNSEEN, (character, at: number, whole: string) => {
    const joins = character === "\u200c" || character === "\u200d";
    if (joins && JOINED.test(whole.slice(Math.max(0, at - 2), at))) return character;
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

/** An option, as it is written; one with nothing in it says so. */
export function optionLabel(option: string): string {
  return BLANK.test(option) ? "(blank option)" : label(option);
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
