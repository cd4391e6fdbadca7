// Inflates what is deflated with nothing around it (RFC 1951; the names are its own). Libraries that
// do this also stream, compress and explain, at four times the bytes.

/** The order in which the lengths of the code lengths' codes stand (section 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LENGTHS = ladder(3, 29, 4);
const DISTANCES = ladder(1, 30, 2);
// The longest length has a code of its own.
LENGTHS[28] = [258, 0];
const FIXED = lengths(288, (at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8));

/** Where each step of a ladder begins, and how many more bits say where in the step. */
function ladder(first: number, steps: number, each: number): [number, number][] {
  let from = first;
  return Array.from({ length: steps }, (_, step) => {
    const more = Math.max(Math.floor(step / each) - 1, 0);
    from += 1 << more;
    return [from - (1 << more), more];
  });
}

function lengths(count: number, of: (at: number) => number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => of(at));
}

/** The symbol for each run of `most` bits, times 16, and the length of its code (section 3.2.2). */
interface Codes {
  table: Uint16Array;
  most: number;
}

function codes(long: Uint8Array): Codes {
  const most = Math.max(...long);
  const table = new Uint16Array(1 << most);
  let code = 0;
  for (let length = 1; length <= most; length++) {
    for (let symbol = 0; symbol < long.length; symbol++) {
      if (long[symbol] !== length) continue;
      // A code comes with its first bit lowest; whatever follows it is the same code.
      let reversed = 0;
      for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
      for (let at = reversed; at < table.length; at += 1 << length) {
        table[at] = (symbol << 4) | length;
      }
      code++;
    }
    code <<= 1;
  }
  return { table, most };
}

/** Throws a `RangeError` at what ends too early or makes no sense. */
export function inflate(from: Uint8Array): Uint8Array {
  let to = new Uint8Array(from.length * 6 + 300);
  let end = 0;
  let at = 0;

  const look = (count: number) => {
    const byte = at >> 3;
    const three = (from[byte] ?? 0) | ((from[byte + 1] ?? 0) << 8) | ((from[byte + 2] ?? 0) << 16);
    return (three >> (at & 7)) & ((1 << count) - 1);
  };
  const take = (count: number) => {
    const bits = look(count);
    at += count;
    if (at > from.length * 8) throw new RangeError("it ends too early");
    return bits;
  };
  const symbol = ({ table, most }: Codes) => {
    const found = table[look(most)] as number;
    if (!found) throw new RangeError("there is no such code");
    take(found & 15);
    return found >> 4;
  };
  const place = (steps: [number, number][], step: number) => {
    const [first, more] = steps[step] ?? [Number.NaN, 0];
    return first + take(more);
  };
  const room = (more: number) => {
    if (end + more <= to.length) return;
    const wider = new Uint8Array((end + more) * 2);
    wider.set(to);
    to = wider;
  };

  const stored = () => {
    at = (at + 7) & ~7;
    const length = take(16);
    take(16);
    const begin = at >> 3;
    at += length * 8;
    if (at > from.length * 8) throw new RangeError("it ends too early");
    room(length);
    to.set(from.subarray(begin, begin + length), end);
    end += length;
  };

  const described = (): [Codes, Codes] => {
    const literals = take(5) + 257;
    const all = literals + take(5) + 1;
    const count = take(4) + 4;
    const own = new Uint8Array(19);
    for (const code of ORDER.slice(0, count)) own[code] = take(3);
    const coding = codes(own);
    const long = new Uint8Array(all);
    for (let next = 0; next < all; ) {
      const what = symbol(coding);
      if (what < 16) long[next++] = what;
      else {
        const same = what === 16 ? (long[next - 1] ?? 0) : 0;
        const times = what === 16 ? take(2) + 3 : what === 17 ? take(3) + 3 : take(7) + 11;
        long.fill(same, next, next + times);
        next += times;
      }
    }
    return [codes(long.subarray(0, literals)), codes(long.subarray(literals))];
  };

  const coded = (literals: Codes, distances: Codes) => {
    while (true) {
      const what = symbol(literals);
      if (what === 256) return;
      if (what < 256) {
        room(1);
        to[end++] = what;
        continue;
      }
      const length = place(LENGTHS, what - 257);
      const back = place(DISTANCES, symbol(distances));
      if (!(back <= end)) throw new RangeError("it begins before its beginning");
      room(length);
      for (const until = end + length; end < until; end++) to[end] = to[end - back] as number;
    }
  };

  for (let last = 0; !last; ) {
    last = take(1);
    const kind = take(2);
    if (kind === 0) stored();
    else if (kind === 1) coded(codes(FIXED), codes(lengths(30, () => 5)));
    else if (kind === 2) coded(...described());
    else throw new RangeError("there is no such block");
  }
  return to.subarray(0, end);
}
