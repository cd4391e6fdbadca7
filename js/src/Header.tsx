import { useClock, useSwitch } from "./hooks.ts";
import { READINESS, settled } from "./readiness.ts";
import { duration } from "./time.ts";
import type { Status } from "./wire.gen.ts";

interface Props {
  status: Status;
  ahead: number;
  onStop(): void;
}

/** What runs where, whether input may go now and why not, and for how long. */
export function Header({ status, ahead, onStop }: Props) {
  const over = settled(status.readiness);
  const now = useClock(ahead, !over);
  const { mark, word } = READINESS[status.readiness];
  const live = !over && status.readiness !== "offline";
  return (
    <header class="top">
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
      <p class="quiet">
        {live && <span class="clock">{duration(now - status.since)}</span>}
        {live && status.activity && " · "}
        {live && <span dir="auto">{status.activity}</span>}
      </p>
      {live && <StopButton onStop={onStop} />}
    </header>
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
