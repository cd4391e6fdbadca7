import { crossed, type Json, written } from "./lossless.ts";

/** Any JSON, which crosses as its text, on one line: words as they are, a list by commas. */
export function inline(text: string | null | undefined): string {
  if (text === null || text === undefined) return "";
  return onOneLine(crossed(text));
}

function onOneLine(value: Json): string {
  if (value.kind === "text") return value.text;
  if (value.kind === "list") return value.items.map(onOneLine).join(", ");
  const text = written(value);
  return text === "null" ? "" : text;
}
