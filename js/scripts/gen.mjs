// Writes src/wire.gen.ts from the Python declarations; with --check, only says whether it is stale.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const target = new URL("../src/wire.gen.ts", import.meta.url);
const python = process.env.PYTHON ?? "python";
// The package need not be installed in that Python.
const env = { ...process.env, PYTHONPATH: fileURLToPath(new URL("../..", import.meta.url)) };
const {
  wire: schema,
  presentation,
  forms,
} = JSON.parse(
  execFileSync(python, ["-m", "buttermilk_widget.widget.schema"], { encoding: "utf8", env }),
);

/** Any JSON is a schema that says nothing; the generator would take it for an object. */
function openUp(node) {
  if (typeof node !== "object" || node === null) return;
  const says = ["type", "$ref", "anyOf", "oneOf", "allOf", "const", "enum", "$defs"];
  if (!says.some((word) => word in node)) node.tsType = "unknown";
  const children = ["properties", "$defs"].flatMap((word) => Object.values(node[word] ?? {}));
  for (const child of [...children, node.items, ...(node.anyOf ?? []), ...(node.oneOf ?? [])]) {
    openUp(child);
  }
}
openUp(schema);

const types = await compile(schema, "Wire", {
  additionalProperties: false,
  bannerComment:
    "// Generated from buttermilk_widget/conversation/patches.py and presentation.py by `npm run gen`.",
  format: false,
});

const text = `${types}
/** How a field is presented; see buttermilk_widget/transcript/presentation.py, and change it there. */
export type Form = ${forms.map((form) => JSON.stringify(form)).join(" | ")};

export const PRESENTATION = ${JSON.stringify(presentation, null, 2)} as const;
`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/wire.gen.ts is not what Python declares: run `npm run gen` in js/.");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
