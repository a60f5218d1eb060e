import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importCycles, readSources } from "./import-cycles.ts";

describe("imports of the sandbox", () => {
  it("run in no circle, those of types included", () => {
    const sources = readSources(join(import.meta.dirname, "../../sandbox"));
    expect(sources.size).toBeGreaterThan(100);
    expect(importCycles(sources)).toEqual([]);
  });

  it("are found to run in one when they do, by whatever kind of import", () => {
    const sources = new Map([
      ["a.ts", 'import type { B } from "./deep/b.ts";'],
      ["deep/b.ts", 'export { c } from "./c.ts";'],
      ["deep/c.ts", 'const a = await import("../a.ts");'],
      ["d.ts", 'import { a } from "./a.ts";'],
    ]);
    expect(importCycles(sources)).toEqual([["a.ts", "deep/b.ts", "deep/c.ts"]]);
  });
});
