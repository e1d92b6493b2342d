// Builds src/district/ui/static/dist: one style sheet, the page script, the islands it loads on
// demand, MapLibre's worker as a file of its own (the CSP allows no blob), fonts and the sprite.
import { spawn } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { transform } from "lightningcss";
import { buildSprite } from "./sprite.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const source = resolve(here, "../src/district");
const out = join(source, "ui/static/dist");
const watching = process.argv.includes("--watch");

function run(command, args) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: here, stdio: ["ignore", "inherit", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (part) => (complaint += part));
    child.on("close", (code) => (code ? fail(new Error(complaint)) : done()));
  });
}

async function styles() {
  const raw = join(out, "app.raw.css");
  await run(process.execPath, [
    join(modules, "@tailwindcss/cli/dist/index.mjs"),
    "--input", join(here, "src/css/main.css"), "--output", raw, "--minify",
  ]);
  // Kylin's old Chromium: lower nesting and newer syntax once more, for Chrome 99.
  const { code } = transform({
    filename: "app.css",
    code: await readFile(raw),
    minify: true,
    targets: { chrome: 99 << 16, firefox: 100 << 16, safari: (15 << 16) | (4 << 8) },
  });
  await writeFile(join(out, "app.css"), code);
  await rm(raw);
  await cp(join(modules, "maplibre-gl/dist/maplibre-gl.css"), join(out, "map.css"));
}

const scripts = {
  entryPoints: [join(here, "src/js/app.js")],
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: ["chrome99", "firefox100", "safari15.4"],
  chunkNames: "[name]-[hash]",
  legalComments: "none",
  logLevel: "warning",
};

// Phone pages work without a network: each script is one file, which its service worker keeps.
const phones = {
  ...scripts,
  entryPoints: [join(here, "src/js/phone.js"), join(here, "src/js/follow.js")],
  splitting: false,
};

async function assets() {
  await mkdir(join(out, "fonts"), { recursive: true });
  await cp(
    join(modules, "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"),
    join(out, "fonts/inter-latin.woff2"),
  );
  await cp(join(modules, "maplibre-gl/dist/maplibre-gl-worker.mjs"), join(out, "map-worker.js"));
  const worker = await readFile(join(out, "map-worker.js"), "utf8");
  await writeFile(join(out, "map-worker.js"), worker.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
  await writeFile(join(out, "icons.svg"), await buildSprite(source, join(modules, "@tabler/icons/icons")));
}

async function report() {
  const names = (await readdir(out)).sort();
  for (const name of names) {
    if (!/\.(css|js|svg)$/.test(name)) continue;
    const { length } = await readFile(join(out, name));
    console.log(`${String(Math.ceil(length / 1024)).padStart(6)} KB  ${name}`);
  }
}

if (!watching) await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([styles(), esbuild.build(scripts), esbuild.build(phones), assets()]);
await report();
if (watching) {
  for (const each of [scripts, phones]) await (await esbuild.context(each)).watch();
  await run(process.execPath, [
    join(modules, "@tailwindcss/cli/dist/index.mjs"),
    "--input", join(here, "src/css/main.css"), "--output", join(out, "app.css"), "--watch=always",
  ]);
}
