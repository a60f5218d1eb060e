import { sql } from "kysely";
import { expect, test } from "vitest";
import { openDatabase } from "../../../server/database/database.ts";
import type { Db } from "../../../server/database/database.ts";
import { createProductLogin } from "../../../server/database/product-login.ts";
import { toJson } from "../../../server/database/json.ts";
import { createLog } from "../../../server/log.ts";
import { useDatabase } from "../../database.ts";

const at = useDatabase();
const ours = 9_100_001;
const theirs = 9_100_002;

async function asProduct<T>(
  url: string,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const login = openDatabase({ url, poolSize: 2, log: createLog("silent") });
  try {
    return await work(login.owner);
  } finally {
    await login.close();
  }
}

test("a product's login writes and reads its own portal through the views, over TCP with its password", async () => {
  await at.database.inPortal(theirs, (db) =>
    db
      .insertInto("record")
      .values({
        portal_id: theirs,
        object_type: "contact",
        properties: toJson({ email: "theirs@example.com" }),
      })
      .execute(),
  );
  const url = await createProductLogin(at.database, ours);
  expect(new URL(url).hostname).toBe("127.0.0.1");
  await asProduct(url, async (db) => {
    await sql`insert into workspace.contacts (email, first_name) values ('new@example.com', 'New')`.execute(
      db,
    );
    await sql`update workspace.contacts set job_title = 'CTO' where email = 'new@example.com'`.execute(
      db,
    );
    const { rows } =
      await sql`select email, first_name, job_title, sync_status from workspace.contacts`.execute(
        db,
      );
    expect(rows).toEqual([
      {
        email: "new@example.com",
        first_name: "New",
        job_title: "CTO",
        sync_status: "disconnected",
      },
    ]);
  });
  const dirty = await at.database.inPortal(ours, (db) =>
    db.selectFrom("dirty").select(["revision"]).execute(),
  );
  expect(dirty).toEqual([{ revision: 2 }]);
});

test("it cannot make itself another portal's, nor see tokens, lanes or the inbox", async () => {
  const url = await createProductLogin(at.database, ours);
  await asProduct(url, async (db) => {
    await sql`set app.portal = '9100002'`.execute(db);
    const { rows } =
      await sql`select email from workspace.contacts where email = 'theirs@example.com'`.execute(
        db,
      );
    expect(rows).toEqual([]);
    const { portal, crossing } = await at.database.roles();
    for (const statement of [
      `set role ${portal}`,
      `set role ${crossing}`,
      "select * from installation",
      "select * from lane",
      "select * from inbox",
      "select * from settings",
      "update portal_login set portal_id = 9100002",
      "select * from portal_login",
      "delete from record",
      "update record set portal_id = 9100002",
    ]) {
      await expect(
        sql.raw(statement).execute(db),
        statement,
      ).rejects.toMatchObject({ code: "42501" });
    }
  });
});

test("a wrong password is refused, and a login made again has the new one", async () => {
  const first = await createProductLogin(at.database, ours, "first-password");
  const second = await createProductLogin(at.database, ours, "second-password");
  await expect(
    asProduct(first, (db) => sql`select 1`.execute(db)),
  ).rejects.toMatchObject({ code: "28P01" });
  await asProduct(second, (db) => sql`select 1`.execute(db));
});
