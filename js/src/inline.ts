/** Any JSON on one line: words as they are, a list by commas, nothing as nothing. */
export function inline(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(inline).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
