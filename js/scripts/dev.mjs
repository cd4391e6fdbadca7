// Builds the page with no kernel into a folder: `node scripts/dev.mjs FOLDER`.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundling } from "./bundling.mjs";

await build({
  ...bundling,
  entryPoints: [fileURLToPath(new URL("../dev/page.tsx", import.meta.url))],
  outdir: process.argv[2],
  sourcemap: "inline",
});
