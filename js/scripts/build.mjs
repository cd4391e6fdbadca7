// Builds the one file that anywidget loads: code and style, nothing imported from elsewhere.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { bundling } from "./bundling.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = at("../../buttermilk_widget/static/widget.js");

await build({
  ...bundling,
  entryPoints: [at("../src/widget.tsx")],
  outfile,
  minify: true,
  legalComments: "none",
});
// The same style for the page that Python writes; in the order of src/style.ts.
const parts = ["theme", "text", "controls", "layout", "entries", "media"];
const style = parts.map((name) => readFileSync(at(`../src/style/${name}.css`), "utf8")).join("\n");
const { code } = await transform(style, { loader: "css", minify: true, target: "es2022" });
writeFileSync(at("../../buttermilk_widget/static/widget.css"), code);

const size = gzipSync(readFileSync(outfile)).length;
console.log(`widget.js: ${(size / 1000).toFixed(1)} kB gzipped`);
