import { useState } from "preact/hooks";
import type { KernelStatus } from "../state/source.ts";
import { timeOfDay } from "../text/time.ts";

const BACK =
  "In Python, Transcript.load() reads the run back from this notebook, once it is saved. Run the " +
  "cell again to start anew.";

/** Says what stands between this page and the kernel, and what can be done. */
export function KernelNote({ kernelStatus }: { kernelStatus: Exclude<KernelStatus, "live"> }) {
  const [since] = useState(() => timeOfDay(Date.now() / 1000));
  const sentence = {
    never:
      "As it was when this notebook was saved; no kernel that knows it answers. What was held can " +
      `be copied. ${BACK}`,
    quiet:
      `No answer from the kernel, as of ${since}: it is at work on a cell, or the connection to it ` +
      "is broken. This page goes on asking. What you type is kept.",
    gone:
      "The kernel is gone. The conversation is as it was then; what you typed, and what was held, " +
      `can be copied. ${BACK}`,
  }[kernelStatus];
  return (
    <p class={kernelStatus === "gone" ? "problem" : "quiet"} role="status">
      {sentence}
    </p>
  );
}
