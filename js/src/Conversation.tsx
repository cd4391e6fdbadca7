// The whole view. It gets a link's data and its calls; what carries them is not its business.

import { useMemo, useState } from "preact/hooks";
import type { Finder } from "./bodies.tsx";
import { Composer, type Send } from "./Composer.tsx";
import { Header } from "./Header.tsx";
import { HeldList } from "./Held.tsx";
import { useChanges } from "./hooks.ts";
import { Log } from "./Log.tsx";
import { Problem } from "./Problem.tsx";
import { Roster } from "./Roster.tsx";
import { settled } from "./readiness.ts";
import { StartForm } from "./StartForm.tsx";
import type { State, Store } from "./store.ts";
import type { Offers, Status } from "./wire.gen.ts";

export interface Source {
  readonly store: Store;
  readonly offers: Offers | null;
  subscribe(changed: () => void): () => void;
  askOffers(): void;
  send: Send;
}

export function Conversation({ source, height }: { source: Source; height: number }) {
  useChanges(source.store);
  useChanges(source);
  const { status, run } = source.store.state;
  const [again, setAgain] = useState(-1);
  const send: Send = (request, slow) => source.send(request, slow);
  const form = (
    <StartForm offers={source.offers} send={send} onAskAgain={() => source.askOffers()} />
  );
  if (status === null) {
    return <p class="quiet waiting">Waiting for the kernel to say what is going on here.</p>;
  }
  if (run === 0) return form;
  return (
    <>
      <Live
        state={source.store.state}
        store={source.store}
        status={status}
        height={height}
        send={send}
      />
      {settled(status.readiness) && again !== run && (
        <p class="buttons">
          <button type="button" onClick={() => setAgain(run)}>
            New run
          </button>
        </p>
      )}
      {settled(status.readiness) && again === run && form}
    </>
  );
}

interface LiveProps {
  state: State;
  store: Store;
  status: Status;
  height: number;
  send: Send;
}

function Live({ state, store, status, height, send }: LiveProps) {
  const find = useMemo(() => finder(store), [store]);
  const [problem, setProblem] = useState("");
  const question = status.question === null ? undefined : find.entry(status.question);
  const tell = (request: Parameters<Send>[0]) => {
    setProblem("");
    send(request, setProblem).then(setProblem);
  };
  return (
    <div class="conversation" data-readiness={status.readiness}>
      <Header status={status} ahead={state.ahead} onStop={() => tell({ kind: "stop" })} />
      <Roster agents={state.agents} />
      <Log key={state.run} entries={state.entries} find={find} height={height} />
      <HeldList
        held={status.held}
        question={question}
        onEdit={(held, content) => tell({ kind: "edit_held", held, content })}
        onRemove={(held) => tell({ kind: "remove_held", held })}
        onRelease={(held, about) => tell({ kind: "release_held", held, question: about })}
      />
      <Problem sentence={problem} />
      <Composer
        key={`run ${state.run}`}
        status={status}
        question={question}
        draftKey={`buttermilk-draft/${status.server}/${status.flow}/${state.run}`}
        send={send}
      />
    </div>
  );
}

/** Looks entries up in whatever the store has at the time. */
function finder(store: Store): Finder {
  return {
    entry: (id) => store.state.entries[id - 1],
    result: (messageId) => store.state.entries.find((entry) => entry.message_id === messageId),
  };
}
