import { destination } from "./address.ts";

/** An address as a link, if it is one to the web or to mail; else as words. See markdown.ts. */
export function WebLink({ address, words = address }: { address: string; words?: string }) {
  const target = destination(address);
  if (!target) return <bdi>{words}</bdi>;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: an anchor would have its host looked up */}
      <button type="button" role="link" data-href={target.href}>
        <bdi>{words}</bdi>
      </button>
      {words !== target.href && <span class="host"> ({target.host})</span>}
    </>
  );
}
