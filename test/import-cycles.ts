import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";

/** Reads the sources below a folder. Returns their texts by relative path. */
export function readSources(folder: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const entry of readdirSync(folder, {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    sources.set(relative(folder, path), readFileSync(path, "utf8"));
  }
  return sources;
}

/** Returns the relative paths of what a source imports, types included. */
export const importsOf = (path: string, source: string): readonly string[] =>
  ts
    .preProcessFile(source, true, true)
    .importedFiles.map(({ fileName }) =>
      normalize(join(dirname(path), fileName)),
    );

/**
 * Finds the groups of files that import each other in a cycle of any length. Type imports count; imports of other files don't.
 * @returns a sorted list per group; empty if there is no cycle
 */
export function importCycles(
  sources: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  const imports = new Map(
    [...sources].map(([path, text]) => [
      path,
      importsOf(path, text).filter((imported) => sources.has(imported)),
    ]),
  );
  const reached = new Map(
    [...imports.keys()].map((path) => [path, allFrom(path, imports)]),
  );
  const cycles = new Map<string, readonly string[]>();
  for (const [path, far] of reached) {
    if (!far.has(path)) continue;
    const group = [...far].filter((other) => reached.get(other)?.has(path));
    cycles.set(group.sort().join(), group);
  }
  return [...cycles.values()];
}

/** Returns every file that a file imports, directly or not; itself only if there is a cycle. */
function allFrom(
  start: string,
  imports: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop())
    for (const next of imports.get(path) ?? [])
      if (!found.has(next)) {
        found.add(next);
        open.push(next);
      }
  return found;
}
