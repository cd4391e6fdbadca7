import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import widget from "../src/widget.tsx";
import type { Command, Patch } from "../src/wire.gen.ts";
import { checkpoint, entry, packed, patch, question, status, text } from "./support/make.ts";
import { rest } from "./support/mount.tsx";

type Heard = (content: unknown, buffers?: DataView[]) => void;

/** What anywidget hands to a front end, as far as ours looks. */
function fake(checkpoint: DataView | undefined) {
  const sent: Command[] = [];
  const heard = new Map<string, Set<Heard>>();
  const of = (event: string) => heard.get(event) ?? heard.set(event, new Set()).get(event);
  const traits: { height: number; checkpoint: DataView | undefined } = { height: 0, checkpoint };
  const model = {
    get: <N extends keyof typeof traits>(name: N) => traits[name],
    send: (command: Command) => sent.push(command),
    on: (event: string, callback: Heard) => of(event)?.add(callback),
    off: (event: string, callback: Heard) => of(event)?.delete(callback),
  };
  const tell = (event: string, content?: unknown, buffers?: DataView[]) =>
    act(() => {
      for (const callback of [...(of(event) ?? [])]) callback(content, buffers);
    });
  return {
    model,
    sent,
    say: async (made: Patch) => {
      tell("msg:custom", ...packed(made));
      await rest();
    },
    grow: (pixels: number) => {
      traits.height = pixels;
      return tell("change:height");
    },
    listeners: () => [...heard.values()].reduce((sum, set) => sum + set.size, 0),
  };
}

function made(checkpoint?: DataView) {
  const kernel = fake(checkpoint);
  const gone = new AbortController();
  const front = widget();
  front.initialize({ model: kernel.model, signal: gone.signal });
  const view = () => {
    const el = document.body.appendChild(document.createElement("div"));
    const left = new AbortController();
    act(() => front.render({ model: kernel.model, el, signal: left.signal }));
    const find = (what: string) => el.firstElementChild?.shadowRoot?.querySelectorAll(what);
    return { el, find, leave: () => act(() => left.abort()) };
  };
  return { ...kernel, gone, view };
}

afterEach(() => {
  document.body.replaceChildren();
});

describe("the widget", () => {
  it("shows one conversation in all of its views, the late ones too", async () => {
    const { say, view } = made();
    const first = view();
    await say(patch({ entries: [text(1, "hello")], status: status() }));
    const second = view();
    await rest();
    for (const { find } of [first, second]) expect(find("[data-entry-id]")).toHaveLength(1);
  });

  it("shows a run several times on one page, and each link leads into its own view", async () => {
    const asks = entry(1, question(), { replies: [2] });
    const talk = patch({
      entries: [asks, text(2, "hello")],
      status: status({ readiness: "asking", question: 1 }),
    });
    const [widget, other] = [made(), made()];
    const views = [widget.view(), widget.view(), other.view()];
    for (const { say } of [widget, other]) await say(talk);
    await rest();
    const roots = views.map(({ el }) => el.firstElementChild?.shadowRoot as ShadowRoot);
    const named = (root: ShadowRoot) => [...root.querySelectorAll("[id]")].map(({ id }) => id);
    for (const root of roots) {
      expect(new Set(named(root)).size).toBe(named(root).length);
      const pointed = ["aria-describedby", "aria-labelledby", "aria-controls", "for"].flatMap(
        (name) =>
          [...root.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name) ?? ""),
      );
      expect(pointed).toContain("leaving");
      expect(pointed.length).toBeGreaterThan(1);
      expect(named(root)).toEqual(expect.arrayContaining(pointed));
    }
    expect(document.querySelectorAll("[id]")).toHaveLength(0);
    for (const [place, root] of roots.entries()) {
      const focused = () => roots.map(({ activeElement }) => activeElement?.id);
      const expected = roots.map((_, at) => (at === place ? "entry-2" : undefined));
      const link = root.querySelector<HTMLElement>(".marks a[href='#entry-2']");
      await act(async () => link?.click());
      await rest();
      expect(focused()).toEqual(expected);
    }
    expect(location.hash).toBe("");
  });

  it("takes a view away and leaves the others", async () => {
    const { say, view } = made();
    const [first, second] = [view(), view()];
    first.leave();
    expect(first.el.childElementCount).toBe(0);
    await say(patch({ entries: [text(1, "hello")], status: status() }));
    expect(second.find("[data-entry-id]")).toHaveLength(1);
  });

  it("has the height that Python gives it", async () => {
    const { say, grow, view } = made();
    const { find } = view();
    await say(patch({ entries: [text(1, "hello")], status: status() }));
    grow(333);
    expect(find("[role=feed]")?.item(0).getAttribute("style")).toContain("333px");
  });

  it("shows the run that the notebook kept, with no kernel", async () => {
    const kept = patch({
      seq: 9,
      entries: [text(1, "hello")],
      status: status({ readiness: "ended" }),
    });
    const { find } = made(checkpoint(kept)).view();
    await rest();
    expect(find("[data-entry-id]")).toHaveLength(1);
    expect(find(".frames")).toHaveLength(0);
    expect(find(".about")).toHaveLength(1);
  });

  it("asks for what it slept through", async () => {
    const { say, sent } = made();
    await say(patch({ seq: 7 }));
    const before = sent.length;
    document.dispatchEvent(new Event("visibilitychange"));
    dispatchEvent(new Event("online"));
    const syncs = sent.slice(before).filter(({ kind }) => kind === "sync");
    expect(syncs).toEqual([1, 2].map(() => ({ kind: "sync", run: 1, seq: 7 })));
  });

  it("listens to nothing when it is gone", () => {
    const { gone, view, listeners, sent } = made();
    view().leave();
    gone.abort();
    expect(listeners()).toBe(0);
    const before = sent.length;
    document.dispatchEvent(new Event("visibilitychange"));
    expect(sent).toHaveLength(before);
  });

  it("has a broken line made again, where the notebook shows it, when the page wakes", async () => {
    const { model } = fake(undefined);
    const kernel = {
      connectionStatus: "connected",
      reconnect: vi.fn().mockRejectedValue(new Error("not now")),
    };
    const { signal } = new AbortController();
    widget().initialize({ model: { ...model, widget_manager: { kernel } }, signal });
    dispatchEvent(new Event("online"));
    expect(kernel.reconnect).not.toHaveBeenCalled();
    kernel.connectionStatus = "disconnected";
    dispatchEvent(new Event("online"));
    await rest();
    expect(kernel.reconnect).toHaveBeenCalledTimes(1);
  });

  it("says when a view is made before its model", () => {
    const { model } = fake(undefined);
    const el = document.createElement("div");
    const { signal } = new AbortController();
    expect(() => widget().render({ model, el, signal })).toThrow("before its model");
  });
});
