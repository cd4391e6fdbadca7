import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { Composer } from "../../src/run/Composer.tsx";
import { useDraft } from "../../src/run/drafts.ts";
import type { Send } from "../../src/state/source.ts";
import type { Question, Status } from "../../src/wire.gen.ts";
import { entry, question, status } from "../support/make.ts";
import { button, click, field, mount, press, rest, type } from "../support/mount.tsx";

interface Parts {
  status?: Partial<Status>;
  asked?: Partial<Question> | undefined;
  replayed?: boolean;
}

function buttons(place: Element | null): (string | null)[] {
  return [...(place?.querySelectorAll("button") ?? [])].map(({ textContent }) => textContent);
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
      confirm: null,
    });
    expect(field("Your words").value).toBe("");
  });

  it("offers a remark only when one may go", async () => {
    composer({});
    expect(() => button("Say it to the group now (does not answer the question)")).toThrow();
    const { send } = composer({ status: { remarks: true } });
    await type("Your words", "mind the tone");
    await click("Say it to the group now (does not answer the question)");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "remark", question: null });
  });
});

describe("a question to confirm", () => {
  it("is answered by a click", async () => {
    const { send } = composer({ asked: {} });
    await click("confirm");
    await click("reject");
    const choice = { kind: "respond", verdict: "choice", question: 4, confirm: null };
    expect(send.mock.calls.map(([request]) => request)).toEqual([
      { ...choice, content: "confirm" },
      { ...choice, content: "reject" },
    ]);
  });

  it("without options is answered by yes or no", async () => {
    const { send } = composer({ asked: { options: [], confirms: [] } });
    await click("Confirm");
    await click("Reject");
    const plain = { kind: "respond", content: "", question: 4, confirm: null };
    expect(send.mock.calls.map(([request]) => request)).toEqual([
      { ...plain, verdict: "confirm" },
      { ...plain, verdict: "reject" },
    ]);
  });

  it.each([
    [
      ["Proceed", "Do not proceed"],
      [true, false],
    ],
    [
      ["Abbrechen", "Weiter"],
      [false, true],
    ],
  ])("shows the words that it sends: %j", async (options, confirms) => {
    const { send, place } = composer({ asked: { options, confirms } });
    expect(buttons(place.querySelector(".asked"))).toEqual(options);
    expect(place.querySelector(".asked .primary")?.textContent).toBe(
      options[confirms.indexOf(true)],
    );
    for (const option of options) await click(option);
    expect(send.mock.calls.map(([request]) => request)).toMatchObject(
      options.map((content) => ({ verdict: "choice", content, confirm: null })),
    );
  });

  it("can be refused where its only option goes on", async () => {
    const { send, place } = composer({ asked: { options: ["Proceed"], confirms: [true] } });
    expect(buttons(place.querySelector(".asked"))).toEqual(["Proceed", "Reject"]);
    await click("Reject");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "reject", content: "" });
  });

  it("of a server that reads the options itself has each once, the one that goes on first seen", () => {
    const { place } = composer({ asked: { confirms: [] } });
    expect(buttons(place.querySelector(".asked"))).toEqual(["confirm", "reject"]);
    expect(place.querySelector(".asked .primary")?.textContent).toBe("confirm");
  });

  it("says that words reject before they do, and never on Enter", async () => {
    const { send, place } = composer({ asked: {} });
    expect(place.textContent).toContain("Writing here means No");
    await type("Your words", "not sure");
    await press("Your words", "Enter");
    expect(send).not.toHaveBeenCalled();
    expect(field("Your words").value).toBe("not sure");
    await click("Reject with these words");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "reject", content: "not sure" });
  });

  it("keeps words that were typed meanwhile when a button answers", async () => {
    composer({ asked: {} });
    await type("Your words", "for later");
    await click("confirm");
    expect(field("Your words").value).toBe("for later");
  });
});

describe("a host that listens", () => {
  const listening = { readiness: "listening", reason: "The host listens." } as const;

  it("takes words by Enter, at once, and the field is free for the next", async () => {
    const { send, place } = composer({ status: listening });
    expect(place.textContent).not.toContain("Hold");
    expect(place.querySelector(".asked")).toBeNull();
    expect(place.textContent).toContain("Enter sends; Shift+Enter is a new line.");
    field("Your words").focus();
    await type("Your words", "find the post");
    await press("Your words", "Enter");
    expect(send.mock.calls.map(([request]) => request)).toEqual([
      {
        kind: "respond",
        verdict: "text",
        content: "find the post",
        question: null,
        confirm: null,
      },
    ]);
    expect(field("Your words").value).toBe("");
    expect(document.activeElement).toBe(field("Your words"));
  });

  it("takes them by a button too, which leaves the focus where one types", async () => {
    const { send } = composer({ status: listening });
    expect(button("Send").disabled).toBe(true);
    await type("Your words", "hello");
    button("Send").focus();
    await click("Send");
    expect(send).toHaveBeenCalledTimes(1);
    expect(document.activeElement).toBe(field("Your words"));
  });

  it("has lines, and no empty messages", async () => {
    const { send } = composer({ status: listening });
    await press("Your words", "Enter", { shiftKey: true });
    await type("Your words", " \n ");
    await press("Your words", "Enter");
    expect(send).not.toHaveBeenCalled();
  });

  it("hears what is typed while the kernel is busy in order, and loses none of it", async () => {
    const answers: ((problem: string) => void)[] = [];
    const { send, place } = composer({
      status: listening,
      send: (_request, slow) => {
        slow?.("The kernel is busy.");
        return new Promise((resolve) => answers.push(resolve));
      },
    });
    for (const words of ["one", "two", "one"]) {
      await type("Your words", words);
      await press("Your words", "Enter");
    }
    await type("Your words", "half a thought");
    expect(send).toHaveBeenCalledTimes(1);
    expect(sessionStorage.getItem("draft")).toBe("one\ntwo\none\nhalf a thought");
    const line = () => [...place.querySelectorAll(".on-the-way li")].map((li) => li.textContent);
    await vi.waitFor(() => expect(line()).toEqual(["one", "two", "one"]));
    answers[0]?.("");
    await rest();
    expect(line()).toEqual(["two", "one"]);
    answers[1]?.("");
    await rest();
    answers[2]?.("");
    await rest();
    expect(send.mock.calls.map(([request]) => "content" in request && request.content)).toEqual([
      "one",
      "two",
      "one",
    ]);
    expect(line()).toEqual([]);
    expect(field("Your words").value).toBe("half a thought");
    expect(sessionStorage.getItem("draft")).toBe("half a thought");
    expect(place.textContent).not.toContain("The kernel is busy.");
  });

  it("gives back what the kernel refuses, with what was typed since", async () => {
    let answer = (_problem: string) => {};
    const { send, place } = composer({
      status: listening,
      send: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    for (const words of ["one", "two"]) {
      await type("Your words", words);
      await press("Your words", "Enter");
    }
    answer("The run is over.");
    await rest();
    expect(send).toHaveBeenCalledTimes(1);
    expect(field("Your words").value).toBe("one\ntwo");
    expect(place.querySelector('[role="alert"].problem')?.textContent).toContain("is over");
  });

  it("is interrupted by a question to confirm, and half-typed words wait for its end", async () => {
    const { send, place } = composer({ status: listening });
    field("Your words").focus();
    await type("Your words", "and then");
    mount(<Drafting status={{ readiness: "asking" }} asked={{}} send={send} />);
    expect(place.textContent).toContain("Writing here means No");
    expect(place.textContent).toContain("Enter sends nothing");
    expect(document.activeElement).toBe(field("Your words"));
    await press("Your words", "Enter");
    expect(send).not.toHaveBeenCalled();
    await click("confirm");
    mount(<Drafting status={listening} send={send} />);
    expect(field("Your words").value).toBe("and then");
    expect(document.activeElement).toBe(field("Your words"));
    await press("Your words", "Enter");
    expect(send.mock.calls.map(([request]) => request)).toMatchObject([
      { verdict: "choice", content: "confirm", question: 4 },
      { verdict: "text", content: "and then", question: null },
    ]);
  });

  it("keeps the focus of whoever was at a question that another view answered", async () => {
    const { send } = composer({ asked: {} });
    button("confirm").focus();
    mount(<Drafting status={listening} send={send} />);
    expect(document.activeElement).toBe(field("Your words"));
  });
});

describe("an input method", () => {
  it.each([{ isComposing: true }, { isComposing: false, keyCode: 229 }])(
    "ends its composition with an Enter that sends nothing: %j",
    async (more) => {
      const { send } = composer({ status: { readiness: "listening" } });
      await type("Your words", "にほん");
      await press("Your words", "Enter", more);
      expect(send).not.toHaveBeenCalled();
      await press("Your words", "Enter", { keyCode: 13 });
      expect(send).toHaveBeenCalledTimes(1);
    },
  );
});

describe("options", () => {
  const long = `${"a version that goes on for a while, ".repeat(20)}and is kept`;

  it("are each there in full; a blank one says so, and what is unseen is written out", () => {
    const options = [long, "", "stop\u202Eesaelp"];
    const { place } = composer({ asked: { form: "options", options, confirms: [] } });
    expect(buttons(place.querySelector(".asked"))).toEqual([
      long,
      "(blank option)",
      "stop⟨U+202E⟩esaelp",
    ]);
  });

  it("that look alike are told apart, and the right one is sent", async () => {
    const options = ["Go", "Stay", "Go "];
    const { send, place } = composer({ asked: { form: "options", options, confirms: [] } });
    expect(buttons(place.querySelector(".asked"))).toEqual(["1. Go", "Stay", "3. Go "]);
    await click("3. Go ");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "choice", content: "Go " });
  });

  it("that are uncertain are declared where they are pressed; the others go at once", async () => {
    const asked: Partial<Question> = {
      form: "options",
      options: ["Publish", "Stop"],
      confirms: [null, false],
    };
    const { send, place } = composer({ asked });
    expect(button("Publish").getAttribute("aria-expanded")).toBe("false");
    expect(button("Stop").hasAttribute("aria-expanded")).toBe(false);
    await click("Publish");
    expect(button("Publish").getAttribute("aria-expanded")).toBe("true");
    expect(place.textContent).toContain("The server only goes on if it is told so.");
    expect(document.activeElement).toBe(button("Go on with the step"));
    expect(send).not.toHaveBeenCalled();
    await click("Go on with the step");
    await click("Do not go on");
    await click("Stop");
    const choice = { kind: "respond", verdict: "choice", question: 4 };
    expect(send.mock.calls.map(([request]) => request)).toEqual([
      { ...choice, content: "Publish", confirm: true },
      { ...choice, content: "Publish", confirm: false },
      { ...choice, content: "Stop", confirm: null },
    ]);
  });

  it("that are uncertain can be left undeclared, by a button or by Escape", async () => {
    composer({ asked: { form: "options", options: ["Publish"], confirms: [null] } });
    await click("Publish");
    await click("Close");
    expect(() => button("Go on with the step")).toThrow();
    expect(document.activeElement).toBe(button("Publish"));
    await click("Publish");
    const leave = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
    act(() => {
      document.activeElement?.dispatchEvent(leave);
    });
    expect(() => button("Go on with the step")).toThrow();
    expect(document.activeElement).toBe(button("Publish"));
  });

  it("are not declared again once another view has", async () => {
    const asked: Partial<Question> = { form: "options", options: ["Publish"] };
    const { send } = composer({ asked: { ...asked, confirms: [null] } });
    await click("Publish");
    mount(<Drafting asked={{ ...asked, confirms: [true] }} send={send} />);
    expect(() => button("Go on with the step")).toThrow();
    await click("Publish");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ content: "Publish", confirm: null });
  });

  it("are not answered by the Enter that was meant for something else", async () => {
    const { send, place } = composer({ asked: { form: "options", options: ["a"] } });
    await type("Your words", "half a thought");
    await press("Your words", "Enter");
    expect(send).not.toHaveBeenCalled();
    expect(place.textContent).toContain("the server may take them for a refusal");
    await click("Send");
    expect(send.mock.calls[0]?.[0]).toMatchObject({ verdict: "text", question: 4 });
  });
});

describe("a question whose answer was never acknowledged", () => {
  it("does not stand in the way of the next one", async () => {
    const { send } = composer({ asked: {}, send: () => new Promise(() => {}) });
    await click("confirm");
    expect(button("confirm").disabled).toBe(true);
    mount(<Drafting send={send} />);
    mount(<Drafting asked={{}} send={send} />);
    expect(button("confirm").disabled).toBe(false);
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
    expect(sessionStorage.getItem("draft")).toContain("once");
    answer("");
    await rest();
    expect(sessionStorage.getItem("draft")).toBeNull();
    expect(document.querySelector(".on-the-way")).toBeNull();
  });

  it("goes on to the host, and not to the question that was just answered", async () => {
    const answers: ((problem: string) => void)[] = [];
    const { send } = composer({
      asked: { form: "text", options: [] },
      send: () => new Promise((resolve) => answers.push(resolve)),
    });
    for (const words of ["hello", "find the post"]) {
      await type("Your words", words);
      await press("Your words", "Enter");
    }
    answers[0]?.("");
    await rest();
    expect(send.mock.calls.map(([request]) => request)).toMatchObject([
      { content: "hello", question: 4 },
      { content: "find the post", question: null },
    ]);
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
