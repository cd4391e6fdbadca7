import { describe, expect, it, vi } from "vitest";
import { StartForm } from "../../src/run/StartForm.tsx";
import type { Send } from "../../src/state/source.ts";
import type { FlowList } from "../../src/wire.gen.ts";
import { flowOf, offers as offered, parameter } from "../support/make.ts";
import { button, click, field, mount, type } from "../support/mount.tsx";

const NOTHING = { record_id: null, prompt: null, typed: [] };

function form(offers: FlowList | null, answer = "") {
  const send = vi.fn<Send>(async () => answer);
  const started = vi.fn();
  const place = mount(
    <StartForm
      offers={offers}
      prompt=""
      onPrompt={() => {}}
      onStarted={started}
      send={send}
      onAskAgain={() => {}}
    />,
  );
  return { place, send, started, sent: () => send.mock.calls.map(([request]) => request) };
}

async function choose(label: string, value: string) {
  const target = field(label);
  target.value = value;
  target.dispatchEvent(new Event("change", { bubbles: true }));
  target.dispatchEvent(new Event("input", { bubbles: true }));
  await Promise.resolve();
}

const osb = flowOf("osb", {
  description: "A panel judges a post.",
  parameters: [
    parameter("prompt"),
    parameter("record_id", { description: "The id of a post." }),
    parameter("human_in_loop", { type: "boolean", default: true }),
    parameter("criteria", { type: "array", default: ["person"], description: "By which rules." }),
  ],
});
const long = flowOf("long", {
  parameters: [
    parameter("messages", { type: "integer", default: 300 }),
    parameter("rate", { type: "number", required: true }),
    parameter("title"),
  ],
});

describe("the form that starts a run", () => {
  it("says what a flow does, and sends what was typed with its types", async () => {
    const { place, sent, started } = form(offered(osb, long));
    expect(place.textContent).toContain("A panel judges a post.");
    await type("Record id", " post-hedge ");
    await type("criteria", '["claims"]');
    await choose("human_in_loop", "false");
    await click("Run");
    expect(sent()).toEqual([
      {
        kind: "start",
        flow: "osb",
        prompt: null,
        record_id: "post-hedge",
        typed: [
          { name: "human_in_loop", type: "boolean", text: "false" },
          { name: "criteria", type: "array", text: '["claims"]' },
        ],
      },
    ]);
    expect(started).toHaveBeenCalledOnce();
  });

  it("has the fields that the chosen flow takes, with what each means and is without", async () => {
    const { place } = form(offered(osb, long));
    expect(field("criteria").placeholder).toBe('default: ["person"]');
    expect(place.textContent).toContain("array: By which rules.");
    expect([...field("human_in_loop").children].map(({ textContent }) => textContent)).toEqual([
      "default: true",
      "true",
      "false",
    ]);
    await choose("Flow", "long");
    expect(() => field("Prompt")).toThrow();
    expect(() => field("Record id")).toThrow();
    expect(() => field("criteria")).toThrow();
    expect(field("messages").inputMode).toBe("numeric");
    expect(field("rate").inputMode).toBe("decimal");
    expect(field("rate").required).toBe(true);
    expect(place.textContent).toContain("rate (required)");
    expect(place.querySelector("form")?.checkValidity()).toBe(false);
  });

  it("keeps what was typed for one flow while another is looked at, and sends it for none", async () => {
    const { sent } = form(offered(osb, long));
    await type("criteria", "[1]");
    await choose("Flow", "long");
    await type("rate", "1e400");
    await click("Run");
    expect(sent()).toEqual([
      {
        kind: "start",
        flow: "long",
        ...NOTHING,
        typed: [{ name: "rate", type: "number", text: "1e400" }],
      },
    ]);
    await choose("Flow", "osb");
    expect(field("criteria").value).toBe("[1]");
  });

  it("takes JSON where the server does not say what a flow takes", async () => {
    const { sent } = form(offered("osb"));
    await type("Parameters", '{"rate": 0.5}');
    await click("Run");
    expect(sent()[0]).toMatchObject({
      typed: [{ name: "", type: "object", text: '{"rate": 0.5}' }],
    });
  });

  it("says that a server does not list its flows, and runs the one that is named", async () => {
    const { place, sent } = form({ ...offered(), listed: false });
    expect(place.textContent).toContain("does not list its flows: type the name of one.");
    expect(place.textContent).not.toContain("Try again");
    expect(button("Run").disabled).toBe(true);
    await type("Flow", "mine");
    await click("Run");
    expect(sent()).toEqual([{ kind: "start", flow: "mine", ...NOTHING }]);
  });

  it("says what stands against it, and keeps what was typed", async () => {
    const { place, started } = form(offered(long), "'rate' takes a number, such as 0.5.");
    await type("rate", "fast");
    await click("Run");
    expect(place.textContent).toContain("'rate' takes a number");
    expect(started).not.toHaveBeenCalled();
    expect(field("rate").value).toBe("fast");
  });

  it("gives each field a name and a description that are read out", () => {
    const { place } = form(offered(osb));
    for (const one of place.querySelectorAll("select, textarea, input")) {
      expect(one.closest("label")?.textContent).toBeTruthy();
      const about = one.getAttribute("aria-describedby");
      if (about) expect(document.getElementById(about)).not.toBeNull();
    }
  });
});
