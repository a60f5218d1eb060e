import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { useWorld } from "./world.ts";
import type { Portal } from "./world.ts";

// 7-B1: "in sync" is said of what was compared, on the card, by the API, in its lists, and in the product's views.

const world = useWorld();
type Json = Record<string, unknown>;
type Contact = { portal: Portal; objectId: string; recordId: string };

async function linked(): Promise<Contact> {
  let objectId = "";
  const portal = await world().activePortal(async (it) => {
    objectId = await it.makeObject("contacts", { email: "ada@example.com" });
  });
  const { record } = await portal.card("contacts", objectId);
  return { portal, objectId, recordId: record?.id ?? "" };
}

/** The status wherever the product reads it: the view, the record, the list; and what the card's own answer says. */
async function everywhere({ portal, objectId, recordId }: Contact) {
  const { rows } = await world().database.inPortal(portal.portalId, (db) =>
    sql<Json>`
      select sync_status as status, sync_reason as reason from workspace.contacts where id = ${recordId}::uuid`.execute(
      db,
    ),
  );
  const { results } = await portal.api("GET", "/contacts");
  return {
    card: await portal.card("contacts", objectId),
    api: await portal.api("GET", `/contacts/${recordId}/sync`),
    record: (await portal.record("contacts", recordId)).sync,
    listed: (results as Json[])[0]?.["sync"],
    view: rows[0],
  };
}

const missing = (portal: Portal, capability: string): Promise<unknown> =>
  world().database.inPortal(portal.portalId, (db) =>
    db
      .updateTable("installation")
      .set({
        missing_capabilities: JSON.stringify({
          [capability]: { reason: "403", since: "", scopes: [] },
        }) as never,
      })
      .where("portal_id", "=", portal.portalId)
      .execute(),
  );

describe("in sync is what was compared", () => {
  test("where it was, it is said everywhere", async () => {
    const status = { status: "in_sync" };
    expect(await everywhere(await linked())).toMatchObject({
      card: { ...status, lastKnown: null },
      api: status,
      record: status,
      listed: status,
      view: status,
    });
  });

  test("without the permission to read: not checked, with what was last known and how to get it back", async () => {
    const contact = await linked();
    await missing(contact.portal, "read:contact");
    const reason =
      "Counterpart doesn't have permission to read contacts in HubSpot. Last known: in sync.";
    const stored = { status: "not_checked", code: "missing_scope", reason };
    const shown = {
      status: "not_checked",
      code: "missing_scope",
      reason:
        "Counterpart doesn't have permission to read contacts. Last known: in sync, less than a minute ago.",
      lastKnown: { status: "in_sync" },
      help: {
        action: "reconnect",
        url: `${world().app.publicUrl}/oauth/install`,
      },
    };
    expect(await everywhere(contact)).toMatchObject({
      card: shown,
      api: shown,
      record: stored,
      listed: stored,
      view: { status: "not_checked", reason },
    });
  });

  test("a change that waits is last known as pending", async () => {
    const contact = await linked();
    const { portal, objectId, recordId } = contact;
    await missing(portal, "read:contact");
    await portal.api("PATCH", `/contacts/${recordId}`, {
      properties: { city: "Rome" },
    });
    expect(await portal.card("contacts", objectId)).toMatchObject({
      status: "not_checked",
      lastKnown: { status: "changes_waiting" },
    });
  });

  test("without the permission to write, HubSpot is compared all the same", async () => {
    const contact = await linked();
    await missing(contact.portal, "write:contact");
    expect(await everywhere(contact)).toMatchObject({
      card: { status: "in_sync" },
      view: { status: "in_sync" },
    });
  });

  test.each([
    ["does not respond", { status: 503, html: true }, "hubspot_unavailable"],
    ["has reached its limit", { status: 429 }, "hubspot_limit"],
  ] as const)(
    "where HubSpot %s, the card and the API's own comparison say not checked",
    async (_, fault, code) => {
      const { portal, objectId, recordId } = await linked();
      world().sandbox.setFaults([{ portalId: portal.portalId, ...fault }]);
      const unsure = {
        status: "not_checked",
        code,
        lastKnown: { status: "in_sync" },
        sync: { allowed: false, code },
      };
      expect(await portal.card("contacts", objectId)).toMatchObject(unsure);
      expect(
        await portal.api("GET", `/contacts/${recordId}/sync`),
      ).toMatchObject(unsure);
    },
  );

  test("paused by an admin: the account says so everywhere, and nothing can be pressed", async () => {
    const contact = await linked();
    const { portal, objectId } = contact;
    const lonely = await portal.makeRecord("contacts", { first_name: "Bob" });
    await portal.api("POST", "/installation/hold");
    const reason = "An admin paused sync. Nothing syncs until it's resumed.";
    const paused = { status: "paused", code: "held_by_admin" };
    expect(await everywhere(contact)).toMatchObject({
      card: {
        ...paused,
        reason: `${reason} Last known: in sync, less than a minute ago.`,
        help: { action: "resume" },
      },
      api: paused,
      record: { ...paused, reason: `${reason} Last known: in sync.` },
      view: { status: "paused" },
    });
    expect((await portal.record("contacts", lonely)).sync).toMatchObject({
      ...paused,
      reason,
    });
    expect(
      await portal.openAndPress("sync", "contacts", objectId),
    ).toMatchObject({ result: "refused", code: "held_by_admin" });
    await portal.api("POST", "/installation/start");
    expect(await portal.card("contacts", objectId)).toMatchObject({
      status: "in_sync",
    });
  });

  test("a product's own login reads why, and nothing else of the installation", async () => {
    const contact = await linked();
    await missing(contact.portal, "read:contact");
    const { product } = await world().database.roles();
    const { rows } = await world().database.inPortal(
      contact.portal.portalId,
      (db) =>
        sql<{ column_name: string }>`
          select column_name from information_schema.column_privileges
          where table_name = 'installation' and grantee = ${product} order by 1`.execute(
          db,
        ),
    );
    expect(rows.map(({ column_name }) => column_name)).toEqual(
      expect.not.arrayContaining(["refresh_token", "api_key_hash"]),
    );
  });
});
