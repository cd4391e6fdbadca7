import { useContext, useMemo, useState } from "preact/hooks";
import { folded } from "./fold.ts";
import { Drawn } from "./Shown.tsx";
import { SoughtWords } from "./SoughtWords.ts";
import { type Around, type Field, shown } from "./shown.ts";
import { textOf } from "./tree.ts";

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
  const { query, here } = useContext(SoughtWords);
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
