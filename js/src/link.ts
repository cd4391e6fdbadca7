// Between the comm and the store: messages come in and are sorted, commands go out and are answered.

import type { Request, Source } from "./source.ts";
import { Store } from "./store.ts";
import { unpack } from "./unpack.ts";
import { Waiting } from "./waiting.ts";
import type { Card, Checkpoint, Command, Down, Frames, Offers, Patch, Replay } from "./wire.gen.ts";

type Heard = (content: unknown, buffers?: DataView[]) => void;

/** What the link needs of a model; anywidget's has it, and so has a test's. */
export interface Comm {
  send(content: Command): void;
  on(event: "msg:custom", heard: Heard): void;
  off(event: "msg:custom", heard: Heard): void;
}

/** Said when the kernel has not answered for a while; the command is on its way all the same. */
export const SLOW =
  "The kernel is at work on a cell, or gone. What you did is taken up when the cell ends.";
const SLOW_AFTER = 3000;

/**
 * Milliseconds after which a page that has heard nothing new asks whether there is anything: what
 * is said while a page is made or reloaded may reach nobody. Each time in vain doubles them.
 */
const ASK_AGAIN = 2000;
const ASK_SELDOM = 60_000;

export class Link implements Source {
  readonly store: Store;
  offers: Offers | null = null;
  saved = true;
  #comm: Comm;
  #replay: Replay | null = null;
  #kept: Checkpoint | undefined;
  #replies = new Waiting<string>();
  #frames = new Waiting<Frames>();
  #cards = new Waiting<Card>();
  #subscribers = new Set<() => void>();
  #asking: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  /** Ids must differ between the pages that look at one kernel. */
  #prefix = Math.random().toString(36).slice(2, 8);

  /** `checkpoint` is what the notebook kept, of length 0 if it kept nothing. */
  constructor(comm: Comm, signal?: AbortSignal, checkpoint?: DataView) {
    this.#comm = comm;
    this.store = new Store((sync) => comm.send(sync));
    comm.on("msg:custom", this.#heard);
    // What was kept need not be sent again.
    if (checkpoint?.byteLength) this.#recall(checkpoint);
    this.#greet();
    this.#askAgain(ASK_AGAIN);
    this.store.subscribe(() => this.#askAgain(ASK_AGAIN));
    signal?.addEventListener("abort", () => {
      clearTimeout(this.#asking);
      comm.off("msg:custom", this.#heard);
    });
  }

  get replay(): Replay | null {
    return this.#replay?.run === this.store.state.run ? this.#replay : null;
  }

  #greet(): void {
    const { run, seq } = this.store.state;
    this.#comm.send({ kind: "sync", run: Math.max(run, 0), seq });
    if (this.offers === null) this.askOffers();
  }

  #askAgain(later: number): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => {
      this.#greet();
      this.#askAgain(Math.min(later * 2, ASK_SELDOM));
    }, later);
  }

  subscribe(changed: () => void): () => void {
    this.#subscribers.add(changed);
    return () => this.#subscribers.delete(changed);
  }

  askOffers(): void {
    this.#comm.send({ kind: "ask_offers" });
  }

  askFrames(run: number, start: number): Promise<Frames> {
    const frames = this.#frames.for(`${run}/${start}`);
    this.#comm.send({ kind: "ask_frames", run, start });
    return frames;
  }

  async askCard(run: number): Promise<Card> {
    if (this.saved && this.#kept?.card.run === run) return this.#kept.card;
    const card = this.#cards.for(`${run}`);
    this.#comm.send({ kind: "ask_card", run });
    return card;
  }

  /** Send a command; the promise gives what stands against it, or "". `slow` hears of a delay. */
  async send(request: Request, slow?: (sentence: string) => void): Promise<string> {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    const late = setTimeout(() => slow?.(SLOW), SLOW_AFTER);
    const reply = this.#replies.for(id);
    this.#comm.send({ ...request, id } as Command);
    const problem = await reply;
    clearTimeout(late);
    return problem;
  }

  #heard: Heard = (content, buffers) => {
    const message = content as Down;
    const first = this.saved;
    this.saved = false;
    if (message.kind === "patch") {
      if (buffers?.[0]) this.#unpack(buffers[0]);
    } else if (message.kind === "offers") {
      this.offers = message;
    } else if (message.kind === "replay") {
      this.#replay = message;
    } else if (message.kind === "frames") {
      this.#frames.give(`${message.run}/${message.start}`, message);
    } else if (message.kind === "card") {
      this.#cards.give(`${message.run}`, message);
    } else if (message.kind === "reply") {
      this.#replies.give(message.id, message.problem);
    }
    if (first || message.kind === "offers" || message.kind === "replay") this.#tell();
  };

  #tell(): void {
    for (const changed of this.#subscribers) changed();
  }

  #recall(packed: DataView): void {
    try {
      this.#kept = unpack<Checkpoint>(packed);
      this.#replay = this.#kept.replay;
      this.store.apply(this.#kept.patch);
    } catch {
      // One that cannot be read is as good as none: the kernel has it all, if there is one.
    }
  }

  #unpack(packed: DataView): void {
    try {
      this.store.apply(unpack<Patch>(packed));
    } catch {
      // One that cannot be read is as good as lost: ask for what it held.
      this.store.sync();
    }
  }
}
