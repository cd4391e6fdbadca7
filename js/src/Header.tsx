import { useClock, useSwitch } from "./hooks.ts";
import { READINESS, settled } from "./readiness.ts";
import { duration } from "./time.ts";
import type { Agent, Status } from "./wire.gen.ts";

interface Props {
  status: Status;
  agents: readonly Agent[];
  ahead: number;
  onStop(): void;
}

/** What runs where, whether input may go now and why not, and for how long. */
export function Header({ status, agents, ahead, onStop }: Props) {
  const over = settled(status.readiness);
  const now = useClock(ahead, !over);
  const { mark, word } = READINESS[status.readiness];
  const live = !over && status.readiness !== "offline";
  return (
    <div class="top">
      <p class="title">
        <strong>{status.flow ?? "A flow"}</strong>
        <span class="quiet"> at {status.server ?? "a server"}</span>
      </p>
      <p class={`readiness ${status.readiness}`} role="status">
        <span class="mark">
          <span aria-hidden="true">{mark}</span> {word}
        </span>{" "}
        <span dir="auto">{status.reason}</span>
      </p>
      {live && (
        <p class="quiet progress">
          {status.steps && (
            <progress aria-label="Steps" max={status.steps.total} value={status.steps.reached} />
          )}
          <span class="clock">
            <bdi>{doing(status, agents, now)}</bdi>
          </span>
        </p>
      )}
      {live && <StopButton onStop={onStop} />}
    </div>
  );
}

/** Asks once more before it stops a run, in place. */
function StopButton({ onStop }: { onStop(): void }) {
  const { on: sure, turn, first } = useSwitch();
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
function doing({ since, activity, steps }: Status, agents: readonly Agent[], now: number): string {
  const working = agents.filter(({ state }) => state === "working");
  const names = working.map(({ name }) => name).join(", ");
  const began = Math.min(...working.map((agent) => agent.since));
  const what = names
    ? `${names} working, ${duration(now - began)}`
    : [duration(now - since), activity].filter(Boolean).join(" · ");
  return steps ? `${what}; ${steps.reached} of ${steps.total} steps` : what;
}
