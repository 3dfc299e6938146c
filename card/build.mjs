// Builds the files that the integration serves: what every page loads, and the cards behind it.
// --check: compares instead; --tests: runs the unit tests; --dev: serves the cards with made-up data and
// builds it again on every load.

import { build, context } from "esbuild";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "../custom_components/octopus_agile/frontend");
// Each in a file of its own, so that a page loads only what it shows.
const CARD_FILE = "octopus-agile-card.js";
const BILLS_FILE = "octopus-agile-bills-card.js";
const files = { [CARD_FILE]: "src/elements.ts", [BILLS_FILE]: "src/bills/index.ts" };
const LOADER = "octopus-agile.js";

const bundle = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
};

/** One file. The indentation of styles and templates is for people who read the sources. */
async function built(entry, define = {}) {
  const { outputFiles } = await build({ ...bundle, entryPoints: [entry], define, write: false });
  return Buffer.from(outputFiles[0].text.replace(/\n +/g, " "));
}

/** What is served, by name. Browsers keep the files for a month: another card has another address. */
async function served() {
  const made = {};
  for (const [name, entry] of Object.entries(files)) made[name] = await built(entry);
  const address = (name) => {
    const version = createHash("sha256").update(made[name]).digest("hex").slice(0, 12);
    return JSON.stringify(`./${name}?v=${version}`);
  };
  const define = { CARD_FILE: address(CARD_FILE), BILLS_FILE: address(BILLS_FILE) };
  made[LOADER] = await built("src/index.ts", define);
  return made;
}

async function tests() {
  const sources = (await readdir(join(here, "tests"))).filter((name) => name.endsWith(".test.ts"));
  const folder = await mkdtemp(join(tmpdir(), "octopus-agile-card-"));
  try {
    await build({
      ...bundle,
      entryPoints: sources.map((name) => `tests/${name}`),
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      platform: "node",
      minify: false,
      sourcemap: "inline",
    });
    const bundles = (await readdir(folder)).map((name) => join(folder, name));
    return spawnSync(process.execPath, ["--enable-source-maps", "--test", ...bundles], { stdio: "inherit" }).status ?? 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function check() {
  for (const [name, file] of Object.entries(await served())) {
    const committed = await readFile(join(target, name)).catch(() => null);
    if (!committed?.equals(file)) {
      console.error(`${name} is not what card/ builds. Run scripts/build-card and commit the result.`);
      return 1;
    }
  }
  return 0;
}

async function dev() {
  const server = await context({
    ...bundle,
    entryPoints: ["dev/main.ts", "dev/bills.ts"],
    outdir: join(here, "dev"),
    minify: false,
    sourcemap: "inline",
    write: false,
  });
  const { port } = await server.serve({ servedir: join(here, "dev"), host: "127.0.0.1" });
  console.log(`Open http://127.0.0.1:${port}/`);
  return new Promise(() => {});
}

async function make() {
  for (const [name, file] of Object.entries(await served())) {
    await writeFile(join(target, name), file);
    console.log(`${name}: ${file.length} bytes, ${gzipSync(file, { level: 9 }).length} gzipped`);
  }
  return 0;
}

const tasks = { "--tests": tests, "--check": check, "--dev": dev };
process.exitCode = await (tasks[process.argv[2]] ?? make)();
