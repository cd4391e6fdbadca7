import { READINESS, REPLAYED, settled } from "../state/readiness.ts";
import { label, visible } from "../text/letters.ts";
import { duration } from "../text/time.ts";
import { called } from "../text/wording.ts";
import { useClock } from "../ui/clock.ts";
import { useFocusToggle } from "../ui/focus.ts";
import type { Agent, Status } from "../wire.gen.ts";

interface Props {
  status: Status;
  agents: readonly Agent[];
  ahead: number;
  /** Whether the run is a replay: its times are those of the recording, and nobody is asked. */
  replayed: boolean;
  onStop(): void;
}

/** What runs where, whether input may go now and why not, and for how long. */
export function Header({ status, agents, ahead, replayed, onStop }: Props) {
  const over = settled(status.readiness);
  const now = useClock(ahead, !over && !replayed);
  const { mark, word } = READINESS[status.readiness];
  const instead = replayed ? REPLAYED[status.readiness] : undefined;
  const live = !over && status.readiness !== "offline";
  return (
    <div class="top">
      <p class="title">
        <strong>{label(status.flow ?? "A flow")}</strong>
        <span class="quiet"> at {label(status.server ?? "a server")}</span>
      </p>
      <p class={`readiness ${status.readiness}`} role="status">
        <span class="mark">
          <span aria-hidden="true">{mark}</span> {instead?.word ?? word}
        </span>{" "}
        <span dir="auto">{visible(instead?.reason ?? status.reason)}</span>
      </p>
      {live && (
        <p class="quiet progress">
          {status.steps && (
            <progress aria-label="Steps" max={status.steps.total} value={status.steps.reached} />
          )}
          <span class="clock">
            <bdi>{label(doing(status, agents, replayed ? null : now))}</bdi>
          </span>
        </p>
      )}
      {live && now !== null && !replayed && typeof status.silent_since === "number" && (
        <p class="quiet silent">
          The server has been silent for {duration(now - status.silent_since)}; it may be busy.
        </p>
      )}
      {live && !replayed && <StopButton onStop={onStop} />}
    </div>
  );
}

/** Asks once more before it stops a run, in place. */
function StopButton({ onStop }: { onStop(): void }) {
  const { on: sure, turn, first } = useFocusToggle();
  if (!sure) {
    return (
      <button key="stop" ref={first} type="button" class="stop" onClick={() => turn(true)}>
        Stop
      </button>
    );
  }
  return (
    <span class="stop">
      <button type="button" class="danger" onClick={onStop}>
        Stop the run for good
      </button>
      <button ref={first} type="button" onClick={() => turn(false)}>
        Go on
      </button>
    </span>
  );
}

/** "JUDGE working, 12 s; 2 of 3 steps"; with nobody at work, what it waits for, and how long. */
function doing(status: Status, agents: readonly Agent[], now: number | null): string {
  const { since, activity, steps } = status;
  const working = agents.filter(({ state }) => state === "working");
  const names = working.map(called).join(", ");
  const began = Math.min(...working.map((agent) => agent.since));
  const long = (from: number) => now !== null && duration(now - from);
  // A host that listens waits for nobody in particular, and no time runs.
  const waited = status.readiness === "listening" ? null : long(since);
  const what = names
    ? joined(", ", `${names} working`, long(began))
    : joined(" · ", waited, activity);
  return joined("; ", what, steps && `${steps.reached} of ${steps.total} steps`);
}

function joined(by: string, ...parts: (string | false | null)[]): string {
  return parts.filter(Boolean).join(by);
}
