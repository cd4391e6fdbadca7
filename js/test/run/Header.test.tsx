import { describe, expect, it } from "vitest";
import { Header } from "../../src/run/Header.tsx";
import type { Agent } from "../../src/wire.gen.ts";
import { agent, status } from "../support/make.ts";
import { mount } from "../support/mount.tsx";

describe("the header", () => {
  const working = (name: string, since: number): Agent =>
    agent(name, { role: name, state: "working", since });
  const now = Date.now() / 1000;
  const header = (parts: Parameters<typeof status>[0], agents: Agent[] = [], replayed = false) => {
    const made = status({ since: now - 70, ...parts });
    return mount(
      <Header status={made} agents={agents} ahead={0} replayed={replayed} onStop={() => {}} />,
    );
  };
  const line = (...parts: Parameters<typeof header>) =>
    header(...parts)
      .querySelector(".progress")
      ?.textContent?.trim();

  it("says who is at work and for how long, and how far the sequence is", () => {
    const agents = [working("JUDGE", now - 12), working("SCORER", now - 3)];
    expect(line({ steps: { reached: 2, total: 3 } }, agents)).toBe(
      "JUDGE, SCORER working, 12 s; 2 of 3 steps",
    );
  });

  it("says what it waits for and for how long, when the steps are not known", () => {
    expect(line({ activity: "Flow currently idle" }, [])).toBe("1 min 10 s · Flow currently idle");
    expect(document.querySelector("progress")).toBeNull();
  });

  it("measures no time while the host listens and nobody is at work", () => {
    expect(line({ readiness: "listening", activity: "" }, [])).toBe("");
    expect(document.querySelector(".readiness")?.textContent).toMatch(/^◉ Listening/);
    expect(line({ readiness: "listening" }, [working("JUDGE", now - 12)])).toBe(
      "JUDGE working, 12 s",
    );
  });

  it("measures no time in a replay, whose times are those of the recording", () => {
    const steps = { reached: 2, total: 3 };
    expect(line({ steps }, [working("JUDGE", 1000)], true)).toBe("JUDGE working; 2 of 3 steps");
    expect(line({ activity: "Flow currently idle" }, [], true)).toBe("Flow currently idle");
    expect(line({ steps }, [], true)).toBe("2 of 3 steps");
  });

  it("says of a replayed question that nobody need answer, and stops nothing", () => {
    const place = header({ readiness: "asking", reason: "It asks you." }, [], true);
    expect(place.querySelector("[role=status]")?.textContent).toBe(
      "? Asking The answer is in the recording.",
    );
    expect(place.querySelector("button")).toBeNull();
  });

  it("gives the reason of a replay that nothing else is said of", () => {
    const place = header({ readiness: "lost", reason: "The recording breaks off here." }, [], true);
    expect(place.textContent).toContain("The recording breaks off here.");
  });
});
