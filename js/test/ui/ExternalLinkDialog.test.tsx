import { describe, expect, it, vi } from "vitest";
import { ExternalLinkDialog } from "../../src/ui/ExternalLinkDialog.tsx";
import { Shown } from "../../src/ui/Shown.tsx";
import { WebLink } from "../../src/ui/WebLink.tsx";
import { click, mount } from "../support/mount.tsx";

describe("leaving", () => {
  it("asks about a link, says its host, and opens it only then", async () => {
    const opened = vi.spyOn(window, "open").mockReturnValue(null);
    mount(
      <ExternalLinkDialog>
        <Shown field="text.content" value="[here](https://ok.example/a)" />
        <WebLink address="https://other.example/" />
        <WebLink address="javascript:x" />
      </ExternalLinkDialog>,
    );
    const dialog = document.querySelector("dialog");
    await click("here");
    expect(dialog?.open).toBe(true);
    expect(dialog?.querySelector("strong")?.textContent).toBe("ok.example");
    await click("Stay here");
    expect(dialog?.open).toBe(false);
    expect(opened).not.toHaveBeenCalled();
    await click("https://other.example/");
    await click("Open it in a new tab");
    expect(opened).toHaveBeenCalledExactlyOnceWith(
      "https://other.example/",
      "_blank",
      "noopener,noreferrer",
    );
    expect(document.querySelectorAll("[role=link]")).toHaveLength(2);
  });
});
