// Markdown of agents, made safe. Their text is hostile: HTML in it is shown as text, nothing is
// fetched because of it, and a link goes nowhere but to the web or to mail, and says where.
//
// A link is a button with its address in `data-href`, which `Leaving` asks about: for an anchor's
// `href` a browser may look the host up before anyone has pressed it, and that too tells the host.

import createPurifier from "dompurify";
import { Marked } from "marked";
import { destination } from "./address.ts";

/** Something that a text asked for and did not get. */
export interface Blocked {
  what: "image" | "link";
  name: string;
  address: string;
}

export interface Safe {
  html: string;
  blocked: readonly Blocked[];
}

let blocked: Blocked[] = [];

const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    html: ({ text }) => quoted(text),
    // The headings of the page are the notebook's; those of agents would break their order.
    heading({ tokens, depth }) {
      return `<p class="heading heading-${depth}">${this.parser.parseInline(tokens)}</p>\n`;
    },
    image({ href, text }) {
      blocked.push({ what: "image", name: text, address: href });
      return `<span class="image">${quoted(text ? `image: ${text}` : "image")}</span>`;
    },
    link({ href, tokens, text }) {
      const words = this.parser.parseInline(tokens);
      const target = destination(href);
      if (!target) {
        blocked.push({ what: "link", name: text, address: href });
        return words;
      }
      const host =
        text === target.href ? "" : ` <span class="host">(${quoted(target.host)})</span>`;
      return `<button type="button" role="link" data-href="${quoted(target.href)}">${words}</button>${host}`;
    },
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

const purifier = createPurifier(window);

const TAGS = [
  ...["blockquote", "br", "button", "code", "del", "em", "hr"],
  ...["li", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"],
];

/** The HTML of a markdown text, safe to put into the page, and what was left out. Never throws. */
export function toHtml(markdown: string): Safe {
  blocked = [];
  const html = purifier.sanitize(parsed(visible(markdown)), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["align", "start", "class", "type", "role", "data-href"],
    ALLOW_DATA_ATTR: false,
  });
  return { html, blocked };
}

/** Marks that turn the direction of what follows can make a text look like another: show them. */
function visible(text: string): string {
  return text.replace(/[\u202a-\u202e]/g, (mark) => {
    return `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase()}⟩`;
  });
}

/** Above this many letters a text is no prose, and reading it as markdown could take for ever. */
const LONGEST = 100_000;

/** Thousands of nested quotes exhaust the stack; such a text is shown as it came. */
function parsed(markdown: string): string {
  const asItIs = () => `<pre>${quoted(markdown)}</pre>`;
  if (markdown.length > LONGEST) return asItIs();
  try {
    return marked.parse(markdown, { async: false });
  } catch {
    blocked = [];
    return asItIs();
  }
}

function quoted(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
