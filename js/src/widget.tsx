// The front end as anywidget wants it: `initialize` once a model, `render` once a view.
// The only file here that knows anywidget.

import { render as draw } from "preact";
import { type Comm, Link } from "./comm/link.ts";
import { Conversation } from "./run/Conversation.tsx";
import { shadowHost } from "./style/shadowHost.ts";

/** JupyterLab's connection to the kernel; other hosts show none. */
interface Connection {
  connectionStatus: string;
  reconnect(): Promise<void>;
}

interface Model extends Comm {
  widget_manager?: { kernel?: Connection | null };
  get(name: "height"): number;
  get(name: "checkpoint"): DataView | undefined;
  on(event: "msg:custom", heard: (content: unknown, buffers?: DataView[]) => void): void;
  on(event: "comm_live_update" | "change:height", heard: () => void): void;
  off(event: "msg:custom", heard: (content: unknown, buffers?: DataView[]) => void): void;
  off(event: "comm_live_update" | "change:height", heard: () => void): void;
}

/** One call a model: its views share the link, and so the store. */
export default () => {
  let link: Link | undefined;

  function initialize({ model, signal }: { model: Model; signal: AbortSignal }): void {
    // JupyterLab tries to connect ever less often, and then no more.
    const connect = async () => {
      const kernel = model.widget_manager?.kernel;
      if (kernel && kernel.connectionStatus !== "connected") await kernel.reconnect();
    };
    const made = new Link(model, signal, model.get("checkpoint"), () => connect().catch(() => {}));
    link = made;
    const awake = () => document.visibilityState === "visible" && made.wake();
    document.addEventListener("visibilitychange", awake, { signal });
    addEventListener("online", awake, { signal });
  }

  function render(view: { model: Model; el: HTMLElement; signal: AbortSignal }): void {
    const { model, el, signal } = view;
    if (link === undefined) throw new Error("A view was made before its model.");
    const source = link;
    const { host, place } = shadowHost(signal);
    el.append(host);
    const show = () => draw(<Conversation source={source} height={model.get("height")} />, place);
    show();
    model.on("change:height", show);
    signal.addEventListener("abort", () => {
      model.off("change:height", show);
      draw(null, place);
      host.remove();
    });
  }

  return { initialize, render };
};
