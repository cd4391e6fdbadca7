// A link out of the notebook asks first, and says where it leads.

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { destination } from "../text/addresses.ts";
import { visible } from "../text/letters.ts";
import { CopyButton } from "./CopyButton.tsx";

/** Asks about the links in what it holds; they are buttons with an address (see Shown.tsx). */
export function ExternalLinkDialog({ children }: { children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [href, setHref] = useState("");

  const caught = (event: MouseEvent) => {
    const link = (event.target as Element).closest<HTMLElement>("[data-href]");
    if (!link?.dataset.href) return;
    setHref(link.dataset.href);
    dialog.current?.showModal();
  };
  const close = () => dialog.current?.close();
  const leave = () => {
    close();
    window.open(href, "_blank", "noopener,noreferrer");
  };
  const host = destination(href) ?? "";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: links make clicks of keys
    <div onClick={caught}>
      {children}
      <dialog ref={dialog} aria-labelledby="leaving">
        <p id="leaving">
          This link leads out of the notebook, to <strong>{host}</strong>. It stands in a text that
          nobody has checked.
        </p>
        <p class="address">
          <code dir="ltr">{visible(href)}</code>
        </p>
        <p class="buttons">
          <button type="button" onClick={leave}>
            Open it in a new tab
          </button>
          <CopyButton key={href} label="Copy the address" words={() => href} />
          <button type="button" onClick={close}>
            Stay here
          </button>
        </p>
      </dialog>
    </div>
  );
}
