import { inflate } from "./inflate.ts";

/**
 * What crossed in a buffer, or was kept in one: JSON in UTF-8, deflated (compress.py).
 *
 * Not by the browser's DecompressionStream: in Chromium about one in four of them never came to an
 * end on a page that was just being made, and nothing said so.
 */
export function decompress<T>(packed: DataView): T {
  const bytes = new Uint8Array(packed.buffer as ArrayBuffer, packed.byteOffset, packed.byteLength);
  return JSON.parse(new TextDecoder().decode(inflate(bytes)));
}
