import { useMemo } from "preact/hooks";
import { toHtml } from "./markdown.ts";

/** An agent's text. The only place where HTML is put into the page, and it is sanitised. */
export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => toHtml(text), [text]);
  return <div class="markdown" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}
