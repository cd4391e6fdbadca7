import { render } from "preact";
import { describe, expect, it, vi } from "vitest";
import { inForm } from "../../src/text/fieldHtml.ts";
import { Drawn } from "../../src/ui/Shown.tsx";
import { walks } from "../support/costing.ts";

/** Plain walks that drawing a text may take: 5 were measured; a quadratic pattern takes 40. */
const MOST_WALKS = 20;

/** Texts that would run, fetch, imitate or overlay something, if they became what they say. */
const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)><circle/></svg>",
  "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "<iframe src='https://evil.example'></iframe>",
  "<object data='data:text/html,x'></object>",
  "<embed src='//evil.example'>",
  "<form action='https://evil.example'><input name=q><button>go</button></form>",
  "<style>* { display: none }</style>",
  "<link rel=stylesheet href='https://evil.example/x.css'>",
  "<meta http-equiv=refresh content='0;url=https://evil.example'>",
  "<base href='https://evil.example'>",
  "<video src='https://evil.example/x' autoplay></video>",
  "<!-- --!><img src=x onerror=alert(1)> -->",
  "<a href='javascript:alert(1)'>x</a>",
  "<div style='position:fixed;inset:0'>over</div>",
  "<img name=getElementById><form id=body>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\nscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:msgbox)",
  "[x](//evil.example)",
  "[x](file:///etc/passwd)",
  "![x](https://evil.example/pixel.png)",
  "![x](javascript:alert(1))",
  '!["><img src=x onerror=alert(1)>](https://evil.example)',
  '[x](https://ok.example "\\" onmouseover=alert(1)")',
  '[x](https://ok.example/"onmouseover=alert(1))',
  "<https://ok.example/'onclick='alert(1)>",
  "<javascript:alert(1)>",
  '```"><img src=x onerror=alert(1)>\ncode\n```',
  "`<img src=x onerror=alert(1)>`",
  "| <img src=x onerror=alert(1)> |\n| --- |\n| <script>x</script> |",
  "# <img src=x onerror=alert(1)>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
];

const FORBIDDEN =
  "script, img, svg, math, iframe, object, embed, form, input, a, style, link, meta, base, video, [style], [id], [name], [src]";

function drawn(markdown: string): HTMLElement {
  const place = document.createElement("div");
  render(<Drawn nodes={inForm("markdown", markdown)} />, place);
  return place;
}

const NOTE = "it would cost too much to draw";

describe("markdown", () => {
  it.each(ATTACKS)("makes nothing live of %j", (attack) => {
    const place = drawn(attack);
    expect(place.querySelector(FORBIDDEN)).toBeNull();
    for (const element of place.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        expect(name.startsWith("on")).toBe(false);
        if (name === "data-href") expect(value).toMatch(/^(https?:|mailto:)/i);
      }
    }
  });

  it("shows HTML as the text that it is", () => {
    expect(drawn("a <b>bold</b> claim &lt;").textContent).toBe("a <b>bold</b> claim &lt;");
  });

  it("puts a name and an address where an image was", () => {
    expect(drawn("![a cat](https://cats.example/1.png)").textContent).toBe(
      "image: a cat (not fetched: https://cats.example/1.png)",
    );
  });

  it("makes of a link a button that knows where it leads, and says the host", () => {
    const place = drawn("[x](https://ok.example/?a=1&b=2)");
    const link = place.querySelector("button[role=link]");
    expect(link?.getAttribute("data-href")).toBe("https://ok.example/?a=1&b=2");
    expect(place.textContent).toContain("x (ok.example)");
    expect(place.querySelector("a")).toBeNull();
  });

  it("makes no link of what is read in more than one way", () => {
    for (const address of [
      ...["https://evil.example\\@good.example/", "https://fa\u00df-bank.example"],
      ...["https://b\u0430nk.example", "https://good.example@evil.example/", "javascript:x"],
    ]) {
      for (const text of [`[read **this**](${address})`, address, `<${address}>`]) {
        const place = drawn(text);
        expect(place.querySelector("[role=link]"), text).toBeNull();
        expect(place.textContent, text).toContain(address);
      }
    }
  });

  it("shows the marks that would turn what follows around", () => {
    expect(drawn("a\u202egnp.exe \u2066b\u2069").textContent).toBe(
      "a⟨U+202E⟩gnp.exe ⟨U+2066⟩b⟨U+2069⟩",
    );
  });

  it("is total: what exhausts the parser is shown as it came", () => {
    const deep = `${"> ".repeat(20_000)}<b>deep</b>`;
    expect(drawn(deep).textContent).toContain("<b>deep</b>");
    expect(drawn(deep).textContent).toContain(NOTE);
    expect(drawn(deep).querySelector("b")).toBeNull();
  });

  it("shows what is too long to be prose as it came", () => {
    const long = "*a* ".repeat(30_000);
    expect(drawn(long).querySelector("em")).toBeNull();
    expect(drawn(long).querySelector("pre")?.textContent).toBe(long);
  });

  it.each([
    [
      "a table whose rows would be filled up",
      `|${"a|".repeat(1000)}\n|${"-|".repeat(1000)}\n${"|a|\n".repeat(9000)}`,
    ],
    ["delimiters that match nothing", "__a_".repeat(25_000)],
    ["brackets", "[".repeat(100_000)],
    ["links in links", "[a](".repeat(25_000)],
    ["images", "![a](b".repeat(16_000)],
    ["addresses", "(http://".repeat(12_500)],
    ["lists in lists", "- ".repeat(40_000)],
    ["small items", "- a\n".repeat(25_000)],
    [
      "backticks of every length",
      Array.from({ length: 440 }, (_, n) => "`".repeat(n + 1)).join(" "),
    ],
    ["thoughts", "a<think>".repeat(12_500)],
    ["displays", "\\[\n".repeat(33_000)],
    ["JSON", `[${"[1],".repeat(24_000)}1]`],
  ])("takes a few plain walks over its letters for %s", (_, attack) => {
    // The clock stands still: what is counted has to stop it.
    const clock = vi.spyOn(performance, "now").mockReturnValue(0);
    try {
      const walked = walks(() => drawn(attack), attack.length, MOST_WALKS);
      expect(walked).toBeLessThanOrEqual(MOST_WALKS);
    } finally {
      clock.mockRestore();
    }
  });

  it("would tell a cost that grows with the square", () => {
    const many = "a".repeat(20_000);
    expect(walks(() => /a*b/.exec(many), many.length, 0, 1)).toBeGreaterThan(MOST_WALKS);
  });

  it("has headings that are none of the page's", () => {
    const place = drawn("# One\n\n### Three `x`");
    expect(place.querySelector(".heading-1")?.textContent).toBe("One");
    expect(place.querySelector(".heading-3 code")?.textContent).toBe("x");
    expect(place.querySelector("h1, h2, h3")).toBeNull();
  });

  it("has code, lists, tables and tasks", () => {
    const place = drawn("- [x] done\n\n| a |\n|--:|\n| 1 |\n\n```py\nx = 1\n```");
    expect(place.querySelector("li")?.textContent).toBe("☑ done");
    expect(place.querySelector("td")?.textContent).toBe("1");
    expect(place.querySelector("td")?.align).toBe("right");
    expect(place.querySelector("pre code")?.textContent).toBe("x = 1\n");
    expect(place.querySelector(".info")?.textContent).toBe("py");
  });

  it("breaks lines where they are broken, and keeps the numbers of lists", () => {
    expect(drawn("one\ntwo").innerHTML).toContain("one<br>two");
    expect(drawn("2. a\n5. b").querySelector("ol")?.textContent).toBe("2. a5. b");
  });

  it("keeps digits and the order of fields in JSON", () => {
    const place = drawn('{"2": 1799990000111122233, "1": [1.0, 1e400, -0]}');
    expect(place.textContent).toBe(
      "object of 22: 17999900001111222331: list of 30: 1.01: 1e4002: -0",
    );
  });
});
