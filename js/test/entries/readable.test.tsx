// What a search counts is what is marked: in every kind of entry, with everything that it can hold.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EntryView } from "../../src/entries/EntryView.tsx";
import { readable } from "../../src/entries/readable.ts";
import { Letters, ranges } from "../../src/reading/highlight.ts";
import { words } from "../../src/reading/search.ts";
import type { Finder } from "../../src/state/finder.ts";
import { count, folded } from "../../src/text/folding.ts";
import { GAP } from "../../src/text/tree.ts";
import type { Entry } from "../../src/wire.gen.ts";
import { entry, question } from "../support/make.ts";
import { mount } from "../support/mount.tsx";

/** Letters in ways that a person would not type, in every form of Markdown, and between other words. */
const SAID = [
  "The **Stra\u00dfe** [in _caf\u00e9_](https://ok.example/stra\u00dfe), cafe\u0301 \u201cit\u2019s\u201d co\u00adoperate \u039f\u0394\u039f\u03a3",
  "",
  "- [x] a task, a\u2028line, and ~~struck~~ `code`",
  "",
  "| head | cafe\u0301 |",
  "|---|---|",
  "| a<br>b | c |",
  "",
  "<think>a thought</think>",
].join("\n");
const VALUE = JSON.stringify({
  "caf\u00e9 key": ["the value", { inner: "STRASSE", more: 12 }],
  e: null,
});
const MANY = JSON.stringify(
  Array.from({ length: 150 }, (_, place) => ({ [`the${place}`]: "caf\u00e9" })),
);

const BODIES: Entry["body"][] = [
  { kind: "text", content: SAID, thought: SAID },
  { kind: "text", content: `[{"type": "text", "text": ${JSON.stringify(SAID)}}]`, thought: null },
  { kind: "json", value: VALUE },
  { kind: "json", value: MANY },
  { kind: "json", value: null },
  { kind: "tool", name: "the tool", content: SAID, call_id: "the", args: VALUE, results: VALUE },
  {
    kind: "record",
    record_id: "the-record",
    title: "The title",
    metadata: JSON.stringify({ title: "The title", outlet: "The caf\u00e9" }),
    uri: "https://the.example/",
    content: SAID,
    alt_text: "the picture",
    ground_truth: VALUE,
    mime: "text/markdown",
  },
  {
    kind: "judgement",
    conclusion: SAID,
    reasons: [SAID, "the other"],
    prediction: true,
    uncertainty: "the least",
  },
  {
    kind: "assessment",
    assessments: [{ correct: true, feedback: SAID }],
    assessed_agent_id: "the agent",
    assessed_call_id: "the",
    correctness: 0.5,
  },
  {
    kind: "differences",
    conclusion: SAID,
    divergences: [
      {
        topic: "the topic",
        positions: [
          {
            position: "the\nposition",
            experts: ["the expert", "the judge", "JUDGE", "j", ""].map((name) => ({
              name,
              answer_id: "m",
            })),
          },
          { position: "", experts: [{ name: "the other expert", answer_id: null }] },
        ],
      },
    ],
  },
  {
    kind: "research",
    response: SAID,
    literature: [
      { summary: SAID, source: "the source", doi: "10.1/the" },
      { summary: "", source: "https://the.example/", doi: "https://doi.org/10.1/the" },
    ],
  },
  question({
    content: SAID,
    thought: "the thought",
    options: ["the one", "the other", "the one", ""],
  }),
  {
    kind: "answer",
    verdict: "text",
    content: "the words\nthe lines",
    by: "person",
    confirm: null,
    selection: null,
    state: "sent",
  },
  {
    kind: "answer",
    verdict: "choice",
    content: "the one",
    by: "person",
    confirm: true,
    selection: "the one",
    state: "sent",
  },
  {
    kind: "answer",
    verdict: "confirm",
    content: "yes",
    by: "person",
    confirm: null,
    selection: null,
    state: "sent",
  },
  { kind: "trouble", content: "the trouble", source: "the source", fatal: false },
  { kind: "gap", began: 1, until: 2, content: "the gap" },
  { kind: "event", content: "the event", source: "the source" },
  { kind: "unknown", raw: '{"the": 1}', why: "the reason" },
];

const speaker = {
  key: "j",
  name: "The Judge",
  role: "JUDGE",
  model: "the model",
  template: "strict",
  criteria: '["the rules"]',
};
const TOLD = {
  metadata: '{"model": "the model", "usage": {"prompt_tokens": 12}, "the seed": [7, "cafe\u0301"]}',
  tracing_link: "https://the.example/trace",
  source: "the source",
};
/** Among entries that it points at, whose words stand in it once more or as the names of links. */
const AROUND = { about: 2, replies: [2, 3] };
const by = { speaker: { ...speaker, label: "The Judge \u00b7 the model" } };
const TAKEN = entry(
  2,
  {
    kind: "judgement",
    conclusion: "the",
    reasons: ["the"],
    prediction: true,
    uncertainty: "the",
  },
  { ...by, replies: [3] },
);
const SCORE = entry(
  3,
  {
    kind: "assessment",
    assessments: [{ correct: null, feedback: SAID, unread: VALUE }],
    assessed_agent_id: "the agent",
    assessed_call_id: "the",
    correctness: 0.5,
    unread: VALUE,
  },
  { ...by, about: 2 },
);
const alone: Finder = { entry: () => undefined, result: () => undefined };
const among: Finder = { entry: (id) => (id === 2 ? TAKEN : SCORE), result: () => TAKEN };

function drawn(shown: Entry, sought: string, find = alone): HTMLElement {
  return mount(
    <EntryView entry={shown} find={find} place={1} of={1} sought={sought} here={false} />,
  );
}

const FILE = `${import.meta.dirname}/../../../tests/data/written/entries.json`;
/** Entries of every kind with a word in each field, with nasty ones, and with no more than must be. */
const WALKED: { name: string; entry: Entry }[] = JSON.parse(readFileSync(FILE, "utf8"));

const QUERIES = [
  ...[
    "the",
    "caf\u00e9",
    "strasse",
    "STRA\u00dfE",
    '"it\'s"',
    "cooperate",
    "\u03bf\u03b4\u03bf\u03c2",
  ],
  ...[
    "caf\u00e9 key",
    "a",
    "e",
    "task, a",
    "code",
    "in caf\u00e9",
    "12",
    "yes",
    "model",
    "the expert",
  ],
];

describe("what is counted is what is marked", () => {
  it.each(BODIES.map((body, place) => [`${body.kind} ${place}`, body] as const))(
    "in %s",
    (_, body) => {
      for (const [speaks, find] of [
        [null, alone],
        [speaker, alone],
        [speaker, among],
      ] as const) {
        const shown = entry(1, body, { speaker: speaks, ...AROUND, ...TOLD });
        for (const typed of QUERIES) {
          const query = folded(typed);
          const marked = ranges(drawn(shown, query, find), query);
          expect([typed, marked.length]).toEqual([typed, count(words(shown), query)]);
        }
      }
    },
  );

  it("a linked expert by the name that came, and nothing of the label beside it", () => {
    const experts = ["the expert", "JUDGE"].map((name) => ({ name, answer_id: "m" }));
    const shown = entry(1, {
      kind: "differences",
      conclusion: "",
      divergences: [{ topic: "", positions: [{ position: "", experts }] }],
    });
    const place = drawn(shown, "", among);
    const links = [...place.querySelectorAll("td a")].map((link) => link.textContent);
    expect(links).toEqual(["The Judge \u00b7 the model #2", "The Judge \u00b7 the model #2"]);
    const read = (query: string) => ranges(place, query).map((range) => range.toString());
    expect(read("judge")).toEqual(["JUDGE"]);
    expect(read("the expert")).toEqual(["the expert"]);
    expect(read("model")).toEqual([]);
  });

  it("feedback where it was said, and not again under the judgement that it is about", () => {
    const place = drawn(TAKEN, "", among);
    expect(place.querySelector(".score")?.textContent).toContain("a thought");
    expect(ranges(place, "thought")).toEqual([]);
    expect(count(words(TAKEN), "thought")).toBe(0);
    expect(ranges(drawn(SCORE, "", among), "thought")).toHaveLength(count(words(SCORE), "thought"));
    expect(count(words(SCORE), "thought")).toBeGreaterThan(0);
  });

  it.each(WALKED)("in the same words and the same order: $name", ({ entry: walked }) => {
    const places = [...drawn(walked, "", among).querySelectorAll("[data-said]")]
      .filter((said) => !said.closest("[data-repeated]"))
      .map((said) => new Letters(said).text);
    const words = (one: string) => one.replaceAll(GAP, "") !== "";
    expect(places.filter(words)).toEqual(readable(walked).filter(words));
  });

  it("and each mark reads as what was looked for", () => {
    const shown = entry(1, { kind: "text", content: SAID, thought: null });
    const place = drawn(shown, "");
    const read = (query: string) => ranges(place, folded(query)).map((range) => range.toString());
    expect(read("strasse")).toEqual(["Stra\u00dfe"]);
    expect(read("caf\u00e9")).toEqual(["caf\u00e9", "cafe\u0301", "cafe\u0301"]);
    expect(read("cooperate")).toEqual(["co\u00adoperate"]);
    expect(read('"it\'s"')).toEqual(["\u201cit\u2019s\u201d"]);
    expect(read("\u03bf\u03b4\u03bf\u03c3")).toEqual(["\u039f\u0394\u039f\u03a3"]);
    expect(read("strasse in caf\u00e9")).toEqual(["Stra\u00dfe in caf\u00e9"]);
  });
});
