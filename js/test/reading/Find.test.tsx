import { describe, expect, it, vi } from "vitest";
import { Find } from "../../src/reading/Find.tsx";
import { click, mount, press, type } from "../support/mount.tsx";

describe("finding", () => {
  const shown = (total: number, at: number | null, query = "x") => {
    const [onSearch, onGo] = [vi.fn(), vi.fn()];
    mount(<Find asked={0} query={query} total={total} at={at} onSearch={onSearch} onGo={onGo} />);
    return { onSearch, onGo, said: document.querySelector("[role=status]")?.textContent };
  };

  it("counts, and says where the reader is", () => {
    expect(shown(1, null).said).toBe("1 match");
    expect(shown(0, null).said).toBe("0 matches");
    expect(shown(7, 2).said).toBe("3 of 7");
    expect(shown(0, null, " ").said).toBe("");
  });

  it("goes on by Enter, and back by Shift and Enter", async () => {
    const { onSearch, onGo } = shown(3, 0);
    await type("Find in the conversation", "y");
    expect(onSearch).toHaveBeenCalledWith("y");
    await press("Find in the conversation", "Enter");
    await press("Find in the conversation", "Enter", { shiftKey: true });
    await press("Find in the conversation", "Enter", { isComposing: true });
    await press("Find in the conversation", "Enter", { keyCode: 229 });
    await press("Find in the conversation", "a");
    await click("Next");
    await click("Previous");
    expect(onGo.mock.calls).toEqual([[1], [-1], [1], [-1]]);
  });
});
