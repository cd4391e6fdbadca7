// Words as a search compares them: without their case, their marks of width, and the ways in which
// one and the same letter can be written.

// What is composed in Unicode is compared as one: a letter with its marks, and the parts of a
// syllable of Hangul.
const CLUSTERS = /[\u1100-\u115f][\u1160-\u11a7]?[\u11a8-\u11ff]?\p{M}*|\P{M}\p{M}*|\p{M}+/gu;

/** Not seen: soft hyphens, joiners, selectors of a variant, the break of a word. */
const UNSEEN =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is looked for by itself
  /[\u00ad\u034f\u180b-\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff]/g;

const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/[\u2018-\u201b\u2032\u02b9\u02bb\u02bc\u0060\u00b4]/g, "'"],
  [/[\u201c-\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212\u2043]/g, "-"],
];

// All of ASCII but the backtick, which is compared as an apostrophe.
const ASCII = /^[\0-\x5f\x61-\x7f]*$/;

/** One letter with its marks as it is compared. */
function letter(cluster: string): string {
  let made = cluster.normalize("NFKC").replace(UNSEEN, "");
  // Up and down again: ß is ss, and both of Greek's small sigmas are one.
  made = made.toUpperCase().toLowerCase().replace("i\u0307", "i");
  for (const [signs, sign] of ALIKE) made = made.replace(signs, sign);
  return made.normalize("NFC").replace(/\s+/g, " ");
}

/** The words as they are compared. */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(/\s\s+|[^\S ]/g, " ");
  return foldedWithPlaces(text).words;
}

export interface Folded {
  words: string;
  /** For each letter of the words, where in the text it begins, and where it ends. */
  begins: number[];
  ends: number[];
}

/** The words as they are compared, each letter with its place in the text. */
export function foldedWithPlaces(text: string): Folded {
  const begins: number[] = [];
  const ends: number[] = [];
  let words = "";
  for (const { 0: cluster, index } of text.matchAll(CLUSTERS)) {
    for (const sign of known(cluster)) {
      if (sign === " " && words.endsWith(" ")) continue;
      words += sign;
      for (let unit = 0; unit < sign.length; unit++) {
        begins.push(index);
        ends.push(index + cluster.length);
      }
    }
  }
  return { words, begins, ends };
}

const letters = new Map<string, string>();

/** As `letter`, looked up: there are few letters in a conversation. */
function known(cluster: string): string {
  let made = letters.get(cluster);
  if (made === undefined) {
    made = letter(cluster);
    // Texts are hostile, and clusters of marks can be of any number.
    if (letters.size < 10_000 && cluster.length < 8) letters.set(cluster, made);
  }
  return made;
}

/** How often `query`, which is folded, occurs in words that are; matches do not overlap. */
export function count(words: string, query: string): number {
  let found = 0;
  for (let at = words.indexOf(query); at >= 0; at = words.indexOf(query, at + query.length))
    found++;
  return found;
}
