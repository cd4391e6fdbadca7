// The parts around the list, each by itself.

import { act } from "preact/test-utils";
import { describe, expect, it, vi } from "vitest";
import { AllFrames } from "../src/AllFrames.tsx";
import { Announcer } from "../src/Announcer.tsx";
import { Filters } from "../src/Filters.tsx";
import { Find } from "../src/Find.tsx";
import { ALL } from "../src/filter.ts";
import { Header } from "../src/Header.tsx";
import { Leaving } from "../src/Leaving.tsx";
import { Outline } from "../src/Outline.tsx";
import { Prediction, StudyLabels, Uncertainty } from "../src/Prediction.tsx";
import { Scores } from "../src/Scores.tsx";
import { Shown } from "../src/Shown.tsx";
import type { Source } from "../src/source.ts";
import { Store } from "../src/store.ts";
import { WebLink } from "../src/WebLink.tsx";
import type { Agent, Assessment, Entry, Frames, Judgement } from "../src/wire.gen.ts";
import { agent, entry, quiet, status, text } from "./make.ts";
import { button, click, mount, open, press, rest, type } from "./mount.tsx";

const frame = (words: string): Frames["frames"][number] => ({
  direction: "in",
  at: 1000,
  text: words,
  length: words.length,
});

function source(parts: Partial<Source>): Source {
  return { ...quiet(new Store(() => {})), ...parts };
}

describe("all events", () => {
  it("are asked for only once they are opened, and go on as news come", async () => {
    const all = [frame('{"type": "ready"}'), frame("no json")];
    const ask = vi.fn(async (run: number, start: number): Promise<Frames> => {
      return { kind: "frames", run, start, total: all.length, frames: all.slice(start) };
    });
    const made = source({ askFrames: ask });
    const place = mount(<AllFrames source={made} run={3} seq={1} />);
    expect(ask).not.toHaveBeenCalled();
    await open("All events");
    expect(ask).toHaveBeenCalledExactlyOnceWith(3, 0);
    expect(place.textContent).toContain("ready");
    expect(place.textContent).toContain("no type");
    all.push(frame('{"type": "news"}'));
    mount(<AllFrames source={made} run={3} seq={2} />);
    await rest();
    expect(ask).toHaveBeenLastCalledWith(3, 2);
    expect(place.querySelectorAll("li")).toHaveLength(3);
  });

  it("come a page at a time, and say what was cut", async () => {
    const cut = { ...frame("long"), length: 1004 };
    const ask = vi.fn(async (run: number, start: number): Promise<Frames> => {
      return { kind: "frames", run, start, total: 2, frames: [cut] };
    });
    const place = mount(<AllFrames source={source({ askFrames: ask })} run={1} seq={1} />);
    await open("All events");
    await click("Show more (1 are left)");
    await rest();
    expect(place.querySelectorAll("li")).toHaveLength(2);
    expect(place.textContent).toContain("1000 more characters are in run.frames[1].text");
  });
});

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

describe("filters", () => {
  it("are boxes to tick, by agent, by kind, and for errors", async () => {
    const onFilter = vi.fn();
    const trouble = { kind: "trouble", content: "", source: "", fatal: false } as const;
    mount(<Filters entries={[text(1, "a"), entry(2, trouble)]} filter={ALL} onFilter={onFilter} />);
    const boxes = [...document.querySelectorAll("input")];
    for (const box of boxes) await act(async () => box.click());
    expect(onFilter.mock.calls.map(([filter]) => filter)).toEqual([
      { ...ALL, agents: new Set([""]) },
      { ...ALL, kinds: new Set(["text"]) },
      { ...ALL, kinds: new Set(["trouble"]) },
      { ...ALL, errors: true },
    ]);
    expect(button("Show all").disabled).toBe(true);
  });
});

describe("an outline", () => {
  it("links to the beginning of each step", async () => {
    const speaker = { key: "j", name: "J", role: "R", model: null, template: null, criteria: null };
    const gap = { kind: "gap", began: 1, until: 2, content: "" } as const;
    const place = mount(
      <Outline entries={[entry(1, gap, { speaker }), entry(2, gap, { speaker })]} />,
    );
    await rest();
    expect(place.querySelector("a")?.getAttribute("href")).toBe("#entry-1");
    expect(place.textContent).toBe("R #1 2 × gap ⚠ 2 errors");
  });
});

describe("scores", () => {
  const judgement = {
    ...{ kind: "judgement", conclusion: "", reasons: [], uncertainty: null, prediction: null },
  } as const satisfies Judgement;

  it("are not there without a judgement", () => {
    const find = { entry: () => undefined, result: () => undefined };
    expect(
      mount(<Scores judgements={[]} assessments={[]} find={find} scored={0} />).textContent,
    ).toBe("");
  });

  it("are judges by criteria, with agreement", () => {
    const judge = (id: number, name: string, criteria: string, prediction: boolean | null) =>
      entry(
        id,
        { kind: "judgement", conclusion: "", reasons: [], prediction, uncertainty: null },
        { speaker: { key: name, name, role: "", model: null, template: null, criteria } },
      );
    const all = [
      judge(1, "A", "x", true),
      judge(2, "A", "y", false),
      judge(3, "B", "x", true),
      judge(4, "B", "y", true),
    ];
    const find = { entry: (id: number) => all[id - 1], result: () => undefined };
    const place = mount(
      <Scores judgements={[1, 2, 3, 4]} assessments={[]} find={find} scored={1} />,
    );
    const rows = [...place.querySelectorAll("tr")].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["Judge", "x", "y"],
      ["A", "● prediction: yes#1", "○ prediction: no#2"],
      ["B", "● prediction: yes#3", "● prediction: yes#4"],
      ["Agreement", "100 %", "0 %"],
    ]);
    expect(place.querySelector("summary")?.textContent).toBe(
      "Scores: 4 judgements · 3 yes, 1 no · agreement 50 %",
    );
  });

  it("say next to each number what it leaves out, and why", () => {
    const score = (correctness: number | null, unread = "{}"): Assessment => ({
      ...{ kind: "assessment", assessed_agent_id: null, assessed_call_id: null, correctness },
      assessments: [
        { correct: true, feedback: "" },
        { correct: null, feedback: "", unread: '{"correct": "partially"}' },
      ],
      unread,
    });
    const all: Entry[] = [
      entry(1, { ...judgement, prediction: true }, { replies: [4, 5] }),
      entry(2, { ...judgement, unread: '{"prediction": "unclear"}' }),
      entry(3, judgement),
      entry(4, score(0.5), { about: 1 }),
      entry(5, score(null, '{"correctness": 85}'), { about: 1 }),
      entry(6, score(0.5)),
    ];
    const find = { entry: (id: number) => all[id - 1], result: () => undefined };
    const place = mount(
      <StudyLabels.Provider value={{ yes: "in breach", no: "not in breach" }}>
        <Scores judgements={[1, 2, 3]} assessments={[4, 5, 6]} find={find} scored={1} />
      </StudyLabels.Provider>,
    );
    expect(place.querySelector("summary")?.textContent).toBe(
      "Scores: 3 judgements · 1 in breach, 0 not in breach · agreement – (1 of 3 judgements; 2 " +
        "left out: 1 no readable prediction, 1 no prediction) · mean score 0.50 (1 of 3 " +
        "judgements; 2 left out: not scored) · 1 score of no judgement that was seen",
    );
    for (const words of [
      "● in breach",
      "? prediction “unclear”: neither yes nor no",
      "(1 of 2 scores; 1 left out: no score from 0 to 1)",
      "2 of 2 right (2 left out: neither right nor wrong)",
    ]) {
      expect(place.querySelector("tbody")?.textContent).toContain(words);
    }
    expect(place.querySelectorAll("meter")).toHaveLength(1);
  });

  it("have words and a mark for each prediction and uncertainty", () => {
    const place = mount(
      <>
        <Prediction of={judgement} />
        <Uncertainty value="Medium" />
        <Uncertainty value="constructor" />
        <Uncertainty value={null} />
      </>,
    );
    expect(place.textContent).toBe(
      "? no prediction▄ uncertainty: Medium? uncertainty: constructor",
    );
  });
});

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

describe("leaving", () => {
  it("asks about a link, says its host, and opens it only then", async () => {
    const opened = vi.spyOn(window, "open").mockReturnValue(null);
    mount(
      <Leaving>
        <Shown field="text.content" value="[here](https://ok.example/a)" />
        <WebLink address="https://other.example/" />
        <WebLink address="javascript:x" />
      </Leaving>,
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
