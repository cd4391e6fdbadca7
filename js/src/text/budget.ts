// What drawing a text may cost, counted as it is done. The counts are those of
// buttermilk_widget/text/budget.py, so that the page and the exports give up on the same texts.

/** Letters above which a text is no prose, and is shown as it came. */
export const LONGEST = 100_000;

/** Milliseconds for one text: a last resort, for what the counts do not see. */
const PATIENCE = 500;

/** Steps that beginning a block costs, or following a link; looking at a sign costs one. */
export const BEGINNING = 16;

/** The text would cost too much to be drawn. */
export class TooMuch extends Error {}

export class Work {
  /** Whether the words that are read stand in the cell of a table. */
  cell = false;
  #steps: number;
  #elements: number;
  #deadline = performance.now() + PATIENCE;

  constructor(text: string) {
    // As Python counts them: a letter beyond U+FFFF is one.
    const length = text.length - (text.match(/[\ud800-\udbff]/g)?.length ?? 0);
    if (length > LONGEST) throw new TooMuch();
    this.#steps = 2000 + 2 * length;
    this.#elements = 1000 + Math.floor(length / 4);
  }

  /** Some more of the text is looked at, or looked at again. */
  step(count = 1): void {
    this.#steps -= count;
    const late = this.#steps % 512 < count && performance.now() > this.#deadline;
    if (this.#steps < 0 || late) throw new TooMuch();
  }

  /** One more element is made. */
  element(): void {
    this.#elements -= 1;
    if (this.#elements < 0) throw new TooMuch();
  }
}
