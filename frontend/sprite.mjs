// One SVG sprite of the Tabler icons that templates and Python name. An unknown name fails the
// build, so that no page shows an empty square.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const NAMED = /(?:\{%\s*icon\s+|\bicon\s*[:=]\s*|<c-icon\s+name=)["']([a-z0-9-]+)["']/g;

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (["node_modules", "static", "tests", "locale", "migrations"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (/\.(html|py)$/.test(entry.name)) yield path;
  }
}

export async function namedIcons(source) {
  const found = new Map();
  for await (const path of files(source)) {
    for (const [, name] of (await readFile(path, "utf8")).matchAll(NAMED)) found.set(name, path);
  }
  return found;
}

export async function buildSprite(source, icons) {
  const symbols = [];
  for (const [name, path] of [...(await namedIcons(source))].sort()) {
    let svg;
    try {
      svg = await readFile(join(icons, "outline", `${name}.svg`), "utf8");
    } catch {
      throw new Error(`${path}: no Tabler icon is called ${name}; see @tabler/icons/icons/outline`);
    }
    const body = svg
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
      .replace(/\n\s*/g, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
