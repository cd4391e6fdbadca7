import { useElapsed } from "./hooks.ts";

/** A kernel that is there answers sooner than this, in milliseconds. */
const SILENCE = 1000;

/** Said of a run that is shown as the notebook kept it, once it is clear that nobody answers. */
export function Saved() {
  if (!useElapsed(SILENCE)) return null;
  return (
    <p class="quiet" role="status">
      As it was when this notebook was saved; no kernel that knows it answers.
    </p>
  );
}
