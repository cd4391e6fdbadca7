import { describe, expect, it } from "vitest";
import { Announcer } from "../../src/reading/Announcer.tsx";
import { text } from "../support/make.ts";
import { mount, rest } from "../support/mount.tsx";

describe("the announcer", () => {
  it("says what is new, and of many only how many", async () => {
    const place = mount(<Announcer entries={[text(1, "before")]} />);
    expect(place.textContent).toBe("");
    mount(<Announcer entries={[text(1, "before"), text(2, "new")]} />);
    await rest();
    expect(place.textContent).toBe("An agent: text, number 2.");
    mount(<Announcer entries={Array.from({ length: 9 }, (_, at) => text(at + 1, ""))} />);
    await rest();
    expect(place.textContent).toBe("7 new entries.");
  });
});
