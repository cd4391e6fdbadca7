/** What crossed in a buffer, or was kept in one: JSON in UTF-8, deflated (packing.py). */
export async function unpack<T>(packed: DataView): Promise<T> {
  const bytes = new Uint8Array(packed.buffer as ArrayBuffer, packed.byteOffset, packed.byteLength);
  const inflating = new DecompressionStream("deflate");
  const writer = inflating.writable.getWriter();
  // What is wrong with the bytes is said to whoever reads.
  const written = writer.write(bytes).then(() => writer.close());
  written.catch(() => {});
  return await new Response(inflating.readable).json();
}
