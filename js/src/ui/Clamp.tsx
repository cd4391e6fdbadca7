import { useContext, useMemo, useState } from "preact/hooks";
import { type Around, type Field, shown } from "../text/fieldHtml.ts";
import { folded } from "../text/folding.ts";
import { textOf } from "../text/tree.ts";
import { SearchContext } from "./SearchContext.ts";
import { Drawn } from "./Shown.tsx";

/** More of either than this is long. */
const LINES = 10;
const LETTERS = 1200;

/**
 * Long text shows its beginning until it is asked for. It is drawn whole and cut by style, so that
 * no table or code block is cut in two.
 */
export function Clamp({ field, text, mime = null }: { field: Field; text: string } & Around) {
  const [turned, setWhole] = useState(false);
  const nodes = useMemo(() => shown(field, text, { mime }), [field, text, mime]);
  const { query, here } = useContext(SearchContext);
  const whole = turned || (here && query !== "" && folded(textOf(nodes)).includes(query));
  const lines = text.split("\n").length;
  const long = lines > LINES || text.length > LETTERS;
  const all = lines > LINES ? `Show all ${lines} lines` : "Show all of it";
  return (
    <>
      <div class={long && !whole ? "clamped" : ""}>
        <Drawn nodes={nodes} />
      </div>
      {long && (
        <button type="button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? "Show less" : all}
        </button>
      )}
    </>
  );
}
