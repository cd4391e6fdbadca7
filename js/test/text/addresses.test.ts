import { describe, expect, it } from "vitest";
import { destination } from "../../src/text/addresses.ts";

describe("a destination", () => {
  it.each([
    ["https://ok.example/a", "ok.example"],
    ["HTTP://OK.example:8080", "ok.example:8080"],
    ["mailto:me@ok.example", "me@ok.example"],
    ["http://127.0.0.1:8000/x", "127.0.0.1:8000"],
  ])("of %s is where a click leads, and not elsewhere", (address, host) => {
    expect(destination(address)).toBe(host);
    const { protocol, host: opened, pathname } = new URL(address);
    expect(protocol === "mailto:" ? pathname : opened).toBe(host);
  });

  it.each([
    ...["", "x", "#entry-1", "//evil.example", "javascript:x", " data:,x", "blob:https://a/b"],
    ...["https://user:word@evil.example/", "https://evil.example\\@good.example/"],
    ...["https://faß-bank.example", "http://0x7f.1/", "https://a:99999/", "http://1.2.3.04/"],
  ])("of %j is none", (address) => expect(destination(address)).toBeNull());
});
