// Serves dev/index.html, the conversation with no kernel, and builds it anew as the source changes.
import { fileURLToPath } from "node:url";
import { context } from "esbuild";
import { bundling } from "./bundling.mjs";

const folder = fileURLToPath(new URL("../dev", import.meta.url));
const page = await context({
  ...bundling,
  entryPoints: [`${folder}/page.tsx`],
  outdir: folder,
  write: false,
  sourcemap: "inline",
});
const { port } = await page.serve({ servedir: folder, host: "127.0.0.1", port: 8100 });
console.log(`http://127.0.0.1:${port}/?scene=asking&theme=dark`);
