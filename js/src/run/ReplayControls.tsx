import { useRef, useState } from "preact/hooks";
import { label, visible } from "../text/letters.ts";
import { minuteOf } from "../text/time.ts";
import { useKeptFocus } from "../ui/focus.ts";
import type { Play, Replay } from "../wire.gen.ts";

interface Props {
  replay: Replay;
  /** Whether it goes on, and so can be led. */
  live: boolean;
  onPlay(action: Play["action"]): void;
  onStop(): void;
}

/** Says that a run is a replay, of what; while it plays, how far it is, and leads it. */
export function ReplayControls({ replay, live, onPlay, onStop }: Props) {
  const { cassette, recorded, played, total, paused, waits, note } = replay;
  const place = useRef<HTMLElement>(null);
  useKeptFocus(place);
  // While it goes to the next entry it is not paused; whoever steps will step again.
  const [stepping, setStepping] = useState(false);
  const lead = (action: Play["action"]) => {
    setStepping(action === "step");
    onPlay(action);
  };
  return (
    <section class="replaying" aria-label="Replay" tabIndex={-1} ref={place}>
      <p class="quiet">
        Replay of <bdi>{label(cassette)}</bdi>, recorded {minuteOf(recorded)}
      </p>
      {note && (
        <p class="problem" dir="auto">
          {visible(note)}
        </p>
      )}
      {live && (
        <>
          <p class="waits" role="status" dir="auto">
            {visible(waits)}
          </p>
          <p class="buttons">
            <button type="button" class="tool" onClick={() => lead(paused ? "resume" : "pause")}>
              {paused ? "Go on" : "Pause"}
            </button>
            {(paused || stepping) && (
              <button type="button" class="tool" onClick={() => lead("step")}>
                Step
              </button>
            )}
            <button type="button" class="tool" onClick={() => lead("finish")}>
              To the end
            </button>
            <button type="button" class="tool" onClick={onStop}>
              Stop the replay
            </button>
            <span class="quiet progress">
              <progress aria-label="Replayed" max={Math.max(total, 1)} value={played} />
              <span>
                {played} of {total}
                {paused && ", paused"}
              </span>
            </span>
          </p>
        </>
      )}
    </section>
  );
}
