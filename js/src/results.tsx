// What agents make that needs little more than its words: text, a tool's output, research.

import { Fold } from "./Fold.tsx";
import { Json } from "./Json.tsx";
import { Markdown } from "./Markdown.tsx";
import { WebLink } from "./WebLink.tsx";
import type { Research, Text, ToolOutput } from "./wire.gen.ts";

export function TextBody({ body }: { body: Text }) {
  return (
    <>
      {body.thought && (
        <Fold label="Thought">
          <Markdown text={body.thought} />
        </Fold>
      )}
      <Markdown text={body.content} />
    </>
  );
}

export function ToolBody({ body }: { body: ToolOutput }) {
  return (
    <Fold label={`Output of the tool ${body.name || "(no name)"}`}>
      <Markdown text={body.content} />
      {body.args !== null && <Json name="args" value={body.args} />}
      {body.results !== null && <Json name="results" value={body.results} />}
    </Fold>
  );
}

export function ResearchBody({ body }: { body: Research }) {
  return (
    <>
      <Markdown text={body.response} />
      <ol>
        {body.literature.map((item) => (
          <li key={`${item.source}/${item.summary}`}>
            <strong>
              <WebLink address={item.source} />
            </strong>{" "}
            {item.doi && (
              <>
                doi <WebLink address={doiAddress(item.doi)} words={item.doi} />
              </>
            )}
            <Markdown text={item.summary} />
          </li>
        ))}
      </ol>
    </>
  );
}

function doiAddress(doi: string): string {
  return /^https?:/i.test(doi) ? doi : `https://doi.org/${doi}`;
}
