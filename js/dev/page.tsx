// Mounts the conversation with no kernel: `?scene=asking&theme=dark&height=0`. Every command is
// taken, and does nothing but stand in the console.

import { render } from "preact";
import { Conversation } from "../src/Conversation.tsx";
import { shelter } from "../src/shelter.ts";
import type { Source } from "../src/source.ts";
import { Store } from "../src/store.ts";
import type { Offers, Patch } from "../src/wire.gen.ts";
import scenes from "./sample.json";

const asked = new URLSearchParams(location.search);
const scene = (asked.get("scene") ?? "asking") as keyof typeof scenes;
const theme = asked.get("theme");
if (theme) document.body.dataset.jpThemeLight = String(theme === "light");
if (theme) document.documentElement.style.colorScheme = theme;

const messages = scenes[scene] as (Patch | Offers)[];
const store = new Store((sync) => console.info(sync));
const source: Source = {
  store,
  offers: messages.find((message) => message.kind === "offers") ?? null,
  subscribe: () => () => {},
  askOffers: () => console.info("ask_offers"),
  send: async (request) => {
    console.info(request);
    return asked.get("problem") ?? "";
  },
};
const { host, place } = shelter(new AbortController().signal);
document.querySelector("main")?.append(host);
for (const message of messages) if (message.kind === "patch") store.apply(message);
render(<Conversation source={source} height={Number(asked.get("height") ?? 0)} />, place);
