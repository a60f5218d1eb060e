import { sql } from "kysely";
import { expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import type { HubSpotObject } from "../../../server/hubspot/gateway.ts";
import { automatic } from "../../../server/sync/decide/triggers.ts";
import { runPassHalving } from "../../../server/sync/pass/pass-halving.ts";
import type { PassInput } from "../../../server/sync/pass/pass-input.ts";
import {
  wantedProperties,
  loadRules,
} from "../../../server/sync/pairs/rules.ts";
import { useSyncWorld } from "./sweep-world.ts";
import type { SyncWorld } from "./sweep-world.ts";

// A lane has a page that HubSpot had read before a merge, and another lane applies the merge while that page is written.

const at = useSyncWorld();

const pull = (
  { engine }: Pick<SyncWorld, "engine">,
  portalId: number,
  input: Pick<PassInput, "objects" | "objectIds"> & Partial<PassInput>,
): Promise<unknown> =>
  runPassHalving(engine, portalId, {
    objectType: "contact",
    trigger: automatic("hubspot"),
    account: { source: "webhook", by: "", runId: null },
    priority: "bulk",
    fence: noFence,
    edges: { kind: "if-moved" },
    ...input,
  });

/** Two contacts that only HubSpot has, as they were read before somebody merged them, and what they became. */
async function merged(it: SyncWorld): Promise<{
  portalId: number;
  page: HubSpotObject[];
  survivor: string;
}> {
  const portalId = await it.world.installed();
  await it.pullAll(portalId);
  const ids: string[] = [];
  // Without an email: nothing but the merge tells that they belong together.
  for (const name of ["primary", "other"]) {
    const { id } = await it.world.control(
      "POST",
      `/portals/${portalId}/objects/contacts`,
      { properties: { firstname: name } },
    );
    ids.push(String(id));
  }
  const rules = await it.engine.database.inPortal(portalId, (db) =>
    loadRules(db, portalId, "contact"),
  );
  const read = await it.engine.hubspot
    .portal(portalId)
    .read(
      "contact",
      ids,
      { properties: wantedProperties(rules, "contact") },
      { priority: "bulk" },
    );
  const [primaryObjectId = "", objectIdToMerge = ""] = ids;
  const { id } = await it.world.control(
    "POST",
    `/portals/${portalId}/objects/contacts/merge`,
    { primaryObjectId, objectIdToMerge },
  );
  return {
    portalId,
    page: [...read.values()].flatMap((object) => object ?? []),
    survivor: String(id),
  };
}

/** The other lane: it has applied the merge, and goes on when it is let. */
function applying(
  it: SyncWorld,
  portalId: number,
  survivor: string,
): { applied: Promise<void>; goOn: () => void; done: Promise<unknown> } {
  const applied = Promise.withResolvers<void>();
  const allowed = Promise.withResolvers<void>();
  let decided = 0;
  const engine: SyncWorld["engine"] = {
    ...it.engine,
    checkpoint: async (moment) => {
      if (moment !== "decided" || decided++ > 0) return;
      applied.resolve();
      await allowed.promise;
    },
  };
  return {
    applied: applied.promise,
    goOn: () => allowed.resolve(),
    done: pull({ engine }, portalId, { objectIds: [survivor] }),
  };
}

const live = (it: SyncWorld, portalId: number): Promise<readonly unknown[]> =>
  it.query(
    portalId,
    sql`select l.object_id as object, (select count(*)::int from record) as records from link l where state = 'live'`,
  );

test("links that were made while the merge was applied are moved, and the object that it left gets no record of its own", async () => {
  const it = at();
  const { portalId, page, survivor } = await merged(it);
  let other: ReturnType<typeof applying> | undefined;
  await pull(it, portalId, {
    objects: page,
    // The page is written, and not committed yet.
    fence: async () => {
      if (other !== undefined) return;
      other = applying(it, portalId, survivor);
      await other.applied;
    },
  });
  other?.goOn();
  await other?.done;
  expect(await live(it, portalId)).toEqual([{ object: survivor, records: 2 }]);
});

test("records of objects that were merged while they were written are not committed", async () => {
  const it = at();
  const { portalId, page, survivor } = await merged(it);
  // The page is written up to its links.
  const unlock = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const lock = it.engine.database.owner.transaction().execute(async (db) => {
    await sql`lock table link in share mode`.execute(db);
    locked.resolve();
    await unlock.promise;
  });
  await locked.promise;
  const pulled = pull(it, portalId, { objects: page });
  await expect
    .poll(
      async () => {
        const { rows } = await sql`
          select from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%insert into link%'`.execute(
          it.engine.database.owner,
        );
        return rows.length;
      },
      { timeout: 20_000 },
    )
    .toBe(1);
  const other = applying(it, portalId, survivor);
  await other.applied;
  unlock.resolve();
  await lock;
  await pulled;
  other.goOn();
  await other.done;
  expect(await live(it, portalId)).toEqual([{ object: survivor, records: 1 }]);
});
