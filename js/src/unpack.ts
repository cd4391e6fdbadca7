import type { Patch } from "./wire.gen.ts";

/** A patch from the buffer in which it crossed: JSON in UTF-8, deflated (packing.py). */
export async function unpack(packed: DataView): Promise<Patch> {
  const bytes = new Uint8Array(packed.buffer as ArrayBuffer, packed.byteOffset, packed.byteLength);
  const inflated = new Response(bytes).body?.pipeThrough(new DecompressionStream("deflate"));
  return await new Response(inflated).json();
}
