import { useMemo } from "preact/hooks";
import { Fold } from "./Fold.tsx";
import { type Blocked, toHtml } from "./markdown.ts";

/** An agent's text. The only place where HTML is put into the page, and it is sanitised. */
export function Markdown({ text }: { text: string }) {
  const { html, blocked } = useMemo(() => toHtml(text), [text]);
  return (
    <>
      <div class="markdown" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />
      {blocked.length > 0 && <BlockedList blocked={blocked} />}
    </>
  );
}

function BlockedList({ blocked }: { blocked: readonly Blocked[] }) {
  return (
    <Fold label={blocked.length === 1 ? "1 thing was blocked" : `${blocked.length} were blocked`}>
      <ul>
        {blocked.map(({ what, name, address }, place) => (
          <li key={place}>
            {what === "image" ? "image, not fetched: " : "link, not to the web or to mail: "}
            {name && (
              <>
                <bdi>{name}</bdi>,{" "}
              </>
            )}
            <bdi>
              <code>{address}</code>
            </bdi>
          </li>
        ))}
      </ul>
    </Fold>
  );
}
