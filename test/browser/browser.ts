import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
  "--lang=en-US",
];

/** Where a Chromium is and what it needs around it. */
type Installed = { executablePath: string; env: Record<string, string> };

/**
 * Starts a headless Chromium for tests: `CHROMIUM_PATH`, else /usr/bin/chromium, else the one inside the npm package
 * `@sparticuz/chromium`, unpacked once a machine with the libraries and fonts that a bare machine lacks.
 * Works as root. Close it with `browser.close()`, which also removes its profile.
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({
    executablePath,
    headless: true,
    args: FLAGS,
    env: { ...inherited(), LANGUAGE: "en_US", ...env },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

async function findChromium(): Promise<Installed> {
  const named = process.env["CHROMIUM_PATH"];
  if (named) return { executablePath: named, env: {} };
  if (existsSync("/usr/bin/chromium"))
    return { executablePath: "/usr/bin/chromium", env: {} };
  const folder = await unpacked();
  return {
    executablePath: join(folder, "chromium"),
    env: {
      LD_LIBRARY_PATH: [
        join(folder, "al2023", "lib"),
        process.env["LD_LIBRARY_PATH"],
      ]
        .filter(Boolean)
        .join(":"),
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
    },
  };
}

/**
 * The package unpacks into the temp folder itself and takes a half-written file of another process for a whole one. So
 * a child unpacks into a folder of its own, which then gets its final name in one step; who comes second throws his away.
 */
async function unpacked(): Promise<string> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve("@sparticuz/chromium");
  const stamp = createHash("sha256")
    .update(entry)
    .update(await readFile(join(entry, "..", "..", "package.json")));
  const folder = join(
    tmpdir(),
    `counterpart-chromium-${process.getuid?.() ?? 0}-${stamp.digest("hex").slice(0, 12)}`,
  );
  if (existsSync(join(folder, "chromium"))) return folder;

  const draft = await mkdtemp(join(tmpdir(), "counterpart-chromium-draft-"));
  const unpack = `const { default: chromium } = await import(${JSON.stringify(entry)}); await chromium.executablePath();`;
  await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", unpack],
    {
      // The package unpacks its libraries only where it believes itself on Lambda.
      env: {
        ...inherited(),
        TMPDIR: draft,
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      },
      timeout: 120_000,
    },
  );
  await writeFile(
    join(draft, "fonts.conf"),
    fontsConfig(join(folder, "fonts"), join(folder, "fonts-cache")),
  );
  try {
    await rename(draft, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(join(folder, "chromium"))) throw cause;
  }
  return folder;
}

/** The package's own fonts first, whatever the machine has: pictures look the same everywhere. */
function fontsConfig(fonts: string, cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${cache}</cachedir>
  <match target="pattern"><test name="family"><string>sans-serif</string></test><edit name="family" mode="prepend"><string>Open Sans</string></edit></match>
  <match target="pattern"><test name="family"><string>system-ui</string></test><edit name="family" mode="prepend"><string>Open Sans</string></edit></match>
</fontconfig>
`;
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );
}
