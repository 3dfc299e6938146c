// Builds the card into the integration's folder. --check: compares instead; --tests: runs the unit
// tests; --dev: serves the card with made-up data and builds it again on every load.

import { build, context } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "../custom_components/octopus_agile/frontend/octopus-agile-card.js");

const bundle = {
  absWorkingDir: here,
  entryPoints: ["src/index.ts"],
  outfile: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
};

/** What is served: the indentation of styles and templates is for people who read the sources. */
async function served() {
  const { outputFiles } = await build({ ...bundle, write: false });
  return Buffer.from(outputFiles[0].text.replace(/\n +/g, " "));
}

async function tests() {
  const files = (await readdir(join(here, "tests"))).filter((name) => name.endsWith(".test.ts"));
  const folder = await mkdtemp(join(tmpdir(), "octopus-agile-card-"));
  try {
    await build({
      ...bundle,
      entryPoints: files.map((name) => `tests/${name}`),
      outfile: undefined,
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      platform: "node",
      minify: false,
      sourcemap: "inline",
    });
    const built = (await readdir(folder)).map((name) => join(folder, name));
    return spawnSync(process.execPath, ["--enable-source-maps", "--test", ...built], { stdio: "inherit" }).status ?? 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function check() {
  const [committed, built] = [await readFile(target).catch(() => null), await served()];
  if (committed?.equals(built)) return 0;
  console.error("The bundle is not what card/ builds. Run scripts/build-card and commit the result.");
  return 1;
}

async function dev() {
  const server = await context({
    ...bundle,
    entryPoints: ["dev/main.ts"],
    outfile: join(here, "dev/main.js"),
    minify: false,
    sourcemap: "inline",
    write: false,
  });
  const { port } = await server.serve({ servedir: join(here, "dev"), host: "127.0.0.1" });
  console.log(`Open http://127.0.0.1:${port}/`);
  return new Promise(() => {});
}

async function make() {
  const file = await served();
  await writeFile(target, file);
  console.log(`${file.length} bytes, ${gzipSync(file, { level: 9 }).length} gzipped`);
  return 0;
}

const tasks = { "--tests": tests, "--check": check, "--dev": dev };
process.exitCode = await (tasks[process.argv[2]] ?? make)();
