import { useMemo, useState } from "preact/hooks";
import { AboutRun } from "./AboutRun.tsx";
import { AllFrames } from "./AllFrames.tsx";
import { Boundary } from "./Boundary.tsx";
import { Composer } from "./Composer.tsx";
import { Cited } from "./CopyMenu.tsx";
import { linkedEntry } from "./EntryLink.tsx";
import { Header } from "./Header.tsx";
import { HeldList } from "./Held.tsx";
import { useDraft, useLeft } from "./hooks.ts";
import { Leaving } from "./Leaving.tsx";
import { StudyLabels } from "./Prediction.tsx";
import { Problem } from "./Problem.tsx";
import { type Goal, Reading } from "./Reading.tsx";
import { Replaying } from "./Replaying.tsx";
import { Roster } from "./Roster.tsx";
import { settled } from "./readiness.ts";
import { Scores } from "./Scores.tsx";
import type { Request, Source } from "./source.ts";
import type { Status } from "./wire.gen.ts";

interface Props {
  source: Source;
  status: Status;
  /** Whether there is no kernel to ask anything of. */
  alone: boolean;
  height: number;
}

/** One run: what it is at, who takes part, what was said, and what the person can do. */
export function Live({ source, status, alone, height }: Props) {
  const { store, replay } = source;
  const { run, seq, entries, agents, ahead, judgements, assessments, scored } = store.state;
  const { flow, server } = status;
  // Each status is another object; what is drawn with the labels changes only with their words.
  const labels = useMemo(() => status.labels, [status.labels?.yes, status.labels?.no]);
  const cited = useMemo(
    () => ({ flow, server, labels, find: store, askCard: () => source.askCard(run) }),
    [flow, server, labels, store, source, run],
  );
  const [goal, setGoal] = useState<Goal | null>(null);
  const [words, setWords] = useDraft(`buttermilk-draft/${server}/${flow}`);
  const addWords = (more: string) => setWords((now) => [now, more].filter(Boolean).join("\n"));
  useLeft(
    `buttermilk-held/${server}/${flow}`,
    status.held.map(({ content }) => content),
    addWords,
  );
  const [problem, setProblem] = useState("");
  const over = settled(status.readiness);
  const question = status.question === null ? undefined : store.entry(status.question);

  const followed = (event: MouseEvent) => {
    const id = linkedEntry(event);
    if (!id) return;
    event.preventDefault();
    setGoal({ id });
  };

  const tell = async (request: Request) => {
    setProblem("");
    const said = await source.send(request, setProblem);
    setProblem(said);
    return said;
  };

  return (
    <Cited.Provider value={cited}>
      <StudyLabels.Provider value={labels}>
        <Leaving>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: links make clicks of keys */}
          <div class="conversation" data-readiness={status.readiness} onClick={followed}>
            <Header
              status={status}
              agents={agents}
              ahead={ahead}
              replayed={replay !== null}
              onStop={() => tell({ kind: "stop" })}
            />
            {replay && (
              <Replaying
                replay={replay}
                live={!over}
                onPlay={(action) => tell({ kind: "play", action })}
                onStop={() => tell({ kind: "stop" })}
              />
            )}
            <Problem sentence={source.notice} />
            <Boundary what="roster" raw={agents}>
              <Roster agents={agents} />
            </Boundary>
            <Reading entries={entries} find={store} height={height} goal={goal} />
            <HeldList
              held={status.held}
              question={question}
              closed={over || replay !== null}
              onEdit={(held, content) => tell({ kind: "edit_held", held, content })}
              onRemove={(held) => tell({ kind: "remove_held", held })}
              onRelease={(held, about) => tell({ kind: "release_held", held, question: about })}
              onOrphan={addWords}
            />
            <Problem sentence={problem} />
            <Composer
              status={status}
              replayed={replay !== null}
              question={question}
              words={words}
              onWords={setWords}
              send={(request, slow) => source.send(request, slow)}
            />
            <Boundary what="table of scores" raw={judgements}>
              <Scores
                judgements={judgements}
                assessments={assessments}
                find={store}
                scored={scored}
              />
            </Boundary>
            {!alone && source.hearing !== "never" && (
              <AllFrames source={source} run={run} seq={seq} />
            )}
            {source.hearing !== "gone" && (
              <AboutRun source={source} run={run} readiness={status.readiness} />
            )}
          </div>
        </Leaving>
      </StudyLabels.Provider>
    </Cited.Provider>
  );
}
