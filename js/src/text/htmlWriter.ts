// Tokens of Markdown as a tree, with every element counted: the last part of markdown.py, for the page.

import type Token from "markdown-it/lib/token.mjs";
import { addressEnd, destination } from "./addresses.ts";
import type { Work } from "./budget.ts";
import { type Element, element, type Node } from "./tree.ts";

const AUTO = { dir: "auto" };

/** Elements that are the same whatever is in them, by the name of their token. */
const TAGS: Record<string, Record<string, string>> = {
  em: {},
  strong: {},
  s: {},
  break: {},
  hr: {},
  blockquote: AUTO,
  bullet_list: {},
  ordered_list: {},
  table: {},
  thead: {},
  tbody: {},
  tr: {},
};

export function drawing(tokens: readonly Token[], work: Work): Node[] {
  const drawn = new Drawing(work);
  drawn.blocks(tokens);
  return drawn.root.children;
}

class Drawing {
  readonly root = element("div", {});
  #work: Work;
  #open: Element[] = [this.root];
  /** What each open link does when it is closed. */
  #links: (() => void)[] = [];

  constructor(work: Work) {
    this.#work = work;
  }

  blocks(tokens: readonly Token[]): void {
    let task = false; // whether the next words begin with the box of a task
    for (const [place, token] of tokens.entries()) {
      switch (token.type) {
        case "inline":
          this.#inline(token.children ?? [], task);
          break;
        case "paragraph_open":
          if (!token.hidden) this.#begin("p", AUTO);
          continue;
        case "paragraph_close":
          if (!token.hidden) this.#end();
          break;
        case "list_item_open":
          task = isTask(tokens[place + 1], tokens[place + 2]);
          this.#item(token, task ? { class: "task", ...AUTO } : AUTO);
          continue;
        case "heading_open":
          this.#begin("p", { class: `heading heading-${token.tag.slice(1)}`, ...AUTO });
          break;
        case "cell_open":
          this.#begin(token.tag, token.info ? { ...AUTO, align: token.info } : AUTO);
          break;
        case "table_open":
          this.#begin("div", { class: "wide" }, 0);
          this.#begin("table", {});
          break;
        case "table_close":
          this.#end();
          this.#end();
          break;
        case "fence":
        case "code_block":
          this.#codeBlock(token);
          break;
        case "math_block":
          this.#begin("p", { class: "math", dir: "ltr" });
          this.#lines(token.content);
          this.#end();
          break;
        default:
          this.#tag(token);
      }
      task = false;
    }
  }

  /** Begin an element in the one that is open; `counted` is what it counts as. */
  #begin(tag: string, attrs: Record<string, string>, counted = 1): void {
    if (counted) this.#work.element();
    const begun = element(tag, attrs);
    this.#put(begun);
    this.#open.push(begun);
  }

  #end(): void {
    this.#open.pop();
  }

  #put(node: Node): void {
    const { children } = this.#open.at(-1) as Element;
    const last = children.at(-1);
    if (node === "") return;
    if (typeof node === "string" && typeof last === "string") {
      children[children.length - 1] = last + node;
    } else children.push(node);
  }

  #tag({ type, tag, nesting }: Token): void {
    if (nesting < 0) {
      this.#end();
      return;
    }
    this.#begin(tag, TAGS[type.replace("_open", "")] ?? {});
    if (nesting === 0) this.#end();
  }

  #item({ info, markup }: Token, attrs: Record<string, string>): void {
    if (!info) {
      this.#begin("li", attrs);
      return;
    }
    this.#begin("li", { ...attrs, value: String(Number(info)) });
    this.#begin("span", { class: "marker" });
    this.#put(`${info}${markup} `);
    this.#end();
  }

  #codeBlock(token: Token): void {
    const info = token.info.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, "");
    if (info) {
      this.#begin("p", { class: "info", ...AUTO });
      this.#put(info);
      this.#end();
    }
    this.#begin("pre", { dir: "ltr" });
    this.#begin("code", {}, 0);
    this.#put(token.content);
    this.#end();
    this.#end();
  }

  #lines(text: string): void {
    text.split("\n").forEach((line, place) => {
      if (place > 0) {
        this.#begin("br", {});
        this.#end();
      }
      this.#put(line);
    });
  }

  #inline(tokens: readonly Token[], task: boolean): void {
    tokens.forEach((token, place) => {
      switch (token.type) {
        case "text": {
          const box = task && place === 0;
          if (box) this.#put(token.content[1] === " " ? "☐" : "☑");
          this.#text(box ? token.content.slice(3) : token.content);
          break;
        }
        case "code_inline":
          this.#begin("code", { dir: "ltr" });
          this.#put(token.content);
          this.#end();
          break;
        case "math":
          this.#begin("span", { class: "math", dir: "ltr" });
          this.#lines(token.content);
          this.#end();
          break;
        case "image":
          this.#image(token);
          break;
        case "link_open":
          this.#linkOpen(token);
          break;
        case "link_close":
          this.#links.pop()?.();
          break;
        default:
          this.#tag(token);
      }
    });
  }

  /** Text, in which addresses with no scheme and those of mail are links. */
  #text(text: string): void {
    let done = 0;
    for (const mark of this.#links.length > 0 ? [] : text.matchAll(/www\.|@/gi)) {
      if (mark.index < done) continue;
      const found = bare(text, mark.index, done);
      if (!found) continue;
      this.#put(text.slice(done, found.begin));
      this.#anchor(found.address, "");
      this.#put(text.slice(found.begin, found.end));
      this.#end();
      done = found.end;
    }
    this.#put(text.slice(done));
  }

  #anchor(href: string, title: string): void {
    this.#begin("a", title ? { href, title } : { href });
  }

  #linkOpen(token: Token): void {
    const address = token.attrGet("href") ?? "";
    const title = token.attrGet("title") ?? "";
    const host = destination(address);
    const auto = token.info === "auto";
    if (host === null) {
      if (auto) this.#put("<");
      this.#links.push(() => {
        if (auto) this.#put(">");
        else this.#beside(`not a link: ${address}`, title);
      });
      return;
    }
    this.#anchor(address, title);
    this.#links.push(() => {
      this.#end();
      if (!auto) this.#beside(host, "");
    });
  }

  #beside(words: string, title: string): void {
    this.#put(" ");
    this.#begin("span", { class: "host" });
    this.#put(`(${title ? `${words} "${title}"` : words})`);
    this.#end();
  }

  #image(token: Token): void {
    this.#begin("span", { class: "image" });
    this.#put(token.content ? `image: ${token.content}` : "image");
    this.#end();
    this.#beside(`not fetched: ${token.attrGet("src") ?? ""}`, token.attrGet("title") ?? "");
  }
}

/** Whether the first words of a list's item, which come after it, begin with a box. */
function isTask(paragraph: Token | undefined, words: Token | undefined): boolean {
  const first = words?.type === "inline" ? words.children?.[0] : undefined;
  return (
    paragraph?.type === "paragraph_open" &&
    first?.type === "text" &&
    /^\[[ xX]\][ \t]/.test(first.content)
  );
}

const LOCAL = /(?:[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?|[A-Za-z0-9._+-])$/;
const DOMAIN =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+/;

/** The address of mail, or on the web with no scheme, whose `@` or `www.` is there. */
function bare(text: string, at: number, floor: number) {
  let begin = at;
  let end: number;
  let address: string;
  if (text[at] === "@") {
    const local = LOCAL.exec(text.slice(Math.max(floor, at - 64), at))?.[0];
    const domain = DOMAIN.exec(text.slice(at + 1, at + 256))?.[0];
    if (!local || !domain) return null;
    begin = at - local.length;
    // It is a part of something else, as of an address on the web that is none.
    if (begin > 0 && "/:@\\".includes(text[begin - 1] as string)) return null;
    end = at + 1 + domain.length;
    address = `mailto:${local}@${domain}`;
  } else {
    if (at > 0 && /[A-Za-z0-9/.@-]/.test(text[at - 1] as string)) return null;
    end = addressEnd(text, at);
    address = `http://${text.slice(at, end)}`;
  }
  return destination(address) === null ? null : { begin, end, address };
}
