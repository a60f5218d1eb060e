import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { remoteBuild } from "@hubspot/ui-extensions-dev-server/build";
import { ESLint } from "eslint";
import { describe, expect, onTestFinished, test, vi } from "vitest";

const root = join(import.meta.dirname, "../..");
const app = join(root, "hubspot-project/src/app");
/** The folders that HubSpot checks each on its own, and the package that they share. */
const folders = [
  join(app, "cards"),
  join(app, "settings"),
  join(root, "hubspot-project/packages/kit"),
];

describe("the cards and the settings page, as HubSpot builds them", () => {
  test.each([
    ["cards", "ContactCard", "/ui/card", 80_000],
    ["cards", "CompanyCard", "/ui/card", 80_000],
    ["settings", "Settings", "/ui/settings", 180_000],
  ] as const)(
    "%s/%s becomes one small classic script",
    async (folder, name, address, size) => {
      const extension = join(app, folder);
      const outputDir = await mkdtemp(join(tmpdir(), "counterpart-cards-"));
      onTestFinished(() => rm(outputDir, { recursive: true }));
      // As on HubSpot's side; under a test's NODE_ENV the builder would make a development build.
      vi.stubEnv("NODE_ENV", "production");
      onTestFinished(() => void vi.unstubAllEnvs());
      await remoteBuild({
        root: extension,
        entryPoint: join(extension, `${name}.tsx`),
        outputDir,
        logLevel: "error",
        appConfig: {
          variables: { API_ORIGIN: "https://counterpart.example.com" },
        },
      });
      const bundle = join(outputDir, `${name}.js`);
      const script = await readFile(bundle, "utf8");
      // A classic script that takes these two from the worker it is loaded into.
      expect(script.trimEnd().slice(-20)).toMatch(/\}\)\(React, ?RemoteUI\);$/);
      expect(script.includes(address)).toBe(true);
      // Where making code from text is forbidden, a schema library that does so would fail only at HubSpot.
      expect(/new Function|\beval\(/.test(script)).toBe(false);
      expect(script.includes(root)).toBe(false);
      expect((await stat(bundle)).size).toBeLessThan(size);
    },
    60_000,
  );
});

describe.each(folders)("%s, as HubSpot's template checks it", (folder) => {
  test("HubSpot's linter has nothing to say", async () => {
    const eslint = new ESLint({ cwd: folder });
    const results = await eslint.lintFiles(["."]);
    expect(results.length).toBeGreaterThan(5);
    const said = results.flatMap(({ filePath, messages }) =>
      messages.map(({ line, message }) => `${filePath}:${line} ${message}`),
    );
    expect(said).toEqual([]);
  }, 60_000);

  test("HubSpot's linter would stop what does not run on HubSpot's side", async () => {
    const eslint = new ESLint({ cwd: folder });
    const forbidden = [
      `export const a = () => <div>hello</div>;`,
      `export const b = () => fetch("https://counterpart.example.com");`,
      `export const c = () => window.alert("hello");`,
    ];
    for (const code of forbidden) {
      const [result] = await eslint.lintText(code, {
        filePath: join(folder, "forbidden.tsx"),
      });
      expect(result?.errorCount, code).toBeGreaterThan(0);
    }
  }, 60_000);

  test("the compiler has nothing to say", async () => {
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const said = await promisify(execFile)(process.execPath, [
      compiler,
      "-p",
      folder,
    ]).catch((error: { stdout?: string; message: string }) => ({
      stdout: error.stdout || error.message,
    }));
    expect(said.stdout).toBe("");
  }, 60_000);
});
