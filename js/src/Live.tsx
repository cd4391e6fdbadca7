import { useMemo, useState } from "preact/hooks";
import { Composer } from "./Composer.tsx";
import type { Finder } from "./EntryLink.tsx";
import { Header } from "./Header.tsx";
import { HeldList } from "./Held.tsx";
import { useDraft } from "./hooks.ts";
import { Log } from "./Log.tsx";
import { Problem } from "./Problem.tsx";
import { Roster } from "./Roster.tsx";
import { settled } from "./readiness.ts";
import type { Request, Source } from "./source.ts";
import type { Store } from "./store.ts";
import type { Status } from "./wire.gen.ts";

interface Props {
  source: Source;
  status: Status;
  height: number;
}

/** One run: what it is at, who takes part, what was said, and what the person can do. */
export function Live({ source, status, height }: Props) {
  const { store } = source;
  const { run, entries, agents, ahead } = store.state;
  const find = useMemo(() => finder(store), [store]);
  const [words, setWords] = useDraft(`buttermilk-draft/${status.server}/${status.flow}/${run}`);
  const [problem, setProblem] = useState("");
  const question = status.question === null ? undefined : find.entry(status.question);

  const tell = async (request: Request) => {
    setProblem("");
    const said = await source.send(request, setProblem);
    setProblem(said);
    return said;
  };

  return (
    <div class="conversation" data-readiness={status.readiness}>
      <Header status={status} ahead={ahead} onStop={() => tell({ kind: "stop" })} />
      <Roster agents={agents} />
      <Log entries={entries} find={find} height={height} />
      <HeldList
        held={status.held}
        question={question}
        over={settled(status.readiness)}
        onEdit={(held, content) => tell({ kind: "edit_held", held, content })}
        onRemove={(held) => tell({ kind: "remove_held", held })}
        onRelease={(held, about) => tell({ kind: "release_held", held, question: about })}
        onOrphan={(orphan) => setWords((current) => [current, orphan].filter(Boolean).join("\n"))}
      />
      <Problem sentence={problem} />
      <Composer
        status={status}
        question={question}
        words={words}
        onWords={setWords}
        send={(request, slow) => source.send(request, slow)}
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
