import { describe, expect, it } from "vitest";
import { asCitation } from "../../src/entries/entryFormats.ts";
import type { Entry } from "../../src/wire.gen.ts";
import { entry } from "../support/make.ts";

type Judgement = Extract<Entry["body"], { kind: "judgement" }>;

const judgement = (prediction: boolean | null): Judgement => ({
  ...{ kind: "judgement", conclusion: "", reasons: [], uncertainty: "low" },
  prediction,
});

describe("an entry to take along", () => {
  it("as a citation says who, what, which, where and when", () => {
    const speaker = { key: "j", name: "J", role: "", model: "m", template: null, criteria: null };
    expect(asCitation(entry(7, judgement(true), { speaker }), { flow: "osb", server: null })).toBe(
      "J (model m), judgement, entry 7 of a run of the flow osb at a server, 1970-01-01T00:16:40.000Z.",
    );
  });
});
