import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importCycles, readSources } from "./import-cycles.ts";

describe("imports", () => {
  it.each(["server", "sandbox"])(
    "form no cycle in the %s, type imports included",
    (folder) => {
      const sources = readSources(join(import.meta.dirname, "..", folder));
      expect(sources.size).toBeGreaterThan(100);
      expect(importCycles(sources)).toEqual([]);
    },
  );

  it("that form a cycle are found, whatever their kind", () => {
    const sources = new Map([
      ["a.ts", 'import type { B } from "./deep/b.ts";'],
      ["deep/b.ts", 'export { c } from "./c.ts";'],
      ["deep/c.ts", 'const a = await import("../a.ts");'],
      ["d.ts", 'import { a } from "./a.ts";'],
    ]);
    expect(importCycles(sources)).toEqual([["a.ts", "deep/b.ts", "deep/c.ts"]]);
  });
});
