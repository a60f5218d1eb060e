import {
  appendFile,
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildExtension } from "../../../sandbox/desk/build-extension.ts";
import {
  readCardManifests,
  readSettingsManifest,
} from "../../../sandbox/desk/extension-manifests.ts";
import type { CardManifest } from "../../../sandbox/desk/extension-manifests.ts";
import { privateFolder } from "../../../sandbox/desk/private-folder.ts";
import { one } from "../../acceptance/steps/one.ts";

const original = fileURLToPath(new URL("./project/src/", import.meta.url));
const packages = fileURLToPath(
  new URL("../../../node_modules", import.meta.url),
);
let folder: string;
let source: string;
let crash: CardManifest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "counterpart-desk-build-"));
  source = join(folder, "src");
  await cp(original, source, { recursive: true });
  await symlink(packages, join(folder, "node_modules"));
  const cards = await readCardManifests(source);
  const found = cards.find(({ uid }) => uid === "crash_card");
  if (!found) throw new Error("the test project lost its card");
  crash = found;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the cards of a project", () => {
  test("are read from their hsmeta files", async () => {
    expect(await readCardManifests(source)).toEqual([
      expect.objectContaining({
        uid: "crash_card",
        objectTypeIds: ["0-2"],
        location: "crm.record.sidebar",
      }),
      expect.objectContaining({
        uid: "probe_card",
        objectTypeIds: ["0-1"],
        title: "Probe",
      }),
    ]);
    expect(await readCardManifests(join(folder, "nowhere"))).toEqual([]);
  });

  test("are built as HubSpot hosts them: minified, for production, with React left to the worker", async () => {
    const bundle = await buildExtension(crash, source);
    expect(bundle.trim()).toMatch(/\(React,\s*RemoteUI\)[;}]*$/);
    expect(bundle).toContain("react-jsx-runtime.production.min.js");
    expect(bundle).not.toContain("react-jsx-runtime.development");
    expect(bundle).not.toContain("Minified React error");
  });

  test("are built again when a file of the project changes, and not before", async () => {
    const first = await buildExtension(crash, source);
    const begun = performance.now();
    expect(await buildExtension(crash, source)).toBe(first);
    expect(performance.now() - begun).toBeLessThan(500);
    await appendFile(
      crash.entryPoint,
      '\nglobalThis.name = "changed on purpose";\n',
    );
    const second = await buildExtension(crash, source);
    expect(first).not.toContain("changed on purpose");
    expect(second).toContain("changed on purpose");
  });

  test("are built again when a package that their folder takes from beside it changes", async () => {
    const kit = join(folder, "packages/kit");
    await mkdir(kit, { recursive: true });
    await writeFile(join(kit, "name.ts"), 'export const name = "kit-one";\n');
    const cards = dirname(crash.entryPoint);
    const manifest = join(cards, "package.json");
    const before = await readFile(manifest, "utf8");
    await writeFile(
      manifest,
      JSON.stringify({
        ...(JSON.parse(before) as object),
        dependencies: { "test-kit": "file:../../../packages/kit" },
      }),
    );
    await appendFile(
      crash.entryPoint,
      '\nimport { name } from "../../../packages/kit/name.ts";\nglobalThis.kit = name;\n',
    );
    expect(await buildExtension(crash, source)).toContain("kit-one");
    await writeFile(join(kit, "name.ts"), 'export const name = "kit-two";\n');
    expect(await buildExtension(crash, source)).toContain("kit-two");
  });

  test("the settings page is read from its manifest, of which there is one at most", async () => {
    expect(await readSettingsManifest(source)).toBeNull();
    const settings = join(source, "app/settings");
    await mkdir(settings);
    const manifest = (uid: string) =>
      writeFile(
        join(settings, `${uid}-hsmeta.json`),
        JSON.stringify({
          uid,
          type: "settings",
          config: { entrypoint: "/app/settings/Page.tsx" },
        }),
      );
    await manifest("one");
    expect(await readSettingsManifest(source)).toEqual({
      uid: "one",
      entryPoint: join(source, "app/settings/Page.tsx"),
    });
    await manifest("two");
    await expect(readSettingsManifest(source)).rejects.toThrow("only one");
    await rm(settings, { recursive: true });
  });

  test("8-B9 are not taken from a cache that others can write to", async () => {
    const tmp = join(folder, "tmp");
    await mkdir(tmp);
    vi.stubEnv("TMPDIR", tmp);
    try {
      const built = await buildExtension(crash, source);
      const cache = join(tmp, one(await readdir(tmp), 0));
      const card = join(cache, one(await readdir(cache), 0));
      await writeFile(join(card, one(await readdir(card), 0)), "planted()");
      await chmod(cache, 0o777);
      expect(await buildExtension(crash, source)).toBe(built);
      expect((await stat(cache)).mode & 0o777).toBe(0o700);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("8-B9 are not put into a folder that is a link, or another user's", async () => {
    const elsewhere = join(folder, "elsewhere");
    await mkdir(elsewhere);
    const link = join(folder, "link");
    await symlink(elsewhere, link);
    const others = join(folder, "others");
    await mkdir(others, { mode: 0o755 });
    // Only root can give a folder away.
    if (process.getuid?.() === 0) await chown(others, 65_534, 65_534);
    const own = await privateFolder(others);
    expect(own === others).toBe(process.getuid?.() !== 0);
    expect((await stat(own)).uid).toBe(process.getuid?.());
    expect(await privateFolder(others)).toBe(own);
    const instead = await privateFolder(link);
    expect(instead).not.toBe(link);
    expect((await lstat(instead)).mode & 0o777).toBe(0o700);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test("say which one does not build, and why", async () => {
    await writeFile(crash.entryPoint, "export const broken = (;");
    await expect(buildExtension(crash, source)).rejects.toThrow(
      /crash_card could not be built.*broken/s,
    );
  });
});
