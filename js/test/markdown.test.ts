import { describe, expect, it } from "vitest";
import { toHtml } from "../src/markdown.ts";

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
  place.innerHTML = toHtml(markdown).html;
  return place;
}

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
    expect(drawn("a <b>bold</b> claim").textContent).toContain("<b>bold</b>");
  });

  it("puts a name where an image was, and lists its address as blocked", () => {
    expect(drawn("![a cat](https://cats.example/1.png)").textContent).toContain("image: a cat");
    expect(toHtml("![a cat](https://cats.example/1.png)").blocked).toEqual([
      { what: "image", name: "a cat", address: "https://cats.example/1.png" },
    ]);
    expect(toHtml("no image").blocked).toEqual([]);
  });

  it("makes of a link a button that knows where it leads, and says the host", () => {
    const place = drawn("[x](https://ok.example/?a=1&b=2)");
    const link = place.querySelector("button[role=link]");
    expect(link?.getAttribute("data-href")).toBe("https://ok.example/?a=1&b=2");
    expect(place.textContent).toContain("x (ok.example)");
    expect(place.querySelector("a")).toBeNull();
  });

  it("gives a host in another script in ASCII", () => {
    expect(drawn("[bank](https://b\u0430nk.example)").textContent).toContain(
      "(xn--bnk-6cd.example)",
    );
  });

  it("keeps the words of a link that goes nowhere good, and lists it", () => {
    expect(drawn("[read **this**](javascript:x)").textContent).toContain("read this");
    expect(toHtml("[read **this**](javascript:x)").blocked).toEqual([
      { what: "link", name: "read **this**", address: "javascript:x" },
    ]);
  });

  it("shows the marks that would turn what follows around", () => {
    expect(drawn("a\u202egnp.exe").textContent).toContain("a⟨U+202E⟩gnp.exe");
  });

  it("is total: what exhausts the parser is shown as it came", () => {
    const deep = `${"> ".repeat(20_000)}<b>deep</b>`;
    expect(drawn(deep).textContent).toContain("<b>deep</b>");
    expect(drawn(deep).querySelector("b")).toBeNull();
  });

  it("shows what is too long to be prose as it came", () => {
    const long = "*a* ".repeat(30_000);
    expect(drawn(long).querySelector("em")).toBeNull();
    expect(drawn(long).textContent).toBe(long);
  });

  it("has headings that are none of the page's", () => {
    const place = drawn("# One\n\n### Three `x`");
    expect(place.querySelector(".heading-1")?.textContent).toBe("One");
    expect(place.querySelector(".heading-3 code")?.textContent).toBe("x");
    expect(place.querySelector("h1, h2, h3")).toBeNull();
  });

  it("has code, lists, tables and tasks", () => {
    const place = drawn("- [x] done\n\n| a |\n|---|\n| 1 |\n\n```py\nx = 1\n```");
    expect(place.querySelector("li")?.textContent).toContain("☑ done");
    expect(place.querySelector("td")?.textContent).toBe("1");
    expect(place.querySelector("pre code")?.textContent).toBe("x = 1\n");
  });
});
