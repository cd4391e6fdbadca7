import { describe, expect, it, vi } from "vitest";
import { EntryView } from "../../src/entries/EntryView.tsx";
import type { Finder } from "../../src/state/finder.ts";
import type { Entry } from "../../src/wire.gen.ts";
import { entry, question, text } from "../support/make.ts";
import { click, mount } from "../support/mount.tsx";

const speaker = {
  key: "j",
  name: "Judge",
  role: "JUDGE",
  model: "rules",
  template: "strict",
  criteria: null,
};

function show(shown: Entry, others: Entry[] = []): HTMLElement {
  const find: Finder = {
    entry: (id) => others.find((other) => other.id === id),
    result: (messageId) => others.find((other) => other.message_id === messageId),
  };
  return mount(<EntryView entry={shown} find={find} place={1} of={1} sought="" here={false} />);
}

const judgement = {
  kind: "judgement" as const,
  conclusion: "It breaks **rule 3**.",
  reasons: ["r1", "r2"],
  prediction: true,
  uncertainty: "high",
};

describe("an entry", () => {
  it("says who, with which model, when, and its number", () => {
    const place = show(entry(17, { kind: "text", content: "hello", thought: null }, { speaker }));
    expect(place.textContent).toContain("Judge");
    expect(place.textContent).toContain("model rules");
    expect(place.querySelector("time")?.getAttribute("datetime")).toBe("1970-01-01T00:16:40.000Z");
    expect(place.querySelector("#entry-17")).not.toBeNull();
    expect(place.textContent).toContain("#17");
  });

  it("of text is markdown, with the thought folded", () => {
    const place = show(entry(1, { kind: "text", content: "*so*", thought: "because" }));
    expect(place.querySelector("em")?.textContent).toBe("so");
    expect(place.querySelector("details")?.open).toBe(false);
  });

  it("of judgement says the prediction in words, and has its scores joined", () => {
    const score = entry(
      9,
      {
        kind: "assessment",
        assessments: [{ correct: false, feedback: "missed the quote" }],
        assessed_agent_id: null,
        assessed_call_id: "c",
        correctness: 0.5,
      },
      { speaker: { ...speaker, name: "Scorer" } },
    );
    const place = show(entry(8, judgement, { replies: [9] }), [score]);
    expect(place.textContent).toContain("● prediction: yes");
    expect(place.textContent).toContain("uncertainty: high");
    expect(place.querySelector("strong")).not.toBeNull();
    expect(place.querySelector("meter")?.value).toBe(0.5);
    expect(place.querySelector("a[href='#entry-9']")?.textContent).toBe("Scorer #9");
    expect(place.querySelector(".score li")?.textContent).toContain("✗ wrong");
    expect(place.querySelector(".score summary")?.textContent).toBe("0 of 1 right, with feedback");
    for (const fold of place.querySelectorAll("details")) expect(fold.open).toBe(false);
  });

  it.each([
    [false, "○ prediction: no"],
    [null, "? no prediction"],
  ])("of judgement that predicts %s says so", (prediction, said) => {
    expect(show(entry(1, { ...judgement, prediction })).textContent).toContain(said);
  });

  it("of assessment has each criterion with its feedback, and the judgement it scores", () => {
    const place = show(
      entry(
        2,
        {
          kind: "assessment",
          assessments: [
            { correct: true, feedback: "cited" },
            { correct: false, feedback: "missed" },
            { correct: null, feedback: "open" },
          ],
          assessed_agent_id: "j",
          assessed_call_id: "c",
          correctness: null,
        },
        { about: 1 },
      ),
      [entry(1, judgement, { speaker })],
    );
    expect(place.textContent).toContain("✓ right");
    expect(place.textContent).toContain("✗ wrong");
    expect(place.textContent).toContain("? not said");
    expect(place.textContent).toContain("no mean score");
    expect(place.textContent).toContain("1 of 2 right (1 left out: not said)");
    expect(place.querySelector("a[href='#entry-1']")?.textContent).toBe("Judge #1");
  });

  it("that is nearly right shows as it came what could not be read", () => {
    const place = show(
      entry(2, {
        ...{ kind: "assessment", assessed_agent_id: "j", assessed_call_id: "c", correctness: null },
        assessments: [{ correct: null, feedback: "half", unread: '{"correct": "partially"}' }],
        unread: '{"correctness": 85.0, "weights": [1, 2]}',
      }),
    );
    expect(place.querySelector("meter")).toBeNull();
    expect(place.textContent).toContain("⚠ “85.0”: no score from 0 to 1");
    expect(place.textContent).toContain("? “partially”: neither right nor wrong");
    const [criterion, whole] = place.querySelectorAll("details[data-said]");
    expect(criterion?.textContent).toBe("as it came: object of 1correct: partially");
    expect(whole?.textContent).toContain("correctness: 85.0weights: list of 2");
    const judged = show(
      entry(1, { ...judgement, prediction: null, unread: '{"prediction": "no?"}' }),
    );
    expect(judged.textContent).toContain("? prediction “no?”: neither yes nor no");
    expect(judged.textContent).toContain("as it came: object of 1prediction: no?");
  });

  it("has its agent's label, and says nothing twice", () => {
    const labelled = { ...speaker, name: "JUDGE", label: "JUDGE · rules · c1", criteria: '["c1"]' };
    const place = show(entry(1, judgement, { speaker: labelled }));
    expect(place.querySelector("header")?.textContent).toMatch(
      /^JUDGE · rules · c1template strict/,
    );
    expect(place.querySelector("article")?.getAttribute("aria-label")).toBe(
      "JUDGE · rules · c1, number 1",
    );
  });

  it("of differences is a table, with experts linked to what they said", () => {
    const experts = [
      { name: "J1", answer_id: "m1" },
      { name: "J2", answer_id: null },
    ];
    const place = show(
      entry(3, {
        kind: "differences",
        conclusion: "They differ.",
        divergences: [{ topic: "Scope", positions: [{ position: "wide", experts }] }],
      }),
      [entry(1, judgement, { message_id: "m1" })],
    );
    expect(place.querySelector("caption")?.textContent).toBe("Scope");
    expect(place.querySelector("td a")?.getAttribute("href")).toBe("#entry-1");
    expect(place.querySelector("td")?.textContent).toBe("“J1” #1, “J2”");
  });

  it("of record shows the beginning of what is long, and the rest when asked", async () => {
    const lines = Array.from({ length: 14 }, (_, line) => `line ${line}`).join("\n");
    const place = show(
      entry(4, {
        kind: "record",
        record_id: "r",
        title: "A title",
        metadata: '{"title": "A title", "outlet": "x"}',
        uri: "https://example.com",
        content: lines,
        alt_text: "a cat",
        ground_truth: "true",
        mime: null,
      }),
    );
    expect(place.querySelector(".name")?.textContent).toBe("A title r");
    expect(place.querySelector(".clamped")?.textContent).toContain("line 13");
    await click("Show all 14 lines");
    expect(place.querySelector(".clamped")).toBeNull();
    await click("Show less");
    expect(place.querySelector(".clamped")).not.toBeNull();
    expect(place.textContent).toContain("Image: a cat");
    expect(place.textContent).toContain("About this record");
  });

  it("of other results shows what they are", () => {
    const research = show(
      entry(5, {
        kind: "research",
        response: "It is so.",
        literature: [{ summary: "S", source: "C (2024)", doi: "10.1/x" }],
      }),
    ).textContent;
    expect(research).toContain("C (2024) doi 10.1/x (doi.org)");
    const tool = show(
      entry(6, {
        kind: "tool",
        name: "search",
        content: "found",
        call_id: null,
        args: '{"q": 1}',
        results: "[2]",
      }),
    );
    expect(tool.querySelector("header + details summary")?.textContent).toBe(
      "Output of the tool search",
    );
    expect(show(entry(7, { kind: "json", value: '{"a": [1, null]}' })).textContent).toContain(
      "a: ",
    );
  });

  it("of talk says what was asked and answered", () => {
    const asked = show(entry(8, question({ asked: 2, state: "answered" }))).textContent;
    expect(asked).toContain("asked 2 times");
    expect(asked).toContain("answered");
    const body = {
      kind: "answer" as const,
      verdict: "confirm" as const,
      content: "yes",
      by: "person" as const,
      confirm: null,
      selection: null,
    };
    expect(show(entry(9, { ...body, state: "sent" })).textContent).toMatch(
      /You.*✓ Confirmed.*sent/,
    );
    expect(show(entry(9, { ...body, by: "script", state: "sent" })).textContent).toMatch(
      /^Script.*by a script/,
    );
    expect(show(entry(9, { ...body, by: "replay", state: "sent" })).textContent).toMatch(
      /^You.*replayed/,
    );
    const lost = { ...body, verdict: "text" as const, content: "so", state: "lost" as const };
    expect(show(entry(9, lost, { about: 8 })).textContent).toMatch(/Said: so.*may be lost/);
    // In a chat nothing was asked.
    expect(show(entry(9, lost)).textContent).toMatch(/Copyso.*may be lost/);
  });

  it("of an answer says what was sent beside the words", () => {
    const asked = entry(8, question({ options: ["Proceed", ""], state: "answered" }));
    expect(show(asked).textContent).toContain("Options (2): “Proceed”, (blank option)");
    const body = {
      kind: "answer" as const,
      verdict: "confirm" as const,
      content: "yes",
      by: "person" as const,
      confirm: true,
      selection: "Proceed",
      state: "sent" as const,
    };
    expect(show(entry(9, body, { about: 8, at: 1004 }), [asked]).textContent).toContain(
      "sent as confirm: true, selection: Proceed, by you after 4 s, to the question #8",
    );
    expect(show(entry(9, { ...body, state: "sending" })).textContent).toContain(
      "being sent as confirm: true, selection: Proceed, by you",
    );
    const choice = { ...body, verdict: "choice" as const, content: "", confirm: false };
    const chosen = show(entry(9, { ...choice, selection: null })).textContent;
    expect(chosen).toContain("Chose: (blank option)");
    expect(chosen).toContain("sent as confirm: false, by you");
    expect(show(entry(9, { ...choice, confirm: null, selection: "" })).textContent).toContain(
      "sent as selection: (blank option), by you",
    );
  });

  it("has what the server told beside it, for whoever asks", async () => {
    const told = {
      metadata: JSON.stringify({
        model: "gpt-4o",
        finish_reason: "stop",
        usage: { prompt_tokens: 12, completion_tokens: 30, total_tokens: 42 },
        seed: 7,
      }),
      tracing_link: "https://traces.example.org/runs/17",
      source: "HOST",
    };
    const place = show(entry(5, { kind: "text", content: "hello", thought: null }, told));
    const details = place.querySelector(".more");
    expect(details?.querySelector("summary")?.getAttribute("aria-label")).toBe(
      "Details of entry 5",
    );
    expect(
      [...(details?.querySelectorAll(".facts > div") ?? [])].map((d) => d.textContent),
    ).toEqual([
      "Modelgpt-4o",
      "Finish reasonstop",
      "Tokensprompt 12, completion 30, total 42",
      "SourceHOST",
      "Tracehttps://traces.example.org/runs/17",
    ]);
    expect(details?.textContent).toContain("seed: 7");
    const link = details?.querySelector("[role=link]");
    expect(link?.getAttribute("data-href")).toBe(told.tracing_link);
    expect(details?.querySelector("a")).toBeNull();
  });

  it.each([
    [{ model: { name: "x" } }, "object of 1"],
    [{ usage: { prompt_tokens: "many" } }, "usage: "],
    [{ usage: [1] }, "usage: "],
    [{ usage: null, model: "" }, "usage: null"],
  ])("has as JSON what it does not know how to say: %j", (metadata, shown) => {
    const told = { metadata: JSON.stringify(metadata) };
    const place = show(entry(5, { kind: "text", content: "hello", thought: null }, told));
    expect(place.querySelector(".more")?.textContent).toContain(shown);
    expect(place.querySelector(".more .facts > div")).toBeNull();
  });

  it("of an event has its details too, and most entries have none", () => {
    const event = { kind: "event", content: "set up", source: "o" } as const;
    expect(show(entry(3, event, { metadata: '{"a": 1}' })).querySelector(".more")).not.toBeNull();
    expect(show(entry(3, event)).querySelector(".more")).toBeNull();
    expect(show(text(6, "fine")).querySelector(".more")).toBeNull();
  });

  it("of trouble, of a gap, of an event and of what is unknown keeps every word", () => {
    const trouble = { kind: "trouble" as const, content: "it broke", source: "J", fatal: true };
    expect(show(entry(1, trouble)).textContent).toContain("the flow cannot go on");
    const gap = { kind: "gap" as const, began: 1000, until: 1009, content: "Lost." };
    expect(show(entry(2, gap)).textContent).toContain("(9 s)");
    expect(show(entry(2, { ...gap, until: null })).textContent).toContain("to now");
    expect(show(entry(3, { kind: "event", content: "set up", source: "o" })).textContent).toBe(
      "o: set up",
    );
    const event = { kind: "event" as const, content: "set up", source: "j" };
    const told = { speaker, server_time: "now" };
    expect(show(entry(3, event, told)).textContent).toBe(
      "Judge (model rules · template strict), j: set up",
    );
    expect(show(entry(3, { ...event, source: "" }, told)).textContent).toContain("strict): set");
    expect(
      show(entry(3, event, told))
        .querySelector(".quiet")
        ?.getAttribute("title"),
    ).toBe("now");
    const raw = show(entry(4, { kind: "unknown", raw: "<b>{", why: "It is not JSON." }));
    expect(raw.querySelector("pre")?.textContent).toBe("<b>{");
  });

  it("that cannot be drawn is shown raw, and alone", () => {
    const broken = entry(5, { ...judgement, reasons: null as unknown as string[] });
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(show(broken).querySelector("pre")?.textContent).toContain("It breaks");
    expect(show(text(6, "fine")).textContent).toContain("fine");
  });
});
