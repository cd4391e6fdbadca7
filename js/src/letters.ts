// Letters that are not seen, or that change how others are seen: made visible, or taken out.
// buttermilk_widget/letters.py does the same, and says why; tests/parity/letters.json holds both.

// CSI and OSC sequences, and the escapes of two or three characters.
const TERMINAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]|(?:\x1b\]|\x9d)[^\x00-\x1f\x7f-\x9f]{0,2000}(?:\x07|\x1b\\|\x9c)|\x1b[ -/]{1,2}[0-~]|\x1b[=>78cDEHMNOZ]/g;

// A flag of a region is kept; see letters.py for the others.
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the same
  /(\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f})|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

/**
 * The text without codes for a terminal, and with each hidden character named: `⟨U+202E⟩`. Line
 * breaks of every kind become line feeds.
 */
export function visible(text: string): string {
  return text
    .replace(TERMINAL, "")
    .replace(/\r\n?/g, "\n")
    .replace(HIDDEN, (found, flag?: string) => flag ?? named(found));
}

function named(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

// Drawn as nothing, in a name or on a button: two of these could differ and look alike.
const NOTHING =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is looked for by itself
  /[\u00ad\u034f\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\uffa0]/gu;

/** What joins letters in these scripts, and parts of emoji, changes how they look. */
const JOINED =
  /[\p{M}\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u00a9\u00ae\u203c-\u2bff\u{1f000}-\u{1faff}]$/u;

/** `visible`, with what is drawn as nothing named too. */
export function unmistakable(text: string): string {
  return visible(text).replace(NOTHING, (character, at: number, whole: string) => {
    const joins = character === "\u200c" || character === "\u200d";
    return joins && JOINED.test(whole.slice(Math.max(0, at - 2), at))
      ? character
      : named(character);
  });
}

/**
 * The text as a name has it: `unmistakable`, on one line. A line break in it is shown as `⏎`, so that
 * no name can pass for two, or for a line of ours.
 */
export function label(text: string): string {
  return unmistakable(text).trim().replace(/\n/g, " ⏎ ").replace(/\s+/g, " ");
}
