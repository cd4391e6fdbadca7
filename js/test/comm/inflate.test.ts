import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inflate } from "../../src/comm/inflate.ts";

const KINDS = [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY];

describe("inflating", () => {
  it("gives back whatever was deflated, in whichever way", () => {
    const parts = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.string({ unit: "binary", maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
      fc
        .tuple(fc.string({ maxLength: 9 }), fc.nat(9000))
        .map(([text, times]) => new TextEncoder().encode(text.repeat(times))),
    );
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 4 }),
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom(...KINDS),
        (arrays, level, strategy) => {
          const whole = Buffer.concat(arrays);
          const made = inflate(new Uint8Array(deflateRawSync(whole, { level, strategy })));
          expect(Buffer.compare(Buffer.from(made), whole)).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("gives back what is longer than any window and any guess", () => {
    const long = Buffer.alloc(5_000_000, "the same words, again and again. ");
    expect(inflate(new Uint8Array(deflateRawSync(long))).length).toBe(long.length);
  });

  it("ends, and takes nothing for whole that zlib does not", () => {
    const text = new TextEncoder().encode("some words that are said, and said again, said again");
    const good = new Uint8Array(deflateRawSync(text));
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(good.length - 1).map((length) => good.slice(0, length)),
      fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => good.with(at, byte)),
    );
    const attempt = (how: (bytes: Uint8Array) => Uint8Array, bytes: Uint8Array) => {
      try {
        return Buffer.from(how(bytes)).toString("hex");
      } catch {
        return null;
      }
    };
    fc.assert(
      fc.property(broken, (bytes) => {
        const theirs = attempt((given) => inflateRawSync(given), bytes);
        const ours = attempt(inflate, bytes);
        // zlib also refuses codes that are not complete, which nobody writes.
        if (theirs !== null) expect(ours).toBe(theirs);
        if (
          bytes.length < good.length &&
          good.subarray(0, bytes.length).every((b, i) => b === bytes[i])
        )
          expect(ours).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });
});
