// The states, in words and with a mark of their own, so that none relies on colour.

import type { Readiness } from "./wire.gen.ts";

export const READINESS: Record<Readiness, { mark: string; word: string }> = {
  offline: { mark: "○", word: "No run yet" },
  connecting: { mark: "↻", word: "Connecting" },
  starting: { mark: "◔", word: "Starting" },
  working: { mark: "◑", word: "Working" },
  asking: { mark: "?", word: "Your turn" },
  ended: { mark: "●", word: "Ended" },
  failed: { mark: "✗", word: "Failed" },
  stopped: { mark: "■", word: "Stopped" },
  lost: { mark: "⚡", word: "Lost" },
};

const SETTLED: readonly Readiness[] = ["ended", "failed", "stopped", "lost"];

/** Whether nothing more will happen in the run. */
export function settled(readiness: Readiness): boolean {
  return SETTLED.includes(readiness);
}
