// What agents make that needs little more than its words: text, a tool's output, research.

import { Fold } from "../ui/Fold.tsx";
import { Label } from "../ui/Label.tsx";
import { Shown } from "../ui/Shown.tsx";
import { WebLink } from "../ui/WebLink.tsx";
import type { Research, Text, ToolOutput } from "../wire.gen.ts";
import { AsItCame } from "./AsItCame.tsx";

export function TextBody({ body }: { body: Text }) {
  return (
    <>
      {body.thought && (
        <Fold label="Thought">
          <Shown field="text.thought" value={body.thought} />
        </Fold>
      )}
      <Shown field="text.content" value={body.content} />
      <AsItCame field="text.unread" of={body} />
    </>
  );
}

export function ToolBody({ body }: { body: ToolOutput }) {
  const name = body.name ? <Label words={body.name} /> : "(no name)";
  return (
    <Fold label={<>Output of the tool {name}</>}>
      <Shown field="tool.content" value={body.content} />
      <Shown field="tool.args" value={body.args} name="args" />
      <Shown field="tool.results" value={body.results} name="results" />
      <AsItCame field="tool.unread" of={body} />
    </Fold>
  );
}

export function ResearchBody({ body }: { body: Research }) {
  return (
    <>
      <Shown field="research.response" value={body.response} />
      <ol class="references">
        {body.literature.map((item, place) => (
          <li key={place}>
            <strong>
              <WebLink address={item.source} />
            </strong>{" "}
            {item.doi && <Doi doi={item.doi} />}
            <Shown field="research.literature.summary" value={item.summary} />
            <AsItCame field="research.literature.unread" of={item} />
          </li>
        ))}
      </ol>
      <AsItCame field="research.unread" of={body} />
    </>
  );
}

function Doi({ doi }: { doi: string }) {
  const web = /^https?:/i.test(doi);
  return (
    <>
      doi{" "}
      {web ? <WebLink address={doi} /> : <WebLink address={`https://doi.org/${doi}`} words={doi} />}
    </>
  );
}
