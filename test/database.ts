import { randomBytes } from "node:crypto";
import { CompiledQuery } from "kysely";
import { afterAll, beforeAll, inject } from "vitest";
import { openDatabase } from "../server/database/database.ts";
import type { Database } from "../server/database/database.ts";
import { createLog } from "../server/log.ts";
import type {} from "./global-setup.ts";
import { TEMPLATE, withDatabase } from "./postgres.ts";

/** A migrated database of a test's own (7 ms). `url` also serves a process that the test starts. */
export type ClonedDatabase = {
  name: string;
  url: string;
  drop(): Promise<void>;
};

/** Clones the template. `template: "template1"` makes an empty database instead. Call `drop` when done. */
export async function cloneDatabase({
  template = TEMPLATE,
} = {}): Promise<ClonedDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await asAdmin(
    `create database ${name} template ${template} strategy file_copy`,
  );
  return {
    name,
    url: withDatabase(inject("postgresUrl"), name),
    drop: () => asAdmin(`drop database if exists ${name} with (force)`),
  };
}

/** `migrated` gets an empty database and migrates it, so that a test may store what an earlier version stored. */
export type DatabaseUse = {
  poolSize?: number;
  migrated?: (database: Database) => Promise<void>;
};

/**
 * A database for the tests of a file or a describe block: cloned before them, dropped after. Call it at their top;
 * `database` and `url` can be read once the tests run.
 */
export function useDatabase({ poolSize = 10, migrated }: DatabaseUse = {}): {
  readonly database: Database;
  readonly url: string;
} {
  let open: { cloned: ClonedDatabase; database: Database } | undefined;
  beforeAll(async () => {
    const cloned = await cloneDatabase(migrated && { template: "template1" });
    open = {
      cloned,
      database: openDatabase({
        url: cloned.url,
        poolSize,
        log: createLog("silent"),
      }),
    };
    await migrated?.(open.database);
  });
  afterAll(async () => {
    await open?.database.close();
    await open?.cloned.drop();
  });
  const opened = () => {
    if (!open)
      throw new Error(
        "The database is there once the tests run: read it inside a test.",
      );
    return open;
  };
  return {
    get database() {
      return opened().database;
    },
    get url() {
      return opened().cloned.url;
    },
  };
}

async function asAdmin(statement: string): Promise<void> {
  const admin = openDatabase({
    url: inject("postgresUrl"),
    poolSize: 1,
    log: createLog("silent"),
  });
  try {
    await admin.owner.executeQuery(CompiledQuery.raw(statement));
  } finally {
    await admin.close();
  }
}
