// What agents put between tags such as <think>: told apart from their words. As in field_html.py.

import type { Work } from "./budget.ts";

const THOUGHTS = /^(?:think|thinking|thought|reasoning|reflection|scratchpad)$/i;
const OPENS =
  /<(think|thinking|thought|reasoning|reflection|scratchpad|tool_calls?|tool_response|tool_result|function_calls?)>/gi;
const ORPHAN = /<\/(think|thinking)>[ \t]*(?=\n|$)/i;
/** Before a tag that is spoken of. */
const QUOTING = "`\"'";
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

interface Tag {
  name: string;
  start: number;
  end: number;
}

/** The text in parts: "" and words, or how a tag is called and what it encloses. See field_html.py. */
export function thoughts(text: string, work: Work): [name: string, text: string][] {
  const parts: [string, string][] = [];
  const ends = new Map<string, Tag | null>();
  let done = 0;
  let fence = "";
  const orphan = ORPHAN.exec(text);
  const first = text.search(/<think/i);
  if (orphan && (first < 0 || orphan.index < first)) {
    parts.push(["Thought", text.slice(0, orphan.index)]);
    done = orphan.index + orphan[0].length;
  }
  let place = done;
  while (place < text.length) {
    work.step();
    const newline = text.indexOf("\n", place);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(place, end);
    const ticks = FENCE.exec(line);
    if (fence) {
      const closes = ticks?.[1]?.startsWith(fence);
      if (ticks && closes && !/[^ \t]/.test(line.slice(ticks[0].length))) fence = "";
    } else if (ticks) {
      fence = ticks[1] ?? "";
    } else {
      const opening = enclosing(text, place, line, ends);
      if (opening) {
        const closing = ends.get(opening.name.toLowerCase());
        const words = text.slice(done, opening.start);
        if (/\S/.test(words)) parts.push(["", words]);
        parts.push([
          THOUGHTS.test(opening.name) ? "Thought" : opening.name,
          text.slice(opening.end, closing?.start ?? text.length),
        ]);
        done = closing?.end ?? text.length;
        place = done;
        continue;
      }
    }
    place = end + 1;
  }
  const words = text.slice(done);
  if (done === 0 || /\S/.test(words)) parts.push(["", words]);
  return parts;
}

/** The first tag in a line that encloses something; where it ends is put into `ends`. */
function enclosing(
  text: string,
  start: number,
  line: string,
  ends: Map<string, Tag | null>,
): Tag | null {
  for (const found of line.matchAll(OPENS)) {
    const name = found[1] ?? "";
    const opening = {
      name,
      start: start + found.index,
      end: start + found.index + found[0].length,
    };
    if (found.index > 0 && QUOTING.includes(line[found.index - 1] as string)) continue;
    const tag = name.toLowerCase();
    const known = ends.get(tag);
    if (known === undefined || (known !== null && known.start <= opening.start)) {
      ends.set(tag, endOf(text, tag, opening.end));
    }
    const closing = ends.get(tag) ?? null;
    const begins = found.index <= 3 && !/[^ ]/.test(line.slice(0, found.index));
    if (begins || (closing && closing.start > start + line.length)) return opening;
  }
  return null;
}

function endOf(text: string, name: string, from: number): Tag | null {
  const closing = new RegExp(`</${name}>`, "gi");
  closing.lastIndex = from;
  const found = closing.exec(text);
  if (!found) return null;
  return { name, start: found.index, end: found.index + found[0].length };
}
