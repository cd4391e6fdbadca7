import { useContext, useState } from "preact/hooks";
import { Markdown } from "./Markdown.tsx";
import { SoughtWords } from "./SoughtWords.ts";
import { plain } from "./search.ts";

/** More of either than this is long. */
const LINES = 10;
const LETTERS = 1200;

/**
 * Long text shows its beginning until it is asked for. It is drawn whole and cut by style, so that
 * no table or code block is cut in two.
 */
export function Clamp({ text }: { text: string }) {
  const [turned, setWhole] = useState(false);
  const sought = useContext(SoughtWords);
  const whole = turned || (sought !== "" && plain(text).includes(sought));
  const lines = text.split("\n").length;
  const long = lines > LINES || text.length > LETTERS;
  const all = lines > LINES ? `Show all ${lines} lines` : "Show all of it";
  return (
    <>
      <div class={long && !whole ? "clamped" : ""}>
        <Markdown text={text} />
      </div>
      {long && (
        <button type="button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? "Show less" : all}
        </button>
      )}
    </>
  );
}
