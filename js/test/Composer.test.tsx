import { describe, expect, it, vi } from "vitest";
import { Composer } from "../src/Composer.tsx";
import { useDraft } from "../src/hooks.ts";
import type { Send } from "../src/source.ts";
import type { Question, Status } from "../src/wire.gen.ts";
import { entry, question, status } from "./make.ts";
import { button, click, field, mount, press, type } from "./mount.tsx";

interface Parts {
  status?: Partial<Status>;
  asked?: Partial<Question> | undefined;
  replayed?: boolean;
}

function composer(parts: Parts & { send?: Send }) {
  const send = vi.fn<Send>(parts.send ?? (async () => ""));
  return { send, place: mount(<Drafting {...parts} send={send} />) };
}

function Drafting({ status: parts, asked, replayed = false, send }: Parts & { send: Send }) {
  const [words, setWords] = useDraft("draft");
  return (
    <Composer
      status={status(parts)}
      replayed={replayed}
      question={asked && entry(4, question(asked))}
      words={words}
      onWords={setWords}
      send={send}
    />
  );
}

describe("with no question open", () => {
  it("holds what is typed, and says why", async () => {
    const { send, place } = composer({ status: { reason: "The flow is being set up." } });
    expect(place.textContent).toContain("The flow is being set up.");
    await type("Your words", "too early");
    await click("Hold");
    expect(send.mock.calls[0]?.[0]).toEqual({
      kind: "respond",
      verdict: "text",
      content: "too early",
      question: null,
    });
    expect(field("Your words").value).toBe("");
  });

  it("offers a remark only when one may go", async () => {
    composer({});
    expect(() => button("Say it to the group now (answers nothing)")).toThrow();
    const { send } = composer({ status: { remarks: true } });
    await type("Your words", "mind the tone");
    await click("Say it to the group now (answers nothing)");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "remark", question: null });
  });
});

describe("a question to confirm", () => {
  it("is answered by a click", async () => {
    const { send } = composer({ asked: {} });
    await click("Confirm");
    await click("Reject");
    expect(send.mock.calls.map(([request]) => request)).toEqual([
      { kind: "respond", verdict: "confirm", content: "", question: 4 },
      { kind: "respond", verdict: "reject", content: "", question: 4 },
    ]);
  });

  it("says that words reject before they do, and never on Enter", async () => {
    const { send, place } = composer({ asked: {} });
    expect(place.textContent).toContain("Words here reject the step");
    await type("Your words", "not sure");
    await press("Your words", "Enter");
    expect(send).not.toHaveBeenCalled();
    await click("Reject with these words");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "reject", content: "not sure" });
  });

  it("keeps words that were typed meanwhile when a button answers", async () => {
    composer({ asked: {} });
    await type("Your words", "for later");
    await click("Confirm");
    expect(field("Your words").value).toBe("for later");
  });
});

describe("a question whose answer was never acknowledged", () => {
  it("does not stand in the way of the next one", async () => {
    const { send } = composer({ asked: {}, send: () => new Promise(() => {}) });
    await click("Confirm");
    expect(button("Confirm").disabled).toBe(true);
    mount(<Drafting send={send} />);
    mount(<Drafting asked={{}} send={send} />);
    expect(button("Confirm").disabled).toBe(false);
  });
});

describe("other questions", () => {
  it("keep words that were typed meanwhile when an option answers", async () => {
    composer({ asked: { form: "options", options: ["a", "b"] } });
    await type("Your words", "for later");
    await click("a");
    expect(field("Your words").value).toBe("for later");
  });

  it("have a button an option", async () => {
    const asked: Partial<Question> = { form: "options", options: ["a", "b"], asked: 3 };
    const { send, place } = composer({ asked });
    expect(place.textContent).toContain("Asked 3 times");
    await click("b");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "choice", content: "b" });
  });

  it("take words: Enter sends, Shift+Enter and a composing Enter do not", async () => {
    const { send } = composer({ asked: { form: "text", options: [] } });
    await press("Your words", "Enter");
    await type("Your words", "the second one");
    await press("Your words", "Enter", { shiftKey: true });
    await press("Your words", "Enter", { isComposing: true });
    expect(send).not.toHaveBeenCalled();
    await press("Your words", "Enter");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "text", content: "the second one" });
  });
});

describe("what was typed", () => {
  it("stays when the kernel refuses it, with the sentence", async () => {
    const { place } = composer({
      asked: { form: "text", options: [] },
      send: async () => "That question is no longer open.",
    });
    await type("Your words", "late");
    await click("Send");
    expect(place.querySelector('[role="alert"].problem')?.textContent).toContain("no longer open");
    expect(field("Your words").value).toBe("late");
  });

  it("is sent once, however often the button is pressed meanwhile", async () => {
    let answer = (_problem: string) => {};
    const { send } = composer({
      asked: { form: "text", options: [] },
      send: (_request, slow) => {
        slow?.("The kernel is busy.");
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    await type("Your words", "once");
    await press("Your words", "Enter");
    await press("Your words", "Enter");
    expect(send).toHaveBeenCalledTimes(1);
    expect(document.body.textContent).toContain("The kernel is busy.");
    expect(field("Your words").value).toBe("once");
    answer("");
    await vi.waitFor(() => expect(field("Your words").value).toBe(""));
  });

  it("survives that the view is made anew", async () => {
    composer({});
    await type("Your words", "a draft");
    mount(null);
    composer({});
    expect(field("Your words").value).toBe("a draft");
  });

  it("can be read but not sent after the end", async () => {
    composer({});
    await type("Your words", "unsent");
    const { place } = composer({ status: { readiness: "ended", reason: "The flow has ended." } });
    expect(field("Your words").readOnly).toBe(true);
    expect(place.textContent).toContain("Nothing more can be sent. The flow has ended.");
    expect(() => button("Hold")).toThrow();
  });
});

describe("in a replay", () => {
  it("nobody can say anything, whatever is asked", () => {
    const { place } = composer({ asked: { content: "Shall we judge?" }, replayed: true });
    expect(place.textContent).toBe(
      "This run is replayed: its answers are those that were recorded.",
    );
    expect(place.querySelector("button, textarea")).toBeNull();
  });

  it("words from before can still be read", async () => {
    composer({});
    await type("Your words", "unsent");
    composer({ replayed: true });
    expect(field("Your words").value).toBe("unsent");
    expect(field("Your words").readOnly).toBe(true);
  });
});
