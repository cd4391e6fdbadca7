// What the server tells of an entry beside what it says.

import { jsonOf } from "../text/fieldHtml.ts";
import { crossed, fieldOf, type Json, written } from "../text/lossless.ts";
import type { Node } from "../text/tree.ts";
import type { Entry } from "../wire.gen.ts";

export interface Beside {
  /** What a reader knows by name, in words. */
  facts: [name: string, value: string][];
  /** The rest, as it came. */
  rest: Node[];
}

/** The model, why it stopped, its tokens, who the server says it is from, and all that is left. */
export function beside({ metadata, source, speaker }: Entry): Beside {
  const told = crossed(metadata ?? "{}");
  const named: [string, string, string | null][] = [
    ["model", "Model", worded(fieldOf(told, "model"))],
    ["finish_reason", "Finish reason", worded(fieldOf(told, "finish_reason"))],
    ["usage", "Tokens", tokens(fieldOf(told, "usage"))],
  ];
  const taken = named.filter(([, , value]) => value);
  const facts = taken.map(([, name, value]): [string, string] => [name, value ?? ""]);
  if (source && source !== speaker?.key && source !== speaker?.name) facts.push(["Source", source]);
  const left = (told.kind === "object" ? told.fields : []).filter(
    ([name]) => !taken.some(([key]) => key === name),
  );
  return { facts, rest: left.length > 0 ? jsonOf({ kind: "object", fields: left }) : [] };
}

function worded(value: Json | undefined): string | null {
  return value?.kind === "text" ? value.text : null;
}

/** "prompt 12, completion 30": the counts as the server names them, if it gives nothing else. */
function tokens(usage: Json | undefined): string | null {
  if (usage?.kind !== "object") return null;
  if (usage.fields.some(([, count]) => !/^-?[0-9]/.test(written(count)))) return null;
  return usage.fields
    .map(
      ([name, count]) => `${name.replace(/_tokens$/, "").replaceAll("_", " ")} ${written(count)}`,
    )
    .join(", ");
}
