// The whole view. It gets a link's data and its calls; what carries them is not its business.

import { useState } from "preact/hooks";
import { useChanges } from "./hooks.ts";
import { Live } from "./Live.tsx";
import { settled } from "./readiness.ts";
import { Saved } from "./Saved.tsx";
import { StartForm } from "./StartForm.tsx";
import type { Source } from "./source.ts";
import { Unheard } from "./Unheard.tsx";

export function Conversation({ source, height }: { source: Source; height: number }) {
  useChanges(source.store);
  useChanges(source);
  const { status, run } = source.store.state;
  const [again, setAgain] = useState(-1);
  // Kept here, so that a run that failed at once does not take the prompt with it.
  const [prompt, setPrompt] = useState("");
  if (status === null) return <Unheard />;
  const form = (
    <StartForm
      offers={source.offers}
      prompt={prompt}
      onPrompt={setPrompt}
      send={(request, slow) => source.send(request, slow)}
      onAskAgain={() => source.askOffers()}
    />
  );
  if (run === 0) return <div data-readiness={status.readiness}>{form}</div>;
  const startable = settled(status.readiness) && !source.saved;
  return (
    <>
      {source.saved && <Saved />}
      <Live key={run} source={source} status={status} height={height} />
      {startable && again !== run && (
        <p class="buttons">
          <button type="button" onClick={() => setAgain(run)}>
            New run
          </button>
        </p>
      )}
      {startable && again === run && form}
    </>
  );
}
