// Where a link of a hostile text may lead: see buttermilk_widget/text/addresses.py, which is the same.

const HOST = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?";
const WEB = new RegExp(`^https?://(${HOST})(?::([0-9]{1,5}))?(?:[/?#][^\\x00-\\x20\\x7f]*)?$`, "i");
const MAIL = new RegExp(`^mailto:([A-Za-z0-9.!#$&'*+/=^_\`{|}~-]{1,64}@${HOST})$`, "i");
const NUMBER = /^(?:[0-9]+|0x[0-9a-f]*)$/i;
const BYTE = /^(?:0|[1-9][0-9]{0,2})$/;

/**
 * The host that an address on the web leads to, or whom a mail would go to; else null. Only an
 * address that every program reads in one way is a link.
 */
export function destination(address: string): string | null {
  const web = WEB.exec(address);
  if (web) {
    const [, name = "", port] = web;
    const host = name.toLowerCase();
    if (!readAsWritten(host) || (port && Number(port) > 65_535)) return null;
    return port ? `${host}:${port}` : host;
  }
  const person = MAIL.exec(address)?.[1];
  return person && readAsWritten(person.slice(person.lastIndexOf("@") + 1)) ? person : null;
}

/** Whether no browser would turn the host into another: it takes numbers for an IPv4 address. */
function readAsWritten(host: string): boolean {
  const parts = host.split(".");
  if (!NUMBER.test(parts.at(-1) ?? "")) return true;
  return parts.length === 4 && parts.every((part) => BYTE.test(part) && Number(part) < 256);
}

const ENDS =
  /\*\*|~~|[\s<>"`|\\^{}\u2018-\u201f\u2026\u2039\u203a\u00ab\u00bb\u27e8\u27e9\u3000-\u303f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/;
const TAIL = "?!.,:;*_~'";
const OPENING: Record<string, string> = { ")": "(", "]": "[" };
const BEGINS = new RegExp(`^(${HOST})(:[0-9]{1,5})?`);
const CJK = /^[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\u{1b000}-\u{3ffff}]/u;
const LONGEST = 2000;

/** Where the address ends whose host begins at `host` in the text; `host`, if it is none. */
export function addressEnd(text: string, host: number): number {
  let run = text.slice(host, host + LONGEST);
  run = run.slice(0, ENDS.exec(run)?.index ?? run.length);
  const name = BEGINS.exec(run);
  // A browser takes a backslash for a slash.
  if (!name || text[host + run.length] === "\\") return host;
  const rest = run.slice(name[0].length);
  if (rest && !"/?#".includes(rest[0] as string)) {
    // Words of a script that has no blanks, or in brackets, may follow a whole name at once.
    const glued = rest[0] === "(" || (name[1]?.includes(".") && CJK.test(rest));
    if (!glued && trimmed(rest, `${TAIL})]`)) return host;
    run = name[0];
  }
  return host + withoutTail(run);
}

function trimmed(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}

/** The length without the signs of the sentence around it. */
function withoutTail(run: string): number {
  let end = run.length;
  for (; end > 0; end--) {
    const last = run[end - 1] as string;
    const opening = OPENING[last];
    if (opening) {
      const within = run.slice(0, end);
      if (count(within, last) <= count(within, opening)) return end;
    } else if (!TAIL.includes(last)) return end;
  }
  return end;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
