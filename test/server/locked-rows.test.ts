import { sql } from "kysely";
import { Client } from "pg";
import { describe, expect, test, vi } from "vitest";
import { createProductLogin } from "../../server/database/product-login.ts";
import { SHARE_LIMITS } from "../../server/database/shares.ts";
import { postSigned } from "./http/sign.ts";
import { appId } from "./http/world.ts";
import { useWorld } from "./sync/card/world.ts";
import type { Portal, World } from "./sync/card/world.ts";

type Contact = { portal: Portal; objectId: string; recordId: string };

/** A portal with one contact that is in sync. */
async function oneContact(world: World): Promise<Contact> {
  let objectId = "";
  const portal = await world.activePortal(async (it) => {
    objectId = await it.makeObject("contacts", { email: "ada@example.com" });
  });
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

/** A product's transaction that has locked all contacts of its portal. */
async function lockContacts(
  world: World,
  portalId: number,
): Promise<{ release(): Promise<void> }> {
  const client = new Client({
    connectionString: await createProductLogin(world.database, portalId),
  });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("begin");
  await client.query("update workspace.contacts set job_title = 'locked'");
  return {
    release: async () => {
      await client.query("rollback");
      await client.end();
    },
  };
}

const patch = (
  world: World,
  { portal, recordId }: Contact,
  phone: string,
): Promise<Response> =>
  fetch(`${world.app.url}/api/v1/contacts/${recordId}`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${portal.apiKey}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ properties: { phone } }),
  });

const event = (
  world: World,
  { portal, objectId }: Contact,
): Promise<Response> =>
  postSigned(
    `${world.app.url}/webhooks/hubspot`,
    JSON.stringify([
      {
        eventId: 1,
        portalId: portal.portalId,
        appId,
        occurredAt: Date.now(),
        subscriptionType: "object.propertyChange",
        objectTypeId: "0-1",
        objectId: Number(objectId),
        propertyName: "jobtitle",
        propertyValue: "x",
      },
    ]),
  );

describe("where a product's lock stays", () => {
  const world = useWorld({
    shareLimits: {
      ...SHARE_LIMITS,
      web: { ...SHARE_LIMITS.web, lockMs: 15_000, connectionMs: 15_000 },
    },
  });

  test("8-A3 rows that one portal has locked hold up its own requests, and nobody else's", async () => {
    const locked = await oneContact(world());
    const other = await oneContact(world());
    const lock = await lockContacts(world(), locked.portal.portalId);
    const ended: number[] = [];
    const requests = Array.from({ length: 60 }, (_one, at) =>
      patch(world(), locked, String(at)).then((response) =>
        ended.push(response.status),
      ),
    );
    // They have reached their locks, and the rest wait for a connection.
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await vi.waitFor(async () => {
      const { rows } = await sql.raw(waiting).execute(world().database.owner);
      expect(rows.length).toBeGreaterThan(0);
    });
    expect((await patch(world(), other, "1")).status).toBe(200);
    await other.portal.card("contacts", other.objectId);
    await other.portal.press("push", "contacts", other.objectId, {
      version: (await other.portal.card("contacts", other.objectId)).version,
    });
    expect((await event(world(), other)).status).toBe(200);
    expect((await event(world(), locked)).status).toBe(200);
    expect((await fetch(`${world().app.url}/readyz`)).status).toBe(200);
    // Its own cards are read on connections that its requests leave to them.
    await locked.portal.card("contacts", locked.objectId);
    expect(ended).toEqual([]);
    await lock.release();
    await Promise.all(requests);
    expect(new Set(ended)).toEqual(new Set([200]));
  });
});

describe("where waiting for a lock ends soon", () => {
  const world = useWorld({
    shareLimits: {
      ...SHARE_LIMITS,
      web: { ...SHARE_LIMITS.web, lockMs: 300, connectionMs: 400 },
    },
  });

  test("8-A3 a request that waits for a lock in vain is told when to come back", async () => {
    const locked = await oneContact(world());
    const lock = await lockContacts(world(), locked.portal.portalId);
    const responses = await Promise.all(
      Array.from({ length: 30 }, (_one, at) =>
        patch(world(), locked, String(at)),
      ),
    );
    const codes = new Set<unknown>();
    for (const response of responses) {
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      codes.add(((await response.json()) as { code: unknown }).code);
    }
    // With few requests of a portal in progress, none may have to wait for a connection.
    codes.delete("database_busy");
    expect(codes).toEqual(new Set(["database_locked"]));
    await lock.release();
    expect((await patch(world(), locked, "after")).status).toBe(200);
  });

  test("8-A3 lanes whose records are locked come back to them, and other portals' lanes do not wait", async () => {
    const locked = await oneContact(world());
    const other = await oneContact(world());
    const lock = await lockContacts(world(), locked.portal.portalId);
    for (const one of [locked, other])
      await one.portal.editObject("contacts", one.objectId, {
        jobtitle: "Countess",
      });
    const title = async ({ portal, recordId }: Contact) =>
      (await portal.record("contacts", recordId)).properties["job_title"];
    await world().work(async () => expect(await title(other)).toBe("Countess"));
    expect(await title(locked)).not.toBe("Countess");
    await lock.release();
    await world().work(async () =>
      expect(await title(locked)).toBe("Countess"),
    );
  });
});
