import { describe, expect, it, vi } from "vitest";
import { HeldList } from "../src/Held.tsx";
import type { Held, Question } from "../src/wire.gen.ts";
import { entry, question } from "./make.ts";
import { button, click, mount, type } from "./mount.tsx";

function held(parts: Partial<Held> = {}, asked?: Partial<Question>) {
  const actions = { onEdit: vi.fn(), onRemove: vi.fn(), onRelease: vi.fn() };
  const item: Held = {
    id: 7,
    verdict: "text",
    content: "my words",
    by: "person",
    at: 1000,
    question: null,
    facing: null,
    note: "It goes out when a question is open.",
    ...parts,
  };
  const place = mount(
    <HeldList held={[item]} question={asked && entry(4, question(asked))} {...actions} />,
  );
  return { place, ...actions };
}

describe("held input", () => {
  it("is shown with what it waits for", () => {
    const { place } = held();
    expect(place.querySelector("[aria-label='Held input']")?.textContent).toContain("my words");
    expect(place.textContent).toContain("It goes out when a question is open.");
  });

  it("can be changed and taken back", async () => {
    const { onEdit, onRemove } = held();
    await click("Edit");
    await type("Held words", "other words");
    await click("Save");
    expect(onEdit).toHaveBeenCalledWith(7, "other words");
    await click("Edit");
    await click("Cancel");
    await click("Remove");
    expect(onRemove).toHaveBeenCalledWith(7);
  });

  it("stands beside a question that it was not written for, and says what sending does", async () => {
    const { place, onRelease } = held({ facing: 4 }, { content: "Shall we judge?" });
    expect(place.textContent).toContain("Shall we judge?");
    await click("Send: this rejects the step");
    expect(onRelease).toHaveBeenCalledWith(7, 4);
  });

  it("is sent plainly where words are asked for", () => {
    held({ facing: 4 }, { form: "text", options: [] });
    expect(button("Send as the answer")).toBeTruthy();
  });

  it("is no list when there is none", () => {
    const nothing = vi.fn();
    const place = mount(
      <HeldList
        held={[]}
        question={undefined}
        onEdit={nothing}
        onRemove={nothing}
        onRelease={nothing}
      />,
    );
    expect(place.querySelector("ul")).toBeNull();
  });
});
