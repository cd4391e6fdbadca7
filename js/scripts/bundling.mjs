// What the widget and the page for developing have in common.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

/** The style goes into the bundle as text, without its comments. */
const styleAsText = {
  name: "style as text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const style = await readFile(path, "utf8");
      const { code } = await transform(style, { loader: "css", minify: true, target: "es2022" });
      return { contents: code, loader: "text" };
    });
  },
};

export const bundling = {
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  alias: {
    // What markdown-it imports for rules that we do not use (src/text/markdownItStubs.ts).
    entities: "./src/text/markdownItStubs.ts",
    mdurl: "./src/text/markdownItStubs.ts",
    "uc.micro": "./src/text/markdownItStubs.ts",
    // The list that draws only what is in sight is made for React; Preact passes for it.
    react: "preact/compat",
    "react-dom": "preact/compat",
    "react/jsx-runtime": "preact/jsx-runtime",
  },
  plugins: [styleAsText],
  logLevel: "warning",
};
