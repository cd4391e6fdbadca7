import { useElapsed } from "../ui/clock.ts";

/** After this many milliseconds there is probably no kernel. */
const PROBABLY_NONE = 5000;

/** Stands where the conversation will be. */
export function WaitingForKernel() {
  const long = useElapsed(PROBABLY_NONE);
  return (
    <p class="quiet waiting" role="status">
      Waiting for the kernel to say what is going on here.
      {long &&
        " Run the cell again. If there is a copy of the conversation below, it is what was saved."}
    </p>
  );
}
