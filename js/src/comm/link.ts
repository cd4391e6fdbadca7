// Between the comm and the store: messages come in and are sorted, commands go out and are answered.

import type { KernelStatus, Request, Source } from "../state/source.ts";
import { Store } from "../state/store.ts";
import type {
  Card,
  Checkpoint,
  Command,
  FlowList,
  Frames,
  KernelMessage,
  Patch,
  Recording,
  Replay,
} from "../wire.gen.ts";
import { decompress } from "./decompress.ts";
import { PendingRequests } from "./pendingRequests.ts";

type Heard = (content: unknown, buffers?: DataView[]) => void;

/** What the link needs of a model; anywidget's has it, and so has a test's. */
export interface Comm {
  send(content: Command): void;
  on(event: "msg:custom", heard: Heard): void;
  on(event: "comm_live_update", gone: () => void): void;
  off(event: "msg:custom", heard: Heard): void;
  off(event: "comm_live_update", gone: () => void): void;
}

/** Said when the kernel has not answered for a while; the command is on its way all the same. */
export const SLOW =
  "The kernel has not answered yet: it is at work on a cell, or the connection to it is broken. " +
  "What you did is sent again until it answers, and counts once.";
/** Said of a command that a kernel left unanswered when it went. */
export const UNANSWERED = "The kernel is gone, and did not say that it took this.";
const SLOW_AFTER = 3000;

/**
 * Milliseconds after which a page that has heard nothing new asks whether there is anything, and
 * again for what was not answered: the comm loses messages, and what is said while a page is made or
 * reloaded may reach nobody. Each time in vain doubles them.
 */
const ASK_AGAIN = 2000;
const ASK_SELDOM = 60_000;
/** At most, while somebody waits for an answer. */
const ASK_SOON = 8000;

/** What is shown as it came last, beside the store. */
const SHOWN = new Set<KernelMessage["kind"]>(["offers", "replay", "recording"]);

/** A kernel that hears answers sooner than this, in milliseconds. */
const QUIET_AFTER = 5000;

export class Link implements Source {
  readonly store: Store;
  offers: FlowList | null = null;
  kernelStatus: KernelStatus = "never";
  #comm: Comm;
  #connect: () => void;
  #replay: Replay | null = null;
  #recording: Recording | null = null;
  #kept: Checkpoint | undefined;
  #pending = new PendingRequests((command) => this.#say(command));
  #subscribers = new Set<() => void>();
  #asking: ReturnType<typeof setTimeout> | undefined;
  #later = ASK_AGAIN;
  #unheard: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  /** Ids must differ between the pages that look at one kernel. */
  #prefix = Math.random().toString(36).slice(2, 8);

  /**
   * `checkpoint` is what the notebook kept, of length 0 if it kept nothing; `connect` has the line to
   * the kernel made again if it is broken.
   */
  constructor(
    comm: Comm,
    signal?: AbortSignal,
    checkpoint?: DataView,
    connect: () => void = () => {},
  ) {
    this.#comm = comm;
    this.#connect = connect;
    this.store = new Store((sync) => this.#say(sync));
    comm.on("msg:custom", this.#heard);
    // It is alive when it comes here, and is said to change only once.
    comm.on("comm_live_update", this.#gone);
    // What was kept need not be sent again.
    if (checkpoint?.byteLength) this.#recall(checkpoint);
    this.#greet();
    this.#askAgain(ASK_AGAIN);
    this.store.subscribe(() => {
      // News do not put off what was asked for and is not answered.
      if (!this.#pending.some || this.#later > ASK_AGAIN) this.#askAgain(ASK_AGAIN);
    });
    signal?.addEventListener("abort", () => {
      this.#rest();
      comm.off("msg:custom", this.#heard);
      comm.off("comm_live_update", this.#gone);
    });
  }

  get replay(): Replay | null {
    return this.#replay?.run === this.store.state.run ? this.#replay : null;
  }

  get notice(): string {
    return this.#recording?.run === this.store.state.run ? this.#recording.notice : "";
  }

  /** Say it, or find out that there is nobody to say it to. */
  #say(command: Command): void {
    try {
      this.#comm.send(command);
    } catch {
      // The notebook has let go of the kernel: it was shut down, or is another one now.
      this.#gone();
    }
  }

  #greet(): void {
    const { run, seq } = this.store.state;
    this.#say({ kind: "sync", run: Math.max(run, 0), seq });
    if (this.offers === null) this.askOffers();
  }

  #askAgain(later: number): void {
    clearTimeout(this.#asking);
    this.#later = later;
    this.#asking = setTimeout(() => {
      this.#askAgain(Math.min(later * 2, this.#pending.some ? ASK_SOON : ASK_SELDOM));
      this.#ask();
    }, later);
  }

  /** The page was asleep, or away. */
  wake(): void {
    if (this.kernelStatus === "gone") return;
    this.#askAgain(ASK_AGAIN);
    this.#ask();
  }

  /** Ask for whatever is new, and again for what was not answered. */
  #ask(): void {
    this.#connect();
    this.#unheard ??= setTimeout(() => this.#turn("quiet"), QUIET_AFTER);
    this.#greet();
    this.#pending.again();
  }

  #rest(): void {
    clearTimeout(this.#asking);
    clearTimeout(this.#unheard);
  }

  #turn(to: KernelStatus): void {
    // Of a kernel that was never heard there is nothing to say but that.
    if (this.kernelStatus === to || this.kernelStatus === "never") return;
    this.kernelStatus = to;
    this.#tell();
  }

  #gone = (): void => {
    this.#turn("gone");
    if (this.kernelStatus === "gone") this.#rest();
    this.#pending.giveUp(UNANSWERED);
  };

  subscribe(changed: () => void): () => void {
    this.#subscribers.add(changed);
    return () => this.#subscribers.delete(changed);
  }

  askOffers(): void {
    this.#say({ kind: "ask_offers" });
  }

  askFrames(run: number, start: number): Promise<Frames> {
    return this.#pending.ask(`${run}/${start}`, { kind: "ask_frames", run, start });
  }

  async askCard(run: number): Promise<Card> {
    if (this.kernelStatus === "never" && this.#kept?.card.run === run) return this.#kept.card;
    return this.#pending.ask(`${run}`, { kind: "ask_card", run });
  }

  /** Send a command; the promise gives what stands against it, or "". `slow` hears of a delay. */
  async send(request: Request, slow?: (sentence: string) => void): Promise<string> {
    if (this.kernelStatus === "gone") return UNANSWERED;
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    const late = setTimeout(() => slow?.(SLOW), SLOW_AFTER);
    const reply = this.#pending.ask<string>(id, { ...request, id } as Command);
    this.#askAgain(ASK_AGAIN);
    const problem = await reply;
    clearTimeout(late);
    return problem;
  }

  #heard: Heard = (content, buffers) => {
    const message = content as KernelMessage;
    clearTimeout(this.#unheard);
    this.#unheard = undefined;
    const turned = this.kernelStatus !== "live";
    this.kernelStatus = "live";
    if (message.kind === "patch") {
      if (buffers?.[0]) this.#decompress(buffers[0]);
    } else if (message.kind === "offers") {
      this.offers = message;
    } else if (message.kind === "replay") {
      this.#replay = message;
    } else if (message.kind === "recording") {
      this.#recording = message;
    } else if (message.kind === "frames") {
      this.#pending.give(`${message.run}/${message.start}`, message);
    } else if (message.kind === "card") {
      this.#pending.give(`${message.run}`, message);
    } else if (message.kind === "reply") {
      this.#pending.give(message.id, message.problem);
    }
    if (turned || SHOWN.has(message.kind)) this.#tell();
  };

  #tell(): void {
    for (const changed of this.#subscribers) changed();
  }

  #recall(packed: DataView): void {
    try {
      this.#kept = decompress<Checkpoint>(packed);
      this.#replay = this.#kept.replay;
      this.store.apply(this.#kept.patch);
    } catch {
      // One that cannot be read is as good as none: the kernel has it all, if there is one.
    }
  }

  #decompress(packed: DataView): void {
    try {
      this.store.apply(decompress<Patch>(packed));
    } catch {
      // One that cannot be read is as good as lost: ask for what it held.
      this.store.sync();
    }
  }
}
