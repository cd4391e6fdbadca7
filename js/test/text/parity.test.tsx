// The page draws what the exports draw: see tests/data/parity/README.md.

import { readFileSync } from "node:fs";
import { render } from "preact";
import { describe, expect, it, vi } from "vitest";
import { Letters } from "../../src/reading/highlight.ts";
import { destination } from "../../src/text/addresses.ts";
import { inForm } from "../../src/text/fieldHtml.ts";
import { label } from "../../src/text/letters.ts";
import { textOf } from "../../src/text/tree.ts";
import { Drawn } from "../../src/ui/Shown.tsx";
import type { Form } from "../../src/wire.gen.ts";

type Pair = [text: string, drawn: string];

const FILE = `${import.meta.dirname}/../../../tests/data/parity/drawn.json`;
const DRAWN: Record<string, Pair[]> = JSON.parse(readFileSync(FILE, "utf8"));
/** They are many, and other programs may want the processor, too. */
const PATIENCE = 60_000;
const { label: LABELS = [], address: ADDRESSES = [], costs: COSTS = [], ...FORMS } = DRAWN;
/** As in make_parity.py. */
const LONG = 10_000;

/** Elements and words, with none of the differences that the README tells of. */
function canon(node: Node): string {
  if (node instanceof Text) return node.data;
  if (!(node instanceof Element)) return [...node.childNodes].map(canon).join("");
  const attrs = new Map([...node.attributes].map(({ name, value }) => [name, value]));
  let tag = node.tagName.toLowerCase();
  attrs.delete("data-said");
  if (tag === "button") {
    tag = "a";
    attrs.set("href", attrs.get("data-href") ?? "");
    for (const name of ["type", "role", "data-href"]) attrs.delete(name);
  }
  attrs.delete("rel");
  const shown = [...attrs].sort().map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `<${tag}${shown.join("")}>${[...node.childNodes].map(canon).join("")}</${tag}>`;
}

function onPage(text: string, form: Form): HTMLElement {
  const place = document.createElement("div");
  render(<Drawn nodes={inForm(form, text)} />, place);
  return place;
}

function inExport(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

describe("a text on the page and in an export", () => {
  it("is compared for enough of them", () => {
    expect(FORMS.markdown?.length).toBeGreaterThan(1500);
  });

  for (const [form, pairs] of Object.entries(FORMS)) {
    it(
      `is the same as ${form}`,
      () => {
        const different = pairs.filter(([text, html]) => {
          const page = [...onPage(text, form as Form).childNodes].map(canon).join("");
          return page !== canon(inExport(html));
        });
        expect(
          different.map(([text, html]) => ({
            text,
            page: [...onPage(text, form as Form).childNodes].map(canon).join(""),
            html: canon(inExport(html)),
          })),
        ).toEqual([]);
      },
      PATIENCE,
    );
  }

  it("is given up in the same cases", () => {
    // By what is counted: the clock is for what nobody thought of.
    vi.spyOn(performance, "now").mockReturnValue(0);
    const gaveUp = COSTS.map(([seed]) => {
      const drawn = textOf(inForm("markdown", seed.repeat(LONG).slice(0, LONG)));
      return [seed, drawn.includes("it would cost too much to draw") ? "too much" : ""];
    });
    expect(gaveUp).toEqual(COSTS);
    expect(COSTS.filter(([, given]) => given).length).toBeGreaterThan(10);
    vi.restoreAllMocks();
  });

  it("has the same names", () => {
    for (const [text, name] of LABELS) expect(label(text)).toBe(name);
  });

  it("has the same links", () => {
    for (const [text, host] of ADDRESSES) expect(destination(text) ?? "", text).toBe(host);
  });

  it(
    "is searched by the words that are on the page",
    () => {
      for (const [text] of FORMS.markdown ?? []) {
        const said = [...onPage(text, "markdown").querySelectorAll("[data-said]")];
        expect(said.map((element) => new Letters(element).text)).toEqual(
          inForm("markdown", text).map((node) => textOf([node])),
        );
      }
    },
    PATIENCE,
  );
});
