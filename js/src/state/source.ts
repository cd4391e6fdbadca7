// What the view needs of whatever carries it: the link to a kernel, or a page with none.

import type { Card, Command, FlowList, Frames, Replay } from "../wire.gen.ts";
import type { Store } from "./store.ts";

/** A command that the kernel answers, without its id. */
export type Request = Command extends infer C
  ? C extends { id: string }
    ? Omit<C, "id">
    : never
  : never;

/** Gives what stands against a command, or "". `slow` hears a sentence when that takes long. */
export type Send = (request: Request, slow?: (sentence: string) => void) => Promise<string>;

/**
 * Whether a kernel is heard: *never* yet, and a run that is shown is as the notebook kept it; *live*;
 * *quiet*, when it was asked and has not answered for a while; *gone*, for good.
 */
export type KernelStatus = "never" | "live" | "quiet" | "gone";

export interface Source {
  readonly store: Store;
  readonly offers: FlowList | null;
  /** How far the replay is, if the run that is shown is one. */
  readonly replay: Replay | null;
  /** What is wrong with the recording of the run that is shown, or "". */
  readonly notice: string;
  readonly kernelStatus: KernelStatus;
  subscribe(changed: () => void): () => void;
  askOffers(): void;
  /** Gives what went over the wire in a run, from the frame with this index on. */
  askFrames(run: number, start: number): Promise<Frames>;
  /** Gives where a run comes from. */
  askCard(run: number): Promise<Card>;
  send: Send;
}
