// A component on a plain page, and the ways in which a person finds things there.

import { type ComponentChildren, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach } from "vitest";

/** The true one, also where a test has its own time. */
const later = setTimeout;

let place: HTMLElement | undefined;

export function mount(children: ComponentChildren): HTMLElement {
  place ??= document.body.appendChild(document.createElement("div"));
  const target = place;
  act(() => render(children, target));
  return place;
}

afterEach(() => {
  if (place) render(null, place);
  place?.remove();
  place = undefined;
  sessionStorage.clear();
});

/** Let what goes on by itself come to rest: unpacking, measuring, drawing. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await act(() => new Promise<void>((resolve) => later(resolve, 10)));
  }
}

export function button(name: string): HTMLButtonElement {
  const found = [...document.querySelectorAll("button")].find((b) => b.textContent === name);
  if (!found) throw new Error(`There is no button ${name}: ${document.body.innerHTML}`);
  return found;
}

export async function click(name: string): Promise<void> {
  await act(async () => button(name).click());
}

/** Open the fold that is called so. */
export async function open(summary: string): Promise<void> {
  const found = [...document.querySelectorAll("summary")].find(({ textContent }) =>
    textContent?.includes(summary),
  );
  await act(async () => found?.click());
  await rest();
}

export function field(label: string): HTMLTextAreaElement {
  const named = document.querySelector<HTMLTextAreaElement>(`[aria-label="${label}"]`);
  const labelled = [...document.querySelectorAll("label")].find((l) =>
    l.textContent?.includes(label),
  );
  const found = named ?? labelled?.querySelector<HTMLTextAreaElement>("textarea, input, select");
  if (!found) throw new Error(`There is no field ${label}`);
  return found;
}

export async function type(label: string, words: string): Promise<void> {
  await act(async () => {
    const target = field(label);
    target.value = words;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

export async function press(label: string, key: string, more: KeyboardEventInit = {}) {
  await act(async () => {
    field(label).dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }),
    );
  });
}
