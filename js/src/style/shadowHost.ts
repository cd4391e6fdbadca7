import style from "./stylesheet.ts";
import { followTheme } from "./theme.ts";

/** A place where no style leaks in or out, and no key reaches the notebook's shortcuts. */
export function shadowHost(signal: AbortSignal): { host: HTMLElement; place: HTMLElement } {
  const host = document.createElement("div");
  // Known by this to the copy below it, which is folded beside a live view (snapshot.py).
  host.className = "buttermilk-host";
  host.dataset.lmSuppressShortcuts = "true";
  for (const name of ["keydown", "keypress", "keyup"]) {
    host.addEventListener(name, (event) => event.stopPropagation());
  }
  followTheme(host, signal);
  const sheet = document.createElement("style");
  sheet.textContent = style;
  const place = document.createElement("div");
  place.className = "buttermilk";
  host.attachShadow({ mode: "open" }).append(sheet, place);
  return { host, place };
}
