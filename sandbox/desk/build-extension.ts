import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import type { ExtensionManifest } from "./extension-manifests.ts";
import { privateFolder } from "./private-folder.ts";

/**
 * The bundle of a card or a page as HubSpot's production builder makes it, minified. Kept in the temp folder under the
 * content of the project's `source` folder and of the packages that the extension's folder takes from beside it, so that
 * a start without a changed file builds nothing.
 */
export async function buildExtension(
  card: Pick<ExtensionManifest, "uid" | "entryPoint">,
  source: string,
): Promise<string> {
  const root = dirname(card.entryPoint);
  const name = `${basename(card.entryPoint, extname(card.entryPoint))}.js`;
  const stamp = await contentOf([source, ...(await packagesOf(root))]);
  stamp.update(relative(source, card.entryPoint));
  const cache = await cacheFolder();
  const folder = join(cache, stamp.digest("hex").slice(0, 24));
  const cached = await readFile(join(folder, name), "utf8").catch(() => null);
  if (cached !== null) return cached;

  // The builder empties its output folder, and another process may build the same card: a folder for each build.
  const draft = await mkdtemp(join(cache, "draft-"));
  try {
    await runBuilder(card.uid, [root, card.entryPoint, draft]);
    const bundle = await readFile(join(draft, name), "utf8");
    await rename(draft, folder).catch(() => undefined);
    return bundle;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A process of its own: the builder reads NODE_ENV of its whole process, and what it loads is not needed afterwards. */
async function runBuilder(uid: string, args: string[]): Promise<void> {
  const script = fileURLToPath(new URL("./build-bundle.ts", import.meta.url));
  try {
    await promisify(execFile)(process.execPath, [script, ...args], {
      env: { ...process.env, NODE_ENV: "production" },
      timeout: 120_000,
    });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new Error(
      `The extension ${uid} could not be built.\n${stderr ?? ""}`,
      {
        cause,
      },
    );
  }
}

// Any user may make a folder of this name in the temp folder, and put cards of his own into it.
function cacheFolder(): Promise<string> {
  return privateFolder(
    join(tmpdir(), `counterpart-cards-${process.getuid?.() ?? 0}`),
  );
}

const BUILT = new Set(["node_modules", "dist", ".vite"]);

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
});

/** The folders of the packages that an extension's folder names as `file:`, in the order of their names. */
async function packagesOf(root: string): Promise<string[]> {
  const text = await readFile(join(root, "package.json"), "utf8").catch(
    () => "{}",
  );
  const { dependencies } = manifestSchema.parse(JSON.parse(text));
  return Object.entries(dependencies)
    .filter(([, version]) => version.startsWith("file:"))
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([, version]) => resolve(root, version.slice("file:".length)));
}

async function contentOf(
  roots: readonly string[],
): Promise<ReturnType<typeof createHash>> {
  const hash = createHash("sha256");
  for (const name of [
    "@hubspot/ui-extensions-dev-server/build",
    "@hubspot/ui-extensions",
  ]) {
    hash.update(await packageFile(name));
  }
  for (const root of roots)
    for (const path of await filesIn(root))
      hash.update(`\0${path}\0`).update(await readFile(join(root, path)));
  return hash;
}

async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split("/").some((part) => BUILT.has(part)))
    .toSorted();
}

/** The package.json above a package's entry: a new version of builder or SDK makes new bundles. */
async function packageFile(entry: string): Promise<string> {
  let folder = new URL(".", import.meta.resolve(entry));
  for (;;) {
    const text = await readFile(new URL("package.json", folder), "utf8").catch(
      () => null,
    );
    if (text !== null) return text;
    const above = new URL("..", folder);
    if (above.href === folder.href)
      throw new Error(`no package.json above ${entry}`);
    folder = above;
  }
}
