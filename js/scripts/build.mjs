// Builds the one file that anywidget loads: code and style, nothing imported from elsewhere.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = at("../../buttermilk_widget/static/widget.js");

await build({
  entryPoints: [at("../src/widget.tsx")],
  outfile,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "text" },
  legalComments: "none",
  logLevel: "warning",
});
const size = gzipSync(readFileSync(outfile)).length;
console.log(`widget.js: ${(size / 1000).toFixed(1)} kB gzipped`);
