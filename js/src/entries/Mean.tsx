import { decimal, meanScore, shareOf } from "../text/wording.ts";
import type { Assessment } from "../wire.gen.ts";

/** A mean score as a number and a bar, so that the bar is never all there is. */
export function Mean({ value }: { value: number | null }) {
  if (value === null) return <span>no mean score</span>;
  return (
    <span class="mean">
      <meter min={0} max={1} value={value} aria-label="Mean score" />
      {decimal(value)}
    </span>
  );
}

/** That of an assessment; what came in its place is no length of a bar. */
export function MeanOf({ body }: { body: Assessment }) {
  const value = shareOf(body);
  const instead = value === null ? meanScore(body) : "";
  return instead ? <span class="mark bad">⚠ {instead}</span> : <Mean value={value} />;
}
