import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, readSources } from "./import-cycles.ts";

/**
 * The rooms of the engine (server/sync/README.md), lowest first. A file imports from its own room and from those before
 * it, types included.
 */
const rooms = [
  "engine.ts",
  "model.ts",
  "values",
  "assign",
  "decide",
  "associations",
  "recheck",
  "people",
  "runs",
  "installation",
  "journal",
  "brake",
  "attention",
  "merges",
  "pairs",
  "apply",
  "pass",
  "sources",
  "preview",
  "resolve",
  "card",
  "housekeeping.ts",
];

const roomOf = (path: string): string => path.split("/")[0] ?? "";

/** Returns the imports that point to a later room, as "a.ts -> b.ts", and the files that are in no room. */
function wrongWay(sources: ReadonlyMap<string, string>): string[] {
  return [...sources].flatMap(([path, source]) => {
    const place = rooms.indexOf(roomOf(path));
    if (place === -1) return [`${path} is in no room`];
    return importsOf(path, source)
      .filter(
        (imported) =>
          sources.has(imported) && rooms.indexOf(roomOf(imported)) > place,
      )
      .map((imported) => `${path} -> ${imported}`);
  });
}

describe("the rooms of the engine", () => {
  it("import in one direction", () => {
    const sources = readSources(join(import.meta.dirname, "../server/sync"));
    expect(sources.size).toBeGreaterThan(150);
    expect(new Set([...sources.keys()].map(roomOf))).toEqual(new Set(rooms));
    expect(wrongWay(sources)).toEqual([]);
  });

  it("refuse an import that points the other way, of a type as well", () => {
    const sources = new Map([
      ["decide/decide.ts", 'import type { Engine } from "../engine.ts";'],
      ["decide/plan.ts", 'import type { Card } from "../card/card.ts";'],
      ["card/card.ts", 'import { plan } from "../decide/plan.ts";'],
      ["engine.ts", "export {};"],
      ["common/text.ts", "export {};"],
    ]);
    expect(wrongWay(sources)).toEqual([
      "decide/plan.ts -> card/card.ts",
      "common/text.ts is in no room",
    ]);
  });
});
