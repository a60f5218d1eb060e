import { sql } from "kysely";
import { expect, test } from "vitest";
import { LeaseLost, noFence } from "../../../server/database/fence.ts";
import type { Fence } from "../../../server/database/fence.ts";
import { automatic } from "../../../server/sync/decide/triggers.ts";
import { runPassHalving } from "../../../server/sync/pass/pass-halving.ts";
import type { PassInput } from "../../../server/sync/pass/pass-input.ts";
import { useSyncWorld } from "./sweep-world.ts";
import type { SyncWorld } from "./sweep-world.ts";

const at = useSyncWorld();

/** The lane is lost between the commit of the attempt and that of its answer. */
function lostAfterSending(): Fence {
  let commits = 0;
  return () =>
    commits++ === 0 ? Promise.resolve() : Promise.reject(new LeaseLost("lost"));
}

const push = (
  { engine }: SyncWorld,
  portalId: number,
  recordIds: readonly string[],
  fence: Fence,
): Promise<unknown> =>
  runPassHalving(engine, portalId, {
    objectType: "contact",
    recordIds,
    trigger: automatic("workspace"),
    account: { source: "product", by: "", runId: null },
    priority: "bulk",
    fence,
    edges: { kind: "if-moved" },
  }).catch((error: unknown) => error);

/** A portal without the unique property, its first pull ended, and a record that HubSpot does not have. */
async function unsent(
  it: SyncWorld,
  email: string,
): Promise<{ portalId: number; id: string }> {
  const portalId = await it.world.installed();
  await it.pullAll(portalId);
  await it.query(
    portalId,
    sql`update installation set unique_property = '{}' where portal_id = ${portalId}`,
  );
  const [row] = await it.query(
    portalId,
    sql<{ id: string }>`insert into record (portal_id, object_type, properties)
      values (${portalId}, 'contact', ${JSON.stringify({ email })}::jsonb) returning id`,
  );
  return { portalId, id: row?.id ?? "" };
}

test("a creation whose answer came, but was not settled, is the record's object, although its email is another one by now on both sides", async () => {
  const it = at();
  const { portalId, id } = await unsent(it, "before@lost.example");
  expect(await push(it, portalId, [id], lostAfterSending())).toBeInstanceOf(
    LeaseLost,
  );
  const [attempt] = await it.query(
    portalId,
    sql<{ made: string }>`select answer ->> 'objectId' as made from attempt`,
  );
  await it.query(
    portalId,
    sql`update record set properties = '{"email": "after@lost.example"}' where id = ${id}`,
  );
  // Neither email leads to it any more.
  await it.world.control(
    "PATCH",
    `/portals/${portalId}/objects/contacts/${attempt?.made ?? ""}`,
    { properties: { email: "theirs@lost.example" } },
  );
  await push(it, portalId, [id], noFence);
  expect(
    await it.query(portalId, sql`select record_id, object_id, state from link`),
  ).toEqual([{ record_id: id, object_id: attempt?.made, state: "live" }]);
});

test("a creation that was never sent is over with that, and is made at the next look", async () => {
  const it = at();
  const { portalId, id } = await unsent(it, "never@lost.example");
  await it.world.withFaults(
    portalId,
    [{ path: "*/batch/create", status: 429, policyName: "DAILY", times: 1 }],
    () => push(it, portalId, [id], lostAfterSending()),
  );
  expect(
    await it.query(
      portalId,
      sql`select answer ->> 'kind' as kind, settled_at is not null as settled from attempt`,
    ),
  ).toEqual([{ kind: "not-sent", settled: true }]);
  // The pause that HubSpot asked for is over.
  await push(
    { ...it, engine: { ...it.engine, hubspot: it.world.room("unlimited") } },
    portalId,
    [id],
    noFence,
  );
  expect(
    await it.query(portalId, sql`select record_id, state from link`),
  ).toEqual([{ record_id: id, state: "live" }]);
});

test("a record that was created while its creation was decided on, by a worker that could not settle the answer, is not created again", async () => {
  const it = at();
  const { portalId, id } = await unsent(it, "twice@lost.example");
  // Without an email, HubSpot takes it as often as it is sent.
  await it.query(
    portalId,
    sql`update record set properties = '{"first_name": "Twice"}' where id = ${id}`,
  );
  let decided = 0;
  const engine: SyncWorld["engine"] = {
    ...it.engine,
    checkpoint: async (moment) => {
      if (moment === "decided" && decided++ === 0)
        await push(it, portalId, [id], lostAfterSending());
    },
  };
  await push({ ...it, engine }, portalId, [id], noFence);
  const attempts = await it.query(
    portalId,
    sql<{ made: string }>`select answer ->> 'objectId' as made from attempt`,
  );
  expect(attempts).toHaveLength(1);
  expect(
    await it.query(portalId, sql`select record_id, object_id, state from link`),
  ).toEqual([
    { record_id: id, object_id: attempts[0]?.made ?? "", state: "live" },
  ]);
});

test("a contact whose creation came, but was not settled, and that somebody in HubSpot deleted then, is not created again", async () => {
  const it = at();
  const { portalId, id } = await unsent(it, "deleted@lost.example");
  await push(it, portalId, [id], lostAfterSending());
  const [attempt] = await it.query(
    portalId,
    sql<{ made: string }>`select answer ->> 'objectId' as made from attempt`,
  );
  await it.world.control(
    "DELETE",
    `/portals/${portalId}/objects/contacts/${attempt?.made ?? ""}`,
  );
  await push(it, portalId, [id], noFence);
  await push(it, portalId, [id], noFence);
  expect(
    await it.query(
      portalId,
      sql`select object_id, state, base -> 'email' ->> 'h' as email from link`,
    ),
  ).toEqual([
    {
      object_id: attempt?.made,
      state: "object-deleted",
      email: "deleted@lost.example",
    },
  ]);
  expect(
    await it.query(
      portalId,
      sql`select settled_at is null as open from attempt`,
    ),
  ).toEqual([{ open: false }]);
  expect(
    await it.query(
      portalId,
      sql`select action, code, object_id from journal where record_id = ${id} order by id`,
    ),
  ).toEqual([
    {
      action: "created",
      code: "created_in_hubspot",
      object_id: attempt?.made,
    },
    {
      action: "unlinked",
      code: "unlinked_by_deletion",
      object_id: attempt?.made,
    },
    { action: "skipped", code: "link_ended", object_id: null },
  ]);
});

/** Two contacts of the product's, created in HubSpot by workers that could not settle the answers. */
async function twoCreated(
  it: SyncWorld,
): Promise<{ portalId: number; ids: string[]; made: string[] }> {
  const { portalId, id } = await unsent(it, "first@lost.example");
  const [second] = await it.query(
    portalId,
    sql<{ id: string }>`insert into record (portal_id, object_type, properties)
      values (${portalId}, 'contact', '{}') returning id`,
  );
  const ids = [id, second?.id ?? ""];
  const names = [
    { first_name: "Ada", city: "London" },
    { first_name: "Augusta" },
  ];
  for (const [index, recordId] of ids.entries())
    await it.query(
      portalId,
      sql`update record set properties = ${JSON.stringify(names[index])}::jsonb where id = ${recordId}`,
    );
  await push(it, portalId, ids, lostAfterSending());
  const rows = await it.query(
    portalId,
    sql<{ record_id: string; made: string }>`
      select record_id, answer ->> 'objectId' as made from attempt`,
  );
  return {
    portalId,
    ids,
    made: ids.map(
      (each) => rows.find((row) => row.record_id === each)?.made ?? "",
    ),
  };
}

const mergeObjects = (
  { world }: SyncWorld,
  portalId: number,
  primary: string,
  merged: string,
): Promise<unknown> =>
  world.control("POST", `/portals/${portalId}/objects/contacts/merge`, {
    primaryObjectId: primary,
    objectIdToMerge: merged,
  });

test.each([
  { what: "together", order: [[0, 1]] },
  { what: "first the one that was merged away", order: [[0], [1]] },
  { what: "first the other one", order: [[1], [0]] },
])(
  "two contacts whose creations came, but were not settled, and that somebody in HubSpot merged then, are linked and merged: looked at $what",
  async ({ order }) => {
    const it = at();
    const { portalId, ids, made } = await twoCreated(it);
    const [merged = "", primary = ""] = made;
    await mergeObjects(it, portalId, primary, merged);
    for (const batch of order)
      await push(
        it,
        portalId,
        batch.map((index) => ids[index] ?? ""),
        noFence,
      );
    const [survivor] = await it.query(
      portalId,
      sql<{ id: string }>`select object_id as id from object_alias`,
    );
    // Merge sync is off: the record of the object that was merged away stays, unlinked.
    expect(
      await it.query(
        portalId,
        sql`select record_id, object_id, state from link order by state`,
      ),
    ).toEqual([
      { record_id: ids[1], object_id: survivor?.id, state: "live" },
      { record_id: ids[0], object_id: merged, state: "merged-away" },
    ]);
    expect(
      await it.query(
        portalId,
        sql`select 1 from attempt where settled_at is null`,
      ),
    ).toEqual([]);
    expect(
      await it.query(
        portalId,
        sql`select properties from record where id = ${ids[0]}`,
      ),
    ).toEqual([{ properties: { first_name: "Ada", city: "London" } }]);
  },
);

test("a contact whose creation came, but was not settled, and that somebody in HubSpot merged into another one then, is not created again", async () => {
  const it = at();
  const { portalId, ids, made } = await twoCreated(it);
  await push(it, portalId, [ids[1] ?? ""], noFence);
  await mergeObjects(it, portalId, made[1] ?? "", made[0] ?? "");
  await push(it, portalId, [ids[0] ?? ""], noFence);
  await push(it, portalId, [ids[0] ?? ""], noFence);
  expect(
    await it.query(
      portalId,
      sql`select record_id, state from link order by state`,
    ),
  ).toEqual([
    { record_id: ids[1], state: "live" },
    { record_id: ids[0], state: "merged-away" },
  ]);
  const shown = await it.world.control(
    "GET",
    `/portals/${portalId}/objects/contacts`,
  );
  const objects = shown["results"] as { mergedInto: string | null }[];
  expect(objects.filter(({ mergedInto }) => mergedInto === null)).toHaveLength(
    1,
  );
});

test("a contact whose creation came, but was not settled, and that was deleted on both sides then, is closed by HubSpot's deletion", async () => {
  const it = at();
  const { portalId, id } = await unsent(it, "both@lost.example");
  await push(it, portalId, [id], lostAfterSending());
  const [attempt] = await it.query(
    portalId,
    sql<{ made: string }>`select answer ->> 'objectId' as made from attempt`,
  );
  const made = attempt?.made ?? "";
  await it.query(
    portalId,
    sql`update record set deleted_at = now() where id = ${id}`,
  );
  await it.world.control(
    "DELETE",
    `/portals/${portalId}/objects/contacts/${made}`,
  );
  await runPassHalving(it.engine, portalId, {
    objectType: "contact",
    objectIds: [made],
    deletedByEvent: new Set([made]),
    trigger: automatic("hubspot"),
    account: { source: "webhook", by: "", runId: null },
    priority: "bulk",
    fence: noFence,
    edges: { kind: "if-moved" },
  });
  expect(
    await it.query(
      portalId,
      sql`select settled_at is null as open from attempt`,
    ),
  ).toEqual([{ open: false }]);
  expect(
    await it.query(
      portalId,
      sql`select object_id, state <> 'live' as ended from link`,
    ),
  ).toEqual([{ object_id: made, ended: true }]);
  expect(
    await it.query(
      portalId,
      sql`select code, object_id from journal where record_id = ${id} order by id limit 1`,
    ),
  ).toEqual([{ code: "created_in_hubspot", object_id: made }]);
});

test("a company whose creation lost its response, and whose domain HubSpot has rewritten, is known by what was sent, and makes no second record", async () => {
  const it = at();
  const { portalId } = await unsent(it, "other@lost.example");
  await it.world.control("PATCH", `/portals/${portalId}`, {
    options: { rewrites: "more" },
  });
  const [company] = await it.query(
    portalId,
    sql<{ id: string }>`insert into record (portal_id, object_type, properties)
      values (${portalId}, 'company', '{"name": "Lost", "domain": "https://www.LOST.example/"}') returning id`,
  );
  const pass = (
    input: Pick<PassInput, "recordIds" | "objectIds" | "trigger">,
  ): Promise<unknown> =>
    runPassHalving(it.engine, portalId, {
      objectType: "company",
      account: { source: "webhook", by: "", runId: null },
      priority: "bulk",
      fence: noFence,
      edges: { kind: "if-moved" },
      ...input,
    });
  await it.world.withFaults(
    portalId,
    [{ path: "*/batch/create", dropAfterWrite: true, times: 1 }],
    () =>
      pass({
        recordIds: [company?.id ?? ""],
        trigger: automatic("workspace"),
      }).catch((error: unknown) => error),
  );
  const shown = await it.world.control(
    "GET",
    `/portals/${portalId}/objects/companies`,
  );
  const [object] = shown["results"] as {
    id: string;
    properties: Record<string, string>;
  }[];
  expect(object?.properties["domain"]).toBe("lost.example");
  // Nobody waits for it any more, and its record is gone: only what was sent tells whose it is.
  await it.query(
    portalId,
    sql`update attempt set claimed = false, claim_ends_at = now() where object_type = 'company'`,
  );
  await it.query(
    portalId,
    sql`update record set deleted_at = now() where id = ${company?.id}`,
  );
  await pass({
    objectIds: [object?.id ?? ""],
    trigger: automatic("hubspot"),
  });
  expect(
    await it.query(
      portalId,
      sql`select id from record where object_type = 'company'`,
    ),
  ).toEqual([{ id: company?.id }]);
});
