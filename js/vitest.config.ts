import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // As in the bundle (scripts/bundling.mjs).
  resolve: {
    alias: {
      react: "preact/compat",
      "react-dom": "preact/compat",
      "react/jsx-runtime": "preact/jsx-runtime",
    },
  },
  plugins: [
    {
      // The bundle has its style as text; so do the tests.
      name: "css-as-text",
      enforce: "pre",
      load: (id) =>
        id.endsWith(".css")
          ? `export default ${JSON.stringify(readFileSync(id, "utf8"))}`
          : undefined,
    },
  ],
  test: {
    server: { deps: { inline: ["virtua"] } },
    environment: "jsdom",
    setupFiles: "test/support/setup.ts",
    include: ["test/**/*.test.{ts,tsx}"],
    // A limit for what hangs, and not for a slow machine.
    testTimeout: 30_000,
  },
});
