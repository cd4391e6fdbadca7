import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { Filters } from "../../src/reading/Filters.tsx";
import { ALL } from "../../src/reading/filter.ts";
import { entry, text } from "../support/make.ts";
import { button, mount } from "../support/mount.tsx";

describe("filters", () => {
  it("are boxes to tick, by agent, by kind, and for errors", async () => {
    const onFilter = vi.fn();
    const trouble = { kind: "trouble", content: "", source: "", fatal: false } as const;
    mount(<Filters entries={[text(1, "a"), entry(2, trouble)]} filter={ALL} onFilter={onFilter} />);
    const boxes = [...document.querySelectorAll("input")];
    for (const box of boxes) await act(async () => box.click());
    expect(onFilter.mock.calls.map(([filter]) => filter)).toEqual([
      { ...ALL, agents: new Set([""]) },
      { ...ALL, kinds: new Set(["text"]) },
      { ...ALL, kinds: new Set(["trouble"]) },
      { ...ALL, errors: true },
    ]);
    expect(button("Show all").disabled).toBe(true);
  });
});
