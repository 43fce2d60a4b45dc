// Builds web/static/vendor from the locked npm packages: hashed names, manifest, notices.
// Run by `make assets` and by the build hook of the wheel; the stamp says from which lock file.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const vendor = join(here, "..", "static", "vendor");
const FONTS = { sans: ["400", "500", "600"], serif: ["400", "500"], mono: ["400", "500"] };
const ENTRIES = ["screen.mjs", "terminal.mjs"];
const SHIPPED = [
  "@novnc/novnc",
  "@xterm/xterm",
  "@xterm/addon-fit",
  "@fontsource/ibm-plex-sans",
  "@fontsource/ibm-plex-serif",
  "@fontsource/ibm-plex-mono",
];

const manifest = {};

/** Write under a hashed name; the manifest keeps plain name -> file and digest. */
async function put(name, bytes) {
  const digest = createHash("sha256").update(bytes).digest();
  const dot = name.lastIndexOf(".");
  const file = `${name.slice(0, dot)}.${digest.toString("hex").slice(0, 12)}${name.slice(dot)}`;
  await writeFile(join(vendor, file), bytes);
  manifest[name] = { file, sha256: digest.toString("hex"), bytes: bytes.length };
  return file;
}

/** Replace exactly `times` occurrences, so that a new version cannot silently slip past the policy. */
function replaceAll(text, from, to, times) {
  const parts = text.split(from);
  if (parts.length - 1 !== times) {
    throw new Error(`a package changed: ${parts.length - 1} × ${from}, expected ${times}`);
  }
  return parts.join(to);
}

const strictStyles = {
  name: "strict-styles",
  setup(builder) {
    builder.onLoad({ filter: /@xterm[\\/]xterm[\\/]lib[\\/]xterm\.mjs$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      contents = replaceAll(contents, 'createElement("style")', 'createElement("verbale-sheet")', 3);
      contents = replaceAll(
        contents,
        't.setAttribute("style",`${t.getAttribute("style")||""}${e};`)',
        "t.style.cssText+=`${e};`",
        1,
      );
      return { contents, loader: "js" };
    });
  },
};

// noVNC waits at the top of a module to learn whether the browser decodes H.264, which no host is asked for; and
// its local cursor is an image in a data: address, which a strict policy refuses: the server draws the cursor.
const strictScreen = {
  name: "strict-screen",
  setup(builder) {
    builder.onLoad({ filter: /@novnc[\\/]novnc[\\/]core[\\/]util[\\/]browser\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, "utf8");
      contents = replaceAll(contents, "= await _checkWebCodecsH264DecodeSupport()", "= false", 1);
      return { contents, loader: "js" };
    });
  },
};

async function bundle(entry, plugins) {
  const { outputFiles } = await build({
    entryPoints: [join(here, "entry", entry)],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    plugins,
  });
  return Buffer.from(outputFiles[0].contents);
}

async function scripts() {
  await put("screen.js", await bundle("screen.mjs", [strictScreen]));
  await put("terminal.js", await bundle("terminal.mjs", [strictStyles]));
  await put("xterm.css", await readFile(join(modules, "@xterm", "xterm", "css", "xterm.css")));
}

async function fonts() {
  const faces = [];
  for (const [family, weights] of Object.entries(FONTS)) {
    const name = `ibm-plex-${family}`;
    for (const weight of weights) {
      const source = `${name}-latin-${weight}-normal.woff2`;
      const file = await put(
        `${name}-${weight}.woff2`,
        await readFile(join(modules, "@fontsource", name, "files", source)),
      );
      faces.push(
        `@font-face { font-family: "IBM Plex ${family[0].toUpperCase()}${family.slice(1)}"; font-style: normal; ` +
          `font-weight: ${weight}; font-display: swap; src: url("${file}") format("woff2"); }`,
      );
    }
  }
  await put("fonts.css", Buffer.from(`${faces.join("\n")}\n`));
}

async function notices() {
  const texts = [];
  for (const name of SHIPPED) {
    const folder = join(modules, name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} comes without a licence text`);
    const text = await readFile(join(folder, file), "utf8");
    const source = about.repository?.url ?? about.homepage ?? name; // who ships MPL-2.0 says where its source is
    texts.push(`${name} ${about.version} (${about.license})\nSource: ${source}\n\n${text.trim()}\n`);
  }
  await writeFile(join(vendor, "NOTICES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
}

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
await scripts();
await fonts();
await notices();
const lock = createHash("sha256").update(await readFile(join(here, "package-lock.json"))).digest("hex");
const stamp = createHash("sha256").update(lock).update(await readFile(join(here, "build.mjs")));
for (const entry of ENTRIES) stamp.update(await readFile(join(here, "entry", entry)));
const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(
  join(vendor, "manifest.json"),
  `${JSON.stringify({ stamp: stamp.digest("hex"), files: sorted }, null, 1)}\n`,
);
