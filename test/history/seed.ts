import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * A seed of the server's sources: every change of them plays other histories, and one state of them always the same,
 * so that a test run which fails can be repeated. `npm run torture` draws its own.
 */
export function seedOfSources(): number {
  const hash = createHash("sha256");
  for (const path of globSync("server/**/*.ts", { cwd: root }).sort())
    hash.update(path).update(readFileSync(`${root}${path}`));
  return hash.digest().readUInt32BE();
}
