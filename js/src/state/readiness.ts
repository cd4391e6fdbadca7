// The states, in words and with a mark of their own, so that none relies on colour.

import type { Readiness } from "../wire.gen.ts";

export const READINESS: Record<Readiness, { mark: string; word: string }> = {
  offline: { mark: "○", word: "No run yet" },
  connecting: { mark: "↻", word: "Connecting" },
  starting: { mark: "◔", word: "Starting" },
  working: { mark: "◑", word: "Working" },
  asking: { mark: "?", word: "Your turn" },
  listening: { mark: "◉", word: "Listening" },
  ended: { mark: "●", word: "Ended" },
  failed: { mark: "✗", word: "Failed" },
  stopped: { mark: "■", word: "Stopped" },
  lost: { mark: "⚡", word: "Lost" },
};

/** What is said instead in a replay, in which nobody types and nobody is asked. */
export const REPLAYED: Partial<Record<Readiness, { word: string; reason: string }>> = {
  starting: { word: "Starting", reason: "The server is setting the flow up." },
  working: { word: "Working", reason: "The agents are at work." },
  asking: { word: "Asking", reason: "The answer is in the recording." },
  listening: { word: "Listening", reason: "What is said to the host is in the recording." },
};

const SETTLED: readonly Readiness[] = ["ended", "failed", "stopped", "lost"];

/** Whether nothing more will happen in the run. */
export function settled(readiness: Readiness): boolean {
  return SETTLED.includes(readiness);
}
