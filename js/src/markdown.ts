// Markdown of agents, made safe. Their text is hostile: HTML in it is shown as text, nothing is
// fetched because of it, and a link goes nowhere but to the web or to mail.

import createPurifier from "dompurify";
import { Marked } from "marked";

const LINK = /^(https?:|mailto:)/i;

const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    html: ({ text }) => quoted(text),
    image({ href, text }) {
      return `<span class="image">${quoted(text || "image")} (${quoted(href)})</span>`;
    },
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens);
      return LINK.test(href) ? `<a href="${quoted(href)}">${words}</a>` : words;
    },
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

const purifier = createPurifier(window);
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
});

const TAGS = [
  ...["a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr"],
  ...["li", "ol", "p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"],
];

/** The HTML of a markdown text; safe to put into the page. Never throws. */
export function toHtml(markdown: string): string {
  const html = parsed(markdown);
  return purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href", "align", "start", "class"],
    ALLOWED_URI_REGEXP: LINK,
    ALLOW_DATA_ATTR: false,
  });
}

/** Thousands of nested quotes exhaust the stack; such a text is shown as it came. */
function parsed(markdown: string): string {
  try {
    return marked.parse(markdown, { async: false });
  } catch {
    return `<pre>${quoted(markdown)}</pre>`;
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
