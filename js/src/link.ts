// Between the comm and the store: messages come in and are sorted, commands go out and are answered.

import type { Request, Source } from "./source.ts";
import { Store } from "./store.ts";
import { unpack } from "./unpack.ts";
import type { Command, Down, Frames, Offers } from "./wire.gen.ts";

type Heard = (content: unknown, buffers?: DataView[]) => void;

/** What the link needs of a model; anywidget's has it, and so has a test's. */
export interface Comm {
  send(content: Command): void;
  on(event: "msg:custom", heard: Heard): void;
  off(event: "msg:custom", heard: Heard): void;
}

/** Said when the kernel has not answered for a while; the command is on its way all the same. */
export const SLOW = "The kernel is busy or gone. This is taken up as soon as it answers.";
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
  #comm: Comm;
  #replies = new Map<string, (problem: string) => void>();
  #frames = new Map<string, (frames: Frames) => void>();
  #subscribers = new Set<() => void>();
  #asking: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  /** Unpacking takes its time; patches are applied in the order in which they came. */
  #unpacked: Promise<void> = Promise.resolve();
  /** Ids must differ between the pages that look at one kernel. */
  #prefix = Math.random().toString(36).slice(2, 8);

  constructor(comm: Comm, signal?: AbortSignal) {
    this.#comm = comm;
    this.store = new Store((sync) => comm.send(sync));
    comm.on("msg:custom", this.#heard);
    this.#greet();
    this.#askAgain(ASK_AGAIN);
    this.store.subscribe(() => this.#askAgain(ASK_AGAIN));
    signal?.addEventListener("abort", () => {
      clearTimeout(this.#asking);
      comm.off("msg:custom", this.#heard);
    });
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
    return new Promise((resolve) => {
      this.#frames.set(`${run}/${start}`, resolve);
      this.#comm.send({ kind: "ask_frames", run, start });
    });
  }

  /** Send a command; the promise gives what stands against it, or "". `slow` hears of a delay. */
  send(request: Request, slow?: (sentence: string) => void): Promise<string> {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    return new Promise((resolve) => {
      const late = setTimeout(() => slow?.(SLOW), SLOW_AFTER);
      this.#replies.set(id, (problem) => {
        clearTimeout(late);
        resolve(problem);
      });
      this.#comm.send({ ...request, id } as Command);
    });
  }

  #heard: Heard = (content, buffers) => {
    const message = content as Down;
    if (message.kind === "patch") {
      if (buffers?.[0]) this.#unpack(buffers[0]);
    } else if (message.kind === "offers") {
      this.offers = message;
      for (const changed of this.#subscribers) changed();
    } else if (message.kind === "frames") {
      answer(this.#frames, `${message.run}/${message.start}`, message);
    } else if (message.kind === "reply") {
      answer(this.#replies, message.id, message.problem);
    }
  };

  #unpack(packed: DataView): void {
    // One that is never done would hold back all that follow it.
    const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), ASK_AGAIN));
    const unpacked = Promise.race([unpack(packed).catch(() => null), late]);
    this.#unpacked = this.#unpacked.then(async () => {
      const patch = await unpacked;
      if (patch) this.store.apply(patch);
      // One that cannot be read is as good as lost: ask for what it held.
      else this.store.sync();
    });
  }
}

function answer<T>(waiting: Map<string, (value: T) => void>, key: string, value: T): void {
  waiting.get(key)?.(value);
  waiting.delete(key);
}
