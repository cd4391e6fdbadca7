/** Who waits for what, by its name. All who wait for the same get the same. */
export class Waiting<T> {
  #by = new Map<string, ((value: T) => void)[]>();

  for(name: string): Promise<T> {
    return new Promise((resolve) => {
      this.#by.set(name, [...(this.#by.get(name) ?? []), resolve]);
    });
  }

  give(name: string, value: T): void {
    for (const resolve of this.#by.get(name) ?? []) resolve(value);
    this.#by.delete(name);
  }
}
