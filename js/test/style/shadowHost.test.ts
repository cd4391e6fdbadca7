import { afterEach, describe, expect, it, vi } from "vitest";
import { shadowHost } from "../../src/style/shadowHost.ts";

afterEach(() => {
  delete document.body.dataset.jpThemeLight;
  delete document.body.dataset.vscodeThemeKind;
});

describe("the shadow host", () => {
  it("follows the notebook's theme, and its changes until it goes", async () => {
    const gone = new AbortController();
    document.body.dataset.jpThemeLight = "false";
    const { host } = shadowHost(gone.signal);
    expect(host.style.colorScheme).toBe("dark");
    document.body.dataset.jpThemeLight = "true";
    await vi.waitFor(() => expect(host.style.colorScheme).toBe("light"));
    gone.abort();
    document.body.dataset.jpThemeLight = "false";
    await new Promise((resolve) => setTimeout(resolve));
    expect(host.style.colorScheme).toBe("light");
  });

  it.each([
    ["vscode-dark", "dark"],
    ["vscode-high-contrast", "dark"],
    ["vscode-high-contrast-light", "light"],
  ])("knows VS Code's %s", (kind, scheme) => {
    document.body.dataset.vscodeThemeKind = kind;
    expect(shadowHost(new AbortController().signal).host.style.colorScheme).toBe(scheme);
  });

  it("leaves it to the system elsewhere", () => {
    expect(shadowHost(new AbortController().signal).host.style.colorScheme).toBe("light dark");
  });

  it("lets no key out to the notebook's shortcuts", () => {
    const { host, place } = shadowHost(new AbortController().signal);
    document.body.append(host);
    const heard = vi.fn();
    for (const name of ["keydown", "keypress", "keyup"]) {
      document.addEventListener(name, heard);
      place.dispatchEvent(new KeyboardEvent(name, { key: "b", bubbles: true, composed: true }));
    }
    expect(heard).not.toHaveBeenCalled();
    host.remove();
  });
});
