import { describe, expect, it, vi } from "vitest";
import { HeldInput } from "../../src/run/HeldInput.tsx";
import type { Held, Question } from "../../src/wire.gen.ts";
import { entry, question } from "../support/make.ts";
import { button, click, field, mount, type } from "../support/mount.tsx";

function held(parts: Partial<Held> = {}, asked?: Partial<Question>, closed = false) {
  const actions = {
    onEdit: vi.fn(async () => ""),
    onRemove: vi.fn(),
    onRelease: vi.fn(),
    onOrphan: vi.fn(),
  };
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
  const list = (items: Held[]) => (
    <HeldInput
      held={items}
      question={asked && entry(4, question(asked))}
      closed={closed}
      {...actions}
    />
  );
  return { place: mount(list([item])), list, ...actions };
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

  it("goes on being held when the person says so", async () => {
    const { place, onRelease } = held({ facing: 4 }, { content: "Shall we judge?" });
    await click("Keep holding");
    expect(place.textContent).not.toContain("Shall we judge?");
    expect(onRelease).not.toHaveBeenCalled();
  });

  it("keeps the change in its field when the kernel refuses it", async () => {
    const { onEdit } = held();
    onEdit.mockResolvedValue("It has been sent.");
    await click("Edit");
    await type("Held words", "too late");
    await click("Save");
    expect(field("Held words").value).toBe("too late");
  });

  it("gives back what was being changed when it goes out meanwhile", async () => {
    const { onOrphan, list } = held();
    await click("Edit");
    await type("Held words", "half a change");
    mount(list([]));
    expect(onOrphan).toHaveBeenCalledExactlyOnceWith("half a change");
  });

  it("gives nothing back that was saved or left as it was", async () => {
    const { onOrphan, list } = held();
    await click("Edit");
    await type("Held words", "changed");
    await click("Save");
    await click("Edit");
    mount(list([]));
    expect(onOrphan).not.toHaveBeenCalled();
  });

  it("keeps the focus of whoever changes it", async () => {
    held();
    await click("Edit");
    expect(document.activeElement).toBe(field("Held words"));
    await click("Cancel");
    expect(document.activeElement).toBe(button("Edit"));
  });

  it("can only be copied when the run is over, or a replay", () => {
    const { place } = held({ facing: 4 }, { content: "Shall we judge?" }, true);
    expect(place.textContent).toContain("my words");
    expect(place.textContent).not.toContain("Shall we judge?");
    expect(() => button("Edit")).toThrow();
    expect(() => button("Remove")).toThrow();
  });

  it("is no list when there is none", () => {
    const { list } = held();
    expect(mount(list([])).querySelector("ul")).toBeNull();
  });
});
