// An entry as text to take along: as JSON, or as a citation; see entryMarkdown.ts for Markdown.

import type { Finder } from "../state/finder.ts";
import { label } from "../text/letters.ts";
import { crossed, written } from "../text/lossless.ts";
import { iso } from "../text/time.ts";
import { about } from "../text/wording.ts";
import { type Entry, type Form, PRESENTATION, type Record as RecordBody } from "../wire.gen.ts";
import { who } from "./kindLabels.ts";

/**
 * The entry as JSON, as it is kept: without the label that it has for readers now. What is any JSON in
 * it crossed as text, and is put back letter by letter.
 */
export function asJson(entry: Entry): string {
  const { body, metadata } = entry;
  const { label: _, ...speaker } = entry.speaker ?? {};
  const texts: (string | null)[] = [];
  // A mark that no text of theirs has: what crosses holds no such character (letters in frames are
  // mended), and one that did would only be put back as null.
  const marked = (text: string | null) => `\0${texts.push(text) - 1}`;
  const put = (value: unknown, way: string): unknown => {
    if ((PRESENTATION as Record<string, Form>)[way] === "json")
      return marked(value as string | null);
    if (Array.isArray(value)) return value.map((one) => put(one, way));
    if (value === null || typeof value !== "object") return value;
    const fields = Object.entries(value).map(([name, one]) => [name, put(one, `${way}.${name}`)]);
    return Object.fromEntries(fields);
  };
  const whole = {
    ...entry,
    metadata: marked(metadata ?? "{}"),
    speaker: entry.speaker && { ...speaker, criteria: marked(entry.speaker.criteria) },
    body: put(body, body.kind),
  };
  return JSON.stringify(whole, null, 2).replace(
    /^( *)("[a-z_]+": )"\\u0000(\d+)"/gm,
    (_, blanks: string, name: string, number: string) => {
      const value = crossed(texts[Number(number)] ?? "null");
      return blanks + name + written(value, 2, `\n${blanks}`);
    },
  );
}

/** What a citation says of the run: see buttermilk_widget/transcript/captions.py. */
export interface Cited {
  flow: string | null;
  server: string | null;
  record?: string;
  software?: string;
  digest?: string;
}

/** Digits of a hash in a citation. */
const SHORT = 16;

/** A record by its title and its id, as far as it has them. */
export function titled({ title, record_id, uri }: RecordBody): string {
  const name = title ? `“${label(title)}”` : "";
  const known = label(record_id || uri || "");
  return name && known ? `${name} (${known})` : name || known;
}

/** The record that an entry is about: itself, or the last one before it. */
export function recordBefore(find: Finder | null, entry: Entry): RecordBody | undefined {
  if (entry.body.kind === "record") return entry.body;
  for (let id = entry.id - 1; id > 0; id--) {
    const body = find?.entry(id)?.body;
    if (body?.kind === "record") return body;
  }
  return undefined;
}

/** Who said it, in which run, and when; and what the run is known by. */
export function asCitation(entry: Entry, cited: Cited): string {
  const { speaker } = entry;
  const known = speaker ? about(speaker, ", ") : "";
  const name = label(who(entry)) + (known && ` (${known})`);
  const flow = label(cited.flow ?? "") || "(unnamed)";
  const run = `a run of the flow ${flow} at ${label(cited.server ?? "") || "a server"}`;
  const record = cited.record ? ` on ${cited.record}` : "";
  const sentence = `${name}, ${entry.body.kind}, entry ${entry.id} of ${run}${record}, ${iso(entry.at)}.`;
  const sources = [
    label(cited.software ?? ""),
    cited.digest ? `transcript ${short(cited.digest)}` : "",
  ].filter(Boolean);
  return sources.length > 0 ? `${sentence} ${sources.join("; ")}.` : sentence;
}

/** A hash by its beginning, which tells one run from any other. */
function short(digest: string): string {
  const begins = digest.lastIndexOf(":") + 1;
  return digest.slice(0, begins + SHORT);
}
