// The whole view. It gets a link's data and its calls; what carries them is not its business.

import { useState } from "preact/hooks";
import { useChanges, useDraft, useElapsed } from "./hooks.ts";
import { KernelNote } from "./KernelNote.tsx";
import { Live } from "./Live.tsx";
import { settled } from "./readiness.ts";
import { StartForm } from "./StartForm.tsx";
import type { Source } from "./source.ts";
import { Unheard } from "./Unheard.tsx";
import type { Status } from "./wire.gen.ts";

/** A kernel that is there answers sooner than this, in milliseconds. */
const SILENCE = 1000;

const UNKNOWN = "No kernel knows this run any more, and what became of it is unknown.";

interface Props {
  source: Source;
  height: number;
}

export function Conversation(props: Props) {
  const { source } = props;
  useChanges(source.store);
  useChanges(source);
  const { status } = source.store.state;
  return status === null ? <Unheard /> : <Known {...props} status={status} />;
}

function Known({ source, height, status }: Props & { status: Status }) {
  const { run } = source.store.state;
  const [again, setAgain] = useState(-1);
  const [prompt, setPrompt, forgetPrompt] = useDraft(`buttermilk-prompt/${status.server}`);
  const silent = useElapsed(SILENCE);
  // What was kept is shown as it is until it is clear that no kernel takes it up.
  const hearing = source.hearing === "never" && !silent ? "live" : source.hearing;
  const alone = hearing === "never" || hearing === "gone";
  const over = settled(status.readiness);
  const form = (
    <StartForm
      offers={source.offers}
      prompt={prompt}
      onPrompt={(words) => setPrompt(() => words)}
      onStarted={forgetPrompt}
      send={(request, slow) => source.send(request, slow)}
      onAskAgain={() => source.askOffers()}
    />
  );
  return (
    <>
      {hearing !== "live" && <KernelNote key={hearing} hearing={hearing} />}
      {run > 0 && (
        <Live
          key={run}
          source={source}
          status={alone && !over ? { ...status, readiness: "lost", reason: UNKNOWN } : status}
          alone={alone}
          height={height}
        />
      )}
      {run === 0 && <div data-readiness={status.readiness}>{form}</div>}
      {run > 0 && over && !alone && source.hearing !== "never" && (
        <>
          {again !== run && (
            <p class="buttons">
              <button type="button" onClick={() => setAgain(run)}>
                New run
              </button>
            </p>
          )}
          {again === run && form}
        </>
      )}
    </>
  );
}
