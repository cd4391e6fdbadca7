// The whole view. It gets a link's data and its calls; what carries them is not its business.

import { useState } from "preact/hooks";
import { settled } from "../state/readiness.ts";
import type { Source } from "../state/source.ts";
import { useElapsed } from "../ui/clock.ts";
import { useChanges } from "../ui/useChanges.ts";
import type { Status } from "../wire.gen.ts";
import { useDraft } from "./drafts.ts";
import { KernelNote } from "./KernelNote.tsx";
import { RunView } from "./RunView.tsx";
import { StartForm } from "./StartForm.tsx";
import { WaitingForKernel } from "./WaitingForKernel.tsx";

/** A kernel that is there answers sooner than this, in milliseconds. */
const SILENCE = 1000;

const UNKNOWN = "No kernel knows this run any more. It is not known how the run ended.";

interface Props {
  source: Source;
  height: number;
}

export function Conversation(props: Props) {
  const { source } = props;
  useChanges(source.store);
  useChanges(source);
  const { status } = source.store.state;
  return status === null ? <WaitingForKernel /> : <Known {...props} status={status} />;
}

function Known({ source, height, status }: Props & { status: Status }) {
  const { run } = source.store.state;
  const [again, setAgain] = useState(-1);
  const [prompt, setPrompt, forgetPrompt] = useDraft(`buttermilk-prompt/${status.server}`);
  const silent = useElapsed(SILENCE);
  // What was kept is shown as it is until it is clear that no kernel takes it up.
  const kernelStatus = source.kernelStatus === "never" && !silent ? "live" : source.kernelStatus;
  const alone = kernelStatus === "never" || kernelStatus === "gone";
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
      {kernelStatus !== "live" && <KernelNote key={kernelStatus} kernelStatus={kernelStatus} />}
      {run > 0 && (
        <RunView
          key={run}
          source={source}
          status={alone && !over ? { ...status, readiness: "lost", reason: UNKNOWN } : status}
          alone={alone}
          height={height}
        />
      )}
      {run === 0 && <div data-readiness={status.readiness}>{form}</div>}
      {run > 0 && over && !alone && source.kernelStatus !== "never" && (
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
