import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";

// Test files that need a program which npm cannot install, by the program's name. .ci/run installs what is missing.
const needs: Readonly<Record<string, readonly string[]>> = {
  "test/server/database/backup.test.ts": ["initdb", "pg_dump", "pg_restore"],
  "test/server/database/pgbouncer.test.ts": ["pgbouncer"],
};

/** Where a program is, Debian's folders of Postgres included; undefined if it is nowhere. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env["PATH"] ?? "").split(":"),
    "/usr/sbin",
    ...debianPostgres(),
  ];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * The test files to leave out on a developer's machine, for want of a program; says so in one line. With CI=true none is
 * left out: a file that cannot do its work fails there.
 */
export function filesToLeaveOut(): string[] {
  if (process.env["CI"] === "true") return [];
  const left = Object.entries(needs).flatMap(([file, programs]) => {
    const missing = programs.filter((name) => findProgram(name) === undefined);
    return missing.length === 0 ? [] : [{ file, missing }];
  });
  if (left.length > 0)
    process.stderr.write(
      `Left out: ${left.map(({ file, missing }) => `${file} (needs ${missing.join(", ")})`).join("; ")}\n`,
    );
  return left.map(({ file }) => file);
}

function debianPostgres(): string[] {
  const root = "/usr/lib/postgresql";
  try {
    return readdirSync(root).map((version) => join(root, version, "bin"));
  } catch {
    return [];
  }
}
