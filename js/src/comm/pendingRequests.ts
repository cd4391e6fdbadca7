import type { Command } from "../wire.gen.ts";

interface PendingRequest {
  command: Command;
  given: ((value: never) => void)[];
}

/**
 * What was asked of the kernel and is not answered yet, by its name. The comm loses messages, so it
 * can be asked again; all who ask for the same are given the same.
 */
export class PendingRequests {
  #by = new Map<string, PendingRequest>();
  #send: (command: Command) => void;

  constructor(send: (command: Command) => void) {
    this.#send = send;
  }

  get some(): boolean {
    return this.#by.size > 0;
  }

  ask<T>(name: string, command: Command): Promise<T> {
    const asked = this.#by.get(name) ?? { command, given: [] };
    this.#by.set(name, asked);
    const answer = new Promise<T>((resolve) => asked.given.push(resolve));
    this.#send(command);
    return answer;
  }

  again(): void {
    for (const { command } of this.#by.values()) this.#send(command);
  }

  give(name: string, value: unknown): void {
    for (const resolve of this.#by.get(name)?.given ?? []) resolve(value as never);
    this.#by.delete(name);
  }

  /** Give all of them up: this is what commands are told, and the others go on waiting. */
  giveUp(problem: string): void {
    for (const [name, { command }] of this.#by) if ("id" in command) this.give(name, problem);
  }
}
