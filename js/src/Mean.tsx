/** A mean score as a number and a bar, so that the bar is never all there is. */
export function Mean({ value }: { value: number | null }) {
  if (value === null) return <span>no mean</span>;
  return (
    <span class="mean">
      <meter min={0} max={1} value={value} aria-label="Mean score" />
      {value.toFixed(2)}
    </span>
  );
}
