// The conversation with no kernel: `?scene=asking&theme=dark&height=0`, or a list of the scenes.
// Every command is taken and kept in `window.page.sent`; `window.page.apply` puts a patch in, and
// `window.page.mount` makes one more view and gives what takes it away. A
// scene with a checkpoint is a saved notebook; a replay can be halted and goes on, but nowhere.

import { render } from "preact";
import { Conversation } from "../src/run/Conversation.tsx";
import type { Source } from "../src/state/source.ts";
import { Store } from "../src/state/store.ts";
import { shadowHost } from "../src/style/shadowHost.ts";
import type { Card, Frames, KernelMessage, Patch, Replay } from "../src/wire.gen.ts";

const asked = new URLSearchParams(location.search);
const main = document.querySelector("main") as HTMLElement;
const name = asked.get("scene");
const theme = asked.get("theme");
if (theme) {
  document.body.dataset.jpThemeLight = String(theme === "light");
  document.documentElement.style.colorScheme = theme;
}

async function get<T>(path: string): Promise<T> {
  return (await fetch(path)).json();
}

type Named<K extends KernelMessage["kind"]> = Extract<KernelMessage, { kind: K }>;

async function show(scene: string): Promise<void> {
  const { messages, frames } = await get<{
    messages: KernelMessage[];
    frames: Frames["frames"];
  }>(`scenes/${scene}.json`);
  const sent: unknown[] = [];
  const store = new Store((sync) => sent.push(sync));
  const first = <K extends KernelMessage["kind"]>(kind: K) =>
    messages.find((message): message is Named<K> => message.kind === kind);
  const kept = first("checkpoint");
  const subscribers = new Set<() => void>();
  let replay: Replay | null = first("replay") ?? kept?.replay ?? null;
  const source: Source = {
    store,
    offers: first("offers") ?? null,
    get replay() {
      return replay;
    },
    notice: first("recording")?.notice ?? "",
    kernelStatus: kept ? "never" : scene === "gone" || scene === "quiet" ? scene : "live",
    subscribe: (changed) => {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
    askOffers: () => sent.push({ kind: "ask_offers" }),
    askFrames: async (run, start) => ({
      ...{ kind: "frames", run, start, total: frames.length },
      frames: frames.slice(start, start + 200),
    }),
    askCard: async (run): Promise<Card> =>
      first("card") ?? kept?.card ?? { kind: "card", run, facts: [], paragraph: "" },
    send: async (request) => {
      sent.push(request);
      if (request.kind === "play" && replay) {
        replay = { ...replay, paused: request.action === "pause" || request.action === "step" };
        for (const changed of subscribers) changed();
      }
      return asked.get("problem") ?? "";
    },
  };
  const mount = () => {
    const closing = new AbortController();
    const { host, place } = shadowHost(closing.signal);
    main.append(host);
    render(<Conversation source={source} height={Number(asked.get("height") ?? 0)} />, place);
    return () => {
      closing.abort();
      render(null, place);
      host.remove();
    };
  };
  for (const message of messages) if (message.kind === "patch") store.apply(message);
  if (kept) store.apply(kept.patch);
  mount();
  Object.assign(window, {
    page: { store, sent, mount, apply: (patch: Patch) => store.apply(patch) },
  });
}

async function list(): Promise<void> {
  for (const scene of await get<string[]>("scenes.json")) {
    const link = document.createElement("a");
    link.href = `?scene=${encodeURIComponent(scene)}`;
    link.textContent = scene;
    const item = document.createElement("li");
    item.append(link);
    main.append(item);
  }
}

if (name) show(name);
else list();
