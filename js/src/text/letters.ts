// Letters that are not seen, or that change how others are seen: made visible, or taken out.
// buttermilk_widget/text/letters.py does the same, and says why; tests/data/parity/letters.json holds both.

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
  /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0080}-\u{e0fff}]/gu;

/** What joins letters in these scripts, and parts of emoji, changes how they look. */
const JOINED =
  /[\p{M}\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u00a9\u00ae\u203c-\u2bff\u{1f000}-\u{1faff}]$/u;

/** What selects another form, and of what: an emoji, a Chinese character, a Mongolian letter. */
const SELECTOR = /^[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;
const SELECTED =
  /[\u00a9\u00ae\u1820-\u18aa\u203c-\u2bff\u3007-\u303d\u3297\u3299\u3400-\u9fff\uf900-\ufaff\u{1f000}-\u{1faff}\u{20000}-\u{3ffff}]$/u;

/** `visible`, with what is drawn as nothing named too. */
export function unmistakable(text: string): string {
  return visible(text).replace(NOTHING, (character, at: number, whole: string) =>
    changes(character, whole.slice(Math.max(0, at - 2), at), whole.slice(at + character.length))
      ? character
      : named(character),
  );
}

/** Whether a character that is drawn as nothing changes what stands before it. */
function changes(character: string, before: string, after: string): boolean {
  if (character === "\u200c" || character === "\u200d") return JOINED.test(before);
  if (!SELECTOR.test(character)) return false;
  return SELECTED.test(before) || (/[#*0-9]$/.test(before) && after.startsWith("\u20e3"));
}

/**
 * The text as a name has it: `unmistakable`, on one line. A line break in it is shown as `⏎`, so that
 * no name can pass for two, or for a line of ours.
 */
export function label(text: string): string {
  return unmistakable(text).trim().replace(/\n/g, " ⏎ ").replace(/\s+/g, " ");
}

/**
 * A name that no agent is known by, as a `label` in quotation marks; nothing, if it is blank. Marks in
 * the name are made visible otherwise, so that it cannot end before its end.
 */
export function claimed(name: string): string {
  const shown = label(name).replace(/[\u201c-\u201f]/g, named);
  return shown && `“${shown}”`;
}

// --- options ---

/** White space, and letters that are drawn as nothing. */
const BLANK = /^[\s\u115f\u1160\u2800\u3164\uffa0]*$/u;
const BLANK_OPTION = "(blank option)";

/** An option in full, with its lines; one with nothing in it says so. */
export function optionLabel(option: string): string {
  return BLANK.test(option) ? BLANK_OPTION : unmistakable(option);
}

/** Options in order. Those that look alike are numbered by their places, so that they differ. */
export function optionLabels(options: readonly string[]): string[] {
  const numbers = marks(options);
  return options.map((option, place) => numbers[place] + optionLabel(option));
}

/** Options as a list on one line has them: each on one line, and in quotation marks. */
export function optionNames(options: readonly string[]): string[] {
  const numbers = marks(options);
  return options.map(
    (option, place) => numbers[place] + (BLANK.test(option) ? BLANK_OPTION : `“${label(option)}”`),
  );
}

function marks(options: readonly string[]): string[] {
  const looks = options.map((option) =>
    optionLabel(option).normalize("NFKC").trim().replace(/\s+/g, " "),
  );
  const counts = new Map<string, number>();
  for (const look of looks) counts.set(look, (counts.get(look) ?? 0) + 1);
  const some = looks.map((look, place) => ((counts.get(look) ?? 0) > 1 ? `${place + 1}. ` : ""));
  const different = new Set(looks.map((look, place) => some[place] + look));
  // One is written as another is numbered: with a number for each, all differ.
  return different.size === looks.length ? some : looks.map((_, place) => `${place + 1}. `);
}

// --- who speaks ---

/**
 * What entries are headed that no agent wrote, and agents without a name: alone, or with something
 * after it that is no word.
 */
const LIKE_OURS =
  /^[^\p{L}\p{N}]*(?:you and the server|you|manager|server|question|script|event|connection|an agent|a judge)(?:[^\p{L}\p{N}]*|\s*[^\p{L}\p{N}\s_].*)$/u;

/** Letters of other scripts that look like those of our names; see letters.py. */
const CONFUSED = new Map(
  [
    "a\u0430\u0410\u03b1\u0391",
    "c\u0441\u0421\u03f2\u03f9",
    "d\u0501",
    "e\u0435\u0415\u0395",
    "g\u0261",
    "i\u0456\u0406\u03b9\u0399\u0131",
    "j\u0458\u0408",
    "m\u043c\u041c\u039c",
    "n\u03b7\u039d\u0578",
    "o\u043e\u041e\u03bf\u039f\u0585",
    "p\u0440\u0420\u03c1\u03a1",
    "q\u051b",
    "r\u0433",
    "s\u0455\u0405",
    "t\u0442\u0422\u03c4\u03a4",
    "u\u03c5\u057d",
    "v\u0475\u03bd",
    "y\u0443\u0423\u04af\u04ae\u03a5",
  ].flatMap(([plain = "", ...letters]) =>
    letters.map((letter): [string, string] => [letter, plain]),
  ),
);

/**
 * How an agent is called: its name as a `label`, or its key if the name is blank. A name of ours, as
 * `You` or `Server`, is no agent's: it is quoted, with the key beside it.
 */
export function called({ name, key }: { name: string; key: string }): string {
  const by = label(key) || "of no id";
  if (BLANK.test(name)) return `An agent (${by})`;
  const shown = label(name);
  const plain = [...shown].map((letter) => CONFUSED.get(letter) ?? letter).join("");
  const ours = LIKE_OURS.test(plain.normalize("NFKC").toLowerCase());
  return ours ? `“${shown}” (agent ${by})` : shown;
}
