import type { Entry } from "../wire.gen.ts";

/** Finds other entries: by number, or by the server's id for a result. */
export interface Finder {
  entry(id: number): Entry | undefined;
  result(messageId: string): Entry | undefined;
}
