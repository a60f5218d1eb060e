import { sql } from "kysely";
import { expect, test } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import { migrate } from "../../../server/database/migrate.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { createLog } from "../../../server/log.ts";
import { startEmbeddedPostgres } from "../../../server/database/embedded.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { withDatabase } from "../../postgres.ts";

const log = createLog("silent");

// A cluster of its own: the group roles must be this owner's to grant, as where a company gives out one database.
test("the owner may be a plain login with CREATEROLE: migrations, portal scope and product logins work", async () => {
  const dataDir = await mkdtemp("/tmp/counterpart-plain-owner-");
  const postgres = await startEmbeddedPostgres({
    dataDir,
    tcp: true,
    settings: { fsync: "off" },
  });
  try {
    const admin = openDatabase({ url: postgres.url, poolSize: 1, log });
    const { rows } = await sql<{
      port: string;
    }>`select current_setting('port') as port`.execute(admin.owner);
    await sql`create role app login createrole nosuperuser password 'app-password'`.execute(
      admin.owner,
    );
    await sql`create database app owner app`.execute(admin.owner);
    await admin.close();
    const url = withDatabase(
      `postgresql://app:app-password@127.0.0.1:${rows[0]?.port}/postgres`,
      "app",
    );
    const database = openDatabase({ url, poolSize: 4, log });
    try {
      expect((await migrate(database.owner)).length).toBeGreaterThan(5);
      await database.crossing((db) =>
        db
          .insertInto("installation")
          .values({
            portal_id: 1,
            app_id: 1,
            state: "active",
            window_ends_at: new Date(),
            scopes: [],
            sync_user_id: 1,
            api_key_hash: Buffer.from("key"),
          })
          .execute(),
      );
      await database.inPortal(1, (db) =>
        db
          .insertInto("record")
          .values({ portal_id: 1, object_type: "contact" })
          .execute(),
      );
      expect(
        await database.inPortal(2, (db) =>
          db.selectFrom("record").select("id").execute(),
        ),
      ).toEqual([]);
      // Row-level security binds this owner too.
      const product = openDatabase({
        url: await createProductLogin(database, 1),
        poolSize: 1,
        log,
      });
      const seen =
        await sql`select sync_status from workspace.contacts`.execute(
          product.owner,
        );
      await product.close();
      expect(seen.rows).toEqual([{ sync_status: "changes_waiting" }]);
    } finally {
      await database.close();
    }
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
