// Which of light and dark the page around us is. Our colours come by variables; the browser's own
// parts (scroll bars, meters, the fallback colours) need to be told.

/** The notebook's word for its theme; with none, what the person's system prefers. */
export function scheme(body: HTMLElement): string {
  const { jpThemeLight, vscodeThemeKind } = body.dataset;
  if (jpThemeLight !== undefined) return jpThemeLight === "true" ? "light" : "dark";
  if (vscodeThemeKind !== undefined) return vscodeThemeKind.includes("light") ? "light" : "dark";
  return "light dark";
}

/** Keep `host` in the page's scheme for as long as it is shown. */
export function followTheme(host: HTMLElement, signal: AbortSignal): void {
  const follow = () => {
    host.style.colorScheme = scheme(document.body);
  };
  follow();
  const observer = new MutationObserver(follow);
  observer.observe(document.body, {
    attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"],
  });
  signal.addEventListener("abort", () => observer.disconnect());
}
