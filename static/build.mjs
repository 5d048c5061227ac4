// node static/build.mjs MODULES OUT: bundles the sources beside this file into OUT, with hashed names, a manifest,
// compressed copies and the licences of everything in it. MODULES is the node_modules folder that has the packages.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2] ?? join(here, "node_modules"));
const out = resolve(process.argv[3] ?? join(here, "dist"));
const part = `${out}.part-${process.pid}`;
const { build } = createRequire(join(modules, "package.json"))("esbuild");
const manifest = {};

async function write(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  manifest[name] = name.replace(/(\.\w+)$/, `-${hash}$1`);
  await writeFile(join(part, manifest[name]), text);
}

async function bundle() {
  const result = await build({
    absWorkingDir: here,
    entryPoints: ["css/app.css", "js/app.js"],
    outdir: part,
    write: false,
    bundle: true,
    minify: true,
    nodePaths: [modules],
    legalComments: "none",
    assetNames: "[name]-[hash]",
    entryNames: "[name]", // esbuild's own hash of these differs from folder to folder
    loader: { ".woff2": "file", ".svg": "file" },
    target: ["chrome123", "firefox120", "safari17.5"],
    format: "iife",
    logLevel: "warning",
  });
  for (const { path, contents } of result.outputFiles) {
    const name = basename(path);
    if (/^app\.(css|js)$/.test(name)) {
      await write(name, contents);
      continue;
    }
    await writeFile(path, contents);
    manifest[name.replace(/-\w+(\.\w+)$/, "$1")] = name;
  }
}

async function icons() {
  const all = await readFile(join(modules, "@tabler/icons-sprite/dist/tabler-sprite.svg"), "utf8");
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const symbols = names.map((name) => {
    const found = all.match(new RegExp(`<symbol id="tabler-${name}" viewBox="([^"]+)"[^>]*>(.*?)</symbol>`));
    if (!found) throw new Error(`static/icons.txt: Tabler has no icon "${name}"`);
    const shape = found[2].replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "");
    return `<symbol id="${name}" viewBox="${found[1]}">${shape}</symbol>`;
  });
  await write("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

async function appIcon() {
  await write("favicon.svg", await readFile(join(here, "favicon.svg"), "utf8"));
  const icon = { src: manifest["favicon.svg"], sizes: "any", type: "image/svg+xml" };
  const app = { name: "HK-plein", short_name: "HK-plein", start_url: "/", display: "standalone",
    background_color: "#f5f6f3", theme_color: "#0a5c63", icons: [icon] };
  await write("app.webmanifest", JSON.stringify(app));
}

async function licences() {
  const { dependencies } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  const users = new Map(); // one licence text, the packages that carry it
  for (const name of [...Object.keys(dependencies), "@tabler/icons-sprite"]) {
    const folder = join(modules, name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} has no licence file`);
    const text = (await readFile(join(folder, file), "utf8")).trim();
    users.set(text, [...(users.get(text) ?? []), `${name} ${about.version} (${about.license})`]);
  }
  const parts = [...users].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  await writeFile(join(part, "THIRD_PARTY.txt"), parts.join(`\n${"=".repeat(78)}\n\n`));
}

async function compress() {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  for (const file of (await readdir(part)).sort()) {
    if (!/\.(css|js|svg|webmanifest)$/.test(file)) continue;
    const bytes = await readFile(join(part, file));
    const gz = gzipSync(bytes, { level: 9 });
    const br = brotliCompressSync(bytes, quality);
    await writeFile(join(part, `${file}.gz`), gz);
    await writeFile(join(part, `${file}.br`), br);
    console.log(`${file.padEnd(32)} ${bytes.length} bytes, gzip ${gz.length}, brotli ${br.length}`);
  }
}

// Made beside, then moved: a page never sees half a folder.
await rm(part, { recursive: true, force: true });
await mkdir(part, { recursive: true });
try {
  await bundle();
  await icons();
  await appIcon();
  await licences();
  await compress();
  await writeFile(join(part, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
  await rm(out, { recursive: true, force: true });
  await rename(part, out);
} finally {
  await rm(part, { recursive: true, force: true });
}
