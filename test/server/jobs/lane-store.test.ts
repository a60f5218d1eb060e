import { sql } from "kysely";
import { expect, test } from "vitest";
import { LeaseLost } from "../../../server/database/fence.ts";
import { workingStates } from "../../../server/jobs/lane.ts";
import {
  claimLanes,
  fenceOf,
  renewLeases,
  releaseLane,
} from "../../../server/jobs/lane-store.ts";
import type { Claim } from "../../../server/jobs/lane-store.ts";
import { makeLaneDue } from "../../../server/database/make-lane-due.ts";
import { useDatabase } from "../../database.ts";
import { addPortal, laneOf } from "./portal.ts";

const at = useDatabase();
const states = JSON.stringify(workingStates);
let lastPortal = 100;

async function newLane(): Promise<number> {
  const portalId = ++lastPortal;
  await addPortal(at.database, portalId);
  await at.database.inPortal(portalId, (db) =>
    makeLaneDue(db, "dirty", portalId),
  );
  return portalId;
}

async function claimOf(portalId: number): Promise<Claim | undefined> {
  const { claims } = await at.database.crossing((db) =>
    claimLanes(db, 100, states),
  );
  return claims.find((claim) => claim.portalId === portalId);
}

async function endLease(portalId: number): Promise<void> {
  await at.database.crossing((db) =>
    sql`update lane set next_at = now() - interval '1 second' where portal_id = ${portalId}`.execute(
      db,
    ),
  );
}

test("a claimed lane is nobody else's until its lease ends; then its next holder has a greater token", async () => {
  const portalId = await newLane();
  const first = await claimOf(portalId);
  expect(first).toMatchObject({ portalId, kind: "dirty", token: 1 });
  expect(await claimOf(portalId)).toBeUndefined();
  await endLease(portalId);
  expect(await claimOf(portalId)).toMatchObject({ token: 2 });
});

test("a worker that lost its lease commits nothing, and its lane is not given back by it", async () => {
  const portalId = await newLane();
  const slow = await claimOf(portalId);
  await endLease(portalId);
  const next = await claimOf(portalId);
  if (!slow || !next) throw new Error("both claims were due");

  const commitOf = (claim: Claim, code: string) =>
    at.database.inPortal(portalId, async (db) => {
      await db
        .insertInto("sync_verdict")
        .values({
          portal_id: portalId,
          record_id: crypto.randomUUID(),
          code,
          reason: "",
        })
        .execute();
      await fenceOf(claim)(db);
    });
  await expect(commitOf(slow, "slow")).rejects.toThrow(LeaseLost);
  await commitOf(next, "next");
  const verdicts = await at.database.inPortal(portalId, (db) =>
    db.selectFrom("sync_verdict").select("code").execute(),
  );
  expect(verdicts).toEqual([{ code: "next" }]);

  expect(await renewLeases(at.database, [slow, next])).toEqual([slow]);
  await releaseLane(at.database, slow, { is: "idle", next: 0 });
  expect(await laneOf(at.database, portalId, "dirty")).toMatchObject({
    leased: true,
    token: 2,
  });
});

test("between a fence and its commit nobody can take the lane, even when the lease has ended", async () => {
  const portalId = await newLane();
  const claim = await claimOf(portalId);
  if (!claim) throw new Error("the lane was due");
  await endLease(portalId);
  await at.database.inPortal(portalId, async (db) => {
    await fenceOf(claim)(db);
    expect(await claimOf(portalId)).toBeUndefined();
    // nor does a heartbeat wait for it, or count it as lost
    expect(await renewLeases(at.database, [claim])).toEqual([]);
  });
  // the fence started the lease anew
  expect(await claimOf(portalId)).toBeUndefined();
});

test("waking takes no notice of a lane that is worked or waits, and waits for no lock", async () => {
  const portalId = await newLane();
  const claim = await claimOf(portalId);
  if (!claim) throw new Error("the lane was due");
  const wake = () =>
    at.database.inPortal(portalId, (db) => makeLaneDue(db, "dirty", portalId));
  await wake();
  expect(await claimOf(portalId)).toBeUndefined();
  await at.database.inPortal(portalId, async (db) => {
    await fenceOf(claim)(db);
    await wake();
  });
  await releaseLane(at.database, claim, {
    is: "waiting",
    until: new Date(Date.now() + 60_000),
  });
  await wake();
  expect(await claimOf(portalId)).toBeUndefined();
  expect(await laneOf(at.database, portalId, "dirty")).toMatchObject({
    waits: true,
    failures: 0,
  });
});

test("an idle lane is due at once when woken", async () => {
  const portalId = await newLane();
  const claim = await claimOf(portalId);
  if (!claim) throw new Error("the lane was due");
  await releaseLane(at.database, claim, { is: "idle", next: null });
  expect(await claimOf(portalId)).toBeUndefined();
  await at.database.inPortal(portalId, (db) =>
    makeLaneDue(db, "dirty", portalId),
  );
  expect(await claimOf(portalId)).toMatchObject({ token: 2 });
});

test("the lane that has waited longest comes first", async () => {
  const portals = [await newLane(), await newLane(), await newLane()];
  const ages = [5, 20, 10];
  for (const [index, portalId] of portals.entries()) {
    await at.database.crossing((db) =>
      sql`update lane set next_at = now() - make_interval(secs => ${ages[index] ?? 0}) where portal_id = ${portalId}`.execute(
        db,
      ),
    );
  }
  const { claims: order } = await at.database.crossing((db) =>
    claimLanes(db, 2, states),
  );
  expect(
    order.map((claim) => claim.portalId).toSorted((a, b) => a - b),
  ).toEqual([portals[1], portals[2]]);
});
