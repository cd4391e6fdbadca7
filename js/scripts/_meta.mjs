import { build } from "esbuild"; import { bundling } from "./bundling.mjs"; import {gzipSync} from "node:zlib";
const extra = process.argv[2] ? JSON.parse(process.argv[2]) : {};
const r = await build({ ...bundling, entryPoints: ["src/widget.tsx"], outfile: "/tmp/page/w.js", minify: true, legalComments:"none", metafile: true, write:false, ...extra });
const g = gzipSync(r.outputFiles[0].text,{level:6}).length; console.log(r.outputFiles[0].text.length, g);
const o = Object.values(r.metafile.outputs)[0];
if(!process.argv[2]) for (const [k,v] of Object.entries(o.inputs).sort((a,b)=>b[1].bytesInOutput-a[1].bytesInOutput).slice(0,30)) console.log(v.bytesInOutput,k);
