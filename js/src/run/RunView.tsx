import { useCallback, useMemo, useState } from "preact/hooks";
import { Cited } from "../entries/CopyMenu.tsx";
import { linkedEntry } from "../entries/EntryLink.tsx";
import { StudyLabels } from "../entries/Prediction.tsx";
import { type Goal, Reader } from "../reading/Reader.tsx";
import { settled } from "../state/readiness.ts";
import type { Request, Source } from "../state/source.ts";
import { Boundary } from "../ui/Boundary.tsx";
import { ExternalLinkDialog } from "../ui/ExternalLinkDialog.tsx";
import { Problem } from "../ui/Problem.tsx";
import type { Status } from "../wire.gen.ts";
import { AboutRun } from "./AboutRun.tsx";
import { Composer } from "./Composer.tsx";
import { useDraft, useOrphanedDrafts } from "./drafts.ts";
import { Header } from "./Header.tsx";
import { HeldInput } from "./HeldInput.tsx";
import { ReplayControls } from "./ReplayControls.tsx";
import { Roster } from "./Roster.tsx";
import { Scores } from "./Scores.tsx";
import { TechnicalLog } from "./TechnicalLog.tsx";

interface Props {
  source: Source;
  status: Status;
  /** Whether there is no kernel to ask anything of. */
  alone: boolean;
  height: number;
}

/** One run: what it is at, who takes part, what was said, and what the person can do. */
export function RunView({ source, status, alone, height }: Props) {
  const { store, replay } = source;
  const { run, seq, entries, agents, ahead, judgements, assessments, scored } = store.state;
  const { flow, server } = status;
  // Each status is another object; what is drawn with the labels changes only with their words.
  const labels = useMemo(() => status.labels, [status.labels?.yes, status.labels?.no]);
  const askCard = useCallback(() => source.askCard(run), [source, run]);
  const cited = useMemo(
    () => ({ flow, server, labels, find: store, askCard }),
    [flow, server, labels, store, askCard],
  );
  const [goal, setGoal] = useState<Goal | null>(null);
  const [words, setWords] = useDraft(`buttermilk-draft/${server}/${flow}`);
  const addWords = (more: string) => setWords((now) => [now, more].filter(Boolean).join("\n"));
  useOrphanedDrafts(
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
        <ExternalLinkDialog>
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
              <ReplayControls
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
            <Reader entries={entries} find={store} height={height} goal={goal} />
            <HeldInput
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
            {!alone && source.kernelStatus !== "never" && (
              <TechnicalLog askFrames={(start) => source.askFrames(run, start)} seq={seq} />
            )}
            {source.kernelStatus !== "gone" && (
              <AboutRun askCard={askCard} readiness={status.readiness} />
            )}
          </div>
        </ExternalLinkDialog>
      </StudyLabels.Provider>
    </Cited.Provider>
  );
}
