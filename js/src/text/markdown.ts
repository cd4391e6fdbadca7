// Agents' Markdown as a tree of elements, which can hold nothing that is live. Their text is hostile,
// and it is evidence: see buttermilk_widget/text/markdown.py, which does the same for the exports.

import type MarkdownIt from "markdown-it";
import parseLinkDestination from "markdown-it/lib/helpers/parse_link_destination.mjs";
import parseLinkTitle from "markdown-it/lib/helpers/parse_link_title.mjs";
import ParserBlock from "markdown-it/lib/parser_block.mjs";
import ParserInline from "markdown-it/lib/parser_inline.mjs";
import type Ruler from "markdown-it/lib/ruler.mjs";
import type Token from "markdown-it/lib/token.mjs";
import * as blocks from "./blockRules.ts";
import type { Work } from "./budget.ts";
import { drawing } from "./htmlWriter.ts";
import * as inlines from "./inlineRules.ts";
import type { Node } from "./tree.ts";

/**
 * What is drawn of a Markdown text that went through `visible`. Throws `TooMuch` if it has to be
 * shown as it came.
 */
export function markdown(text: string, work: Work): Node[] {
  return drawing(read(text, work), work);
}

/** The tokens of such a text. Throws `TooMuch`, too. */
export function read(text: string, work: Work): Token[] {
  const env = { work };
  const tokens: Token[] = [];
  md.block.parse(text, md, env, tokens);
  for (const token of tokens) {
    if (token.type !== "inline") continue;
    work.cell = token.info === "cell";
    token.children = [];
    md.inline.parse(token.content, md, env, token.children);
  }
  return tokens;
}

/** As markdown-it's, with the address as it is written. */
const destinationAsWritten: typeof parseLinkDestination = (text, start, limit) => {
  const found = parseLinkDestination(text, start, limit);
  if (found.ok) {
    const pointed = Number(text[start] === "<");
    found.str = text.slice(start + pointed, found.pos - pointed);
  }
  return found;
};

/** As markdown-it's, with the title as it is written. */
const titleAsWritten: typeof parseLinkTitle = (text, start, limit) => {
  const found = parseLinkTitle(text, start, limit);
  if (found.ok) found.str = text.slice(start + 1, found.pos - 1);
  return found;
};

const INTERRUPTS_PARAGRAPH = { alt: ["paragraph", "reference", "blockquote"] };
const INTERRUPTS = { alt: ["paragraph", "reference", "blockquote", "list"] };

/** A rule of the library's own. */
function ruleOf<Rule>(ruler: Ruler<Rule>, name: string): Rule {
  ruler.enableOnly([name]);
  const [rule] = ruler.getRules("");
  if (!rule) throw new Error(`markdown-it has no rule ${name}.`);
  return rule;
}

function blockParser(): ParserBlock {
  const block = new ParserBlock();
  const { ruler } = block;
  const [heading, underlined] = [ruleOf(ruler, "heading"), ruleOf(ruler, "lheading")];
  ruler.enableOnly([
    "fence",
    "blockquote",
    "hr",
    "list",
    "heading",
    "lheading",
    "paragraph",
    "code",
  ]);
  ruler.at("heading", blocks.headingBy(heading), INTERRUPTS_PARAGRAPH);
  ruler.at("lheading", blocks.headingBy(underlined));
  ruler.before("code", "bounded", blocks.boundedBlock);
  ruler.before("code", "gfm_table", blocks.table, { alt: ["paragraph", "reference"] });
  ruler.before("code", "math", blocks.mathBlock, INTERRUPTS);
  return block;
}

function inlineParser(): ParserInline {
  const inline = new ParserInline();
  const { ruler } = inline;
  const link = ruleOf(ruler, "link");
  ruler.enableOnly([
    "text",
    "newline",
    "escape",
    "backticks",
    "strikethrough",
    "emphasis",
    "link",
    "autolink",
  ]);
  ruler.at("newline", inlines.newline);
  ruler.at("escape", inlines.backslash);
  ruler.at("backticks", inlines.code);
  ruler.at("strikethrough", inlines.strike);
  ruler.at("emphasis", inlines.emphasis);
  ruler.at("link", inlines.linkBy(link));
  ruler.before("text", "bounded", inlines.bounded);
  ruler.before("escape", "math", inlines.math);
  ruler.before("autolink", "picture", inlines.image);
  ruler.before("autolink", "break", inlines.lineBreak);
  ruler.before("autolink", "address", inlines.address);
  return inline;
}

/** What the rules need of markdown-it; its own class brings tables of entities and much else. */
const md = {
  block: blockParser(),
  inline: inlineParser(),
  // Levels are counted by boundedBlock, as the library would leave out what is deeper.
  options: { maxNesting: 2 * blocks.DEEPEST },
  helpers: {
    parseLinkLabel: inlines.labelEnd,
    parseLinkDestination: destinationAsWritten,
    parseLinkTitle: titleAsWritten,
  },
  normalizeLink: (address: string) => address,
  normalizeLinkText: (address: string) => address,
  validateLink: () => true,
} as unknown as MarkdownIt;
