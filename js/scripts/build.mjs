// Builds the one file that anywidget loads: code and style, nothing imported from elsewhere.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
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
// The very same style, for the page that Python writes.
const bundled = await build({
  ...bundling,
  entryPoints: [at("../src/style/stylesheet.ts")],
  write: false,
});
const { default: style } = await import(
  `data:text/javascript,${encodeURIComponent(bundled.outputFiles[0].text)}`
);
writeFileSync(at("../../buttermilk_widget/static/widget.css"), style);

const size = gzipSync(readFileSync(outfile)).length;
console.log(`widget.js: ${(size / 1000).toFixed(1)} kB gzipped`);
