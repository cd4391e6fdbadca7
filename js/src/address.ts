// Where a link of a hostile text may lead.

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/**
 * The address as the browser reads it, and the host that it leads to (of a mail, the person), for
 * the web and for mail; nothing for all else. A host in another script is given in ASCII, so that
 * one that looks like another does not.
 */
export function destination(address: string): { href: string; host: string } | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    // It is no address, or one that depends on the page that it stands in.
    return null;
  }
  if (!SCHEMES.has(url.protocol)) return null;
  const host = url.protocol === "mailto:" ? url.pathname : url.host;
  return { href: url.href, host };
}
