import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { attention } from "./steps/attention.ts";
import { card } from "./card.ts";
import type { CardView } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { defaultSettings } from "../../server/settings/schema.ts";
import { asOwner, inSql } from "./steps/database.ts";
import {
  dealIn,
  makeDealIn,
  parentsIn,
  switchOff,
  switchOn,
} from "./steps/deals.ts";
import { dueNow, sweepSoon } from "./steps/housekeeping.ts";
import { journal } from "./steps/journal.ts";
import { changeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import {
  addPipeline,
  effectsOf,
  inPipelines,
  pipeline,
  pipelines,
  select,
} from "./steps/pipelines.ts";
import {
  change,
  createLinked,
  findRecordOf,
  make,
  record,
  recordOf,
  records,
  unDelete,
} from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { ended, start, sync } from "./steps/runs.ts";
import type { RunDocument } from "./steps/runs.ts";
import { useWorld } from "./world.ts";
import { newestSettings } from "./steps/try-settings.ts";
import type { Json } from "./world.ts";

describe.each(profiles)("pipelines, as HubSpot is %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  let renewals: Awaited<ReturnType<typeof addPipeline>>;

  beforeAll(async () => {
    await switchOn(at.world, { deletionSync: true });
    renewals = await addPipeline(at.world, "Renewals");
  });
  // Each test begins with all pipelines selected, deletion sync on, and new records for what comes back.
  beforeEach(async () => {
    await switchOn(at.world, { deletionSync: true });
    await calm(at.world);
  });

  /** A deal that HubSpot made in the second pipeline, pulled. */
  async function renewal(dealname: string, more: Json = {}) {
    const objectId = await makeDealIn(at.world, {
      dealname,
      pipeline: renewals.id,
      dealstage: renewals.stages[0],
      ...more,
    });
    await calm(at.world);
    return { ...(await recordOf(at.world, "deals", objectId)), objectId };
  }

  /** No deal is in HubSpot's archive. */
  const nothingArchived = async () =>
    expect(await at.world.truth("deals", true)).toEqual([]);

  test("AP-040 every pipeline of HubSpot is listed with its deals, its stages, and whether it's selected", async () => {
    const { world } = at;
    await renewal("Counted");
    await makeDealIn(world, { dealname: "Elsewhere" });
    await calm(world);
    const listed = await pipelines(world);
    expect(listed.map(({ id }) => id)).toEqual(["default", renewals.id]);
    expect(listed[1]).toMatchObject({
      label: "Renewals",
      selected: true,
      gone: false,
      state: "active",
      progress: null,
    });
    const there = await world.truth("deals");
    for (const { id, dealCount } of listed)
      expect(dealCount).toBe(
        there.filter(({ properties }) => properties["pipeline"] === id).length,
      );
    expect(listed[0]?.stages[5]).toEqual({
      id: "closedwon",
      label: "Closed Won",
      displayOrder: 5,
      probability: 1,
      closed: true,
      won: true,
      lost: false,
    });
    expect(
      await inSql(
        world,
        "select id, selected from workspace.pipelines order by display_order",
      ),
    ).toEqual([
      { id: "default", selected: true },
      { id: renewals.id, selected: true },
    ]);
    expect(
      await world.api("PATCH", "/pipelines/deals/none", { selected: false }),
    ).toMatchObject({ status: 404, body: { code: "pipeline_not_found" } });
    expect(
      await world.api("PATCH", `/pipelines/deals/${renewals.id}`, {
        selected: false,
        version: 1,
      }),
    ).toMatchObject({ status: 409, body: { code: "stale_version" } });
    expect(
      await world.api("PATCH", `/pipelines/deals/${renewals.id}`, {
        selected: "no",
      }),
    ).toMatchObject({ status: 400 });
  });

  test("AP-041 AP-043 a pipeline that is unselected leaves with its deals, and HubSpot's are untouched although deletion sync is on", async () => {
    const { world } = at;
    const one = await renewal("Leaves");
    const kept = await makeDealIn(world, { dealname: "Stays" });
    await calm(world);
    await choose(world, {
      automatic: { pull: true, push: false },
      deal: { enabled: true, deletionSync: true },
    });
    await change(world, "deals", one.id, { amount: 7 });
    const here = (await records(world, "deals")).filter(
      ({ properties }) => properties["pipeline"] === renewals.id,
    );
    expect(await effectsOf(world, renewals.id, false)).toEqual({
      pipeline_removed: here.length,
      pipeline_unpushed: 1,
    });
    await choose(world, { deal: { enabled: true, deletionSync: true } });
    await calm(world);
    const unselected = await select(world, renewals.id, false);
    expect(unselected).toMatchObject({ selected: false, state: "removing" });
    const { body: saved } = await world.api<{
      results: { changes: { path: string; sentence: string }[] }[];
    }>("GET", "/settings/versions?limit=1");
    expect(saved.results[0]?.changes).toMatchObject([
      {
        path: "deal.pipelines",
        after: ["default"],
        sentence: "Deals: only these pipelines sync: Sales Pipeline.",
      },
    ]);
    await calm(world);
    expect(await pipeline(world, renewals.id)).toMatchObject({
      selected: false,
      state: "off",
      progress: null,
    });
    expect(
      (await records(world, "deals")).filter(
        ({ properties }) => properties["pipeline"] === renewals.id,
      ),
    ).toEqual([]);
    expect(
      await inSql(world, "select id from workspace.deals where pipeline = $1", [
        renewals.id,
      ]),
    ).toEqual([]);
    expect((await record(world, "deals", one.id)).deletedAt).not.toBeNull();
    expect(await recordOf(world, "deals", kept)).toBeDefined();
    expect((await journal(world, { recordId: one.id }))[0]).toMatchObject({
      action: "deleted",
      code: "pipeline_removed",
    });
    expect(
      await inSql(
        world,
        "select selected from workspace.pipelines where id = $1",
        [renewals.id],
      ),
    ).toEqual([{ selected: false }]);

    // Later edits, sweeps, pulls, and clicks bring nothing back and delete nothing.
    await changeObject(world, "deals", one.objectId, { amount: "8" });
    await calm(world);
    expect(await findRecordOf(world, "deals", one.objectId)).toBeUndefined();
    await sync(world, "pull", "deals", { all: true });
    await sync(world, "pull", "deals", { hubspotIds: [one.objectId] });
    await sync(world, "push", "deals", { all: true });
    await calm(world);
    expect(await findRecordOf(world, "deals", one.objectId)).toBeUndefined();
    const view = await card<CardView>(world, "GET", "/card", {
      objectTypeId: "0-3",
      objectId: one.objectId,
    });
    expect(view).toMatchObject({
      status: "not_synced",
      code: "pipeline_not_selected",
      reason: "This deal's pipeline isn't selected in the sync settings.",
      pull: { allowed: false, code: "pipeline_not_selected" },
    });
    expect(await dealIn(world, one.objectId)).toMatchObject({
      archived: false,
      properties: { amount: "8", dealname: "Leaves" },
    });
    await nothingArchived();
    expect(await attention(world)).toEqual([]);
  });

  test("AP-041 what isn't pushed yet goes to HubSpot before its record leaves: values, and associations", async () => {
    const { world } = at;
    const [firm] = await createLinked(world, "companies", [
      { name: "Late", domain: `late.${profile}.pipelines.example` },
    ]);
    const values = await renewal("Values");
    const edges = await renewal("Edges");
    // All of it waits while sync is paused.
    await world.api("POST", "/installation/hold");
    await change(world, "deals", values.id, { amount: "12.34" });
    await world.api("PATCH", `/deals/${edges.id}`, { companyId: firm?.id });
    expect(await effectsOf(world, renewals.id, false)).toMatchObject({
      pipeline_unpushed: 2,
    });
    await select(world, renewals.id, false);
    await world.api("POST", "/installation/start");
    await calm(world);
    expect((await record(world, "deals", values.id)).deletedAt).not.toBeNull();
    expect((await record(world, "deals", edges.id)).deletedAt).not.toBeNull();
    expect(await dealIn(world, values.objectId)).toMatchObject({
      archived: false,
      properties: { amount: "12.34" },
    });
    expect(await parentsIn(world, edges.objectId)).toEqual([
      `companies ${firm?.objectId}*`,
    ]);
    await nothingArchived();
  });

  test("AP-041 what can't be pushed is named, and stays in the archive", async () => {
    const { world } = at;
    const one = await renewal("Named");
    await choose(world, {
      automatic: { pull: true, push: false },
      deal: { enabled: true, deletionSync: true },
    });
    await change(world, "deals", one.id, { amount: 99 });
    await select(world, renewals.id, false);
    await calm(world);
    const left = await record(world, "deals", one.id);
    expect(left.deletedAt).not.toBeNull();
    expect(left.properties["amount"]).toBe(99);
    const [line] = await journal(world, { recordId: one.id });
    expect(line).toMatchObject({
      code: "pipeline_removed",
      reason:
        "This deal's pipeline isn't selected, so it was removed from the workspace. HubSpot keeps it. These changes weren't pushed: Amount.",
    });
    await nothingArchived();
  });

  test("AP-041 a deal that is too large to sync leaves with its pipeline all the same, once HubSpot has its parents", async () => {
    const { world } = at;
    const one = await renewal("Too large");
    const [firm] = await createLinked(world, "companies", [
      { name: "Large", domain: `large.${profile}.pipelines.example` },
    ]);
    await asOwner(world, async (owner) => {
      await owner.query("set session_replication_role = replica");
      await owner.query(
        "update record set properties = properties || jsonb_build_object('notes', repeat('x', 3000000)), bytes = 3000050 where id = $1",
        [one.id],
      );
    });
    await changeObject(world, "deals", one.objectId, { amount: "3" });
    await calm(world);
    expect((await record(world, "deals", one.id)).sync).toMatchObject({
      code: "record_too_large",
    });
    await world.api("POST", "/installation/hold");
    await inSql(
      world,
      "update workspace.deals set company_id = $1 where id = $2",
      [firm?.id, one.id],
    );
    await select(world, renewals.id, false);
    await world.api("POST", "/installation/start");
    await calm(world);
    expect((await record(world, "deals", one.id)).deletedAt).not.toBeNull();
    expect(await pipeline(world, renewals.id)).toMatchObject({ state: "off" });
    expect((await journal(world, { recordId: one.id }))[0]).toMatchObject({
      code: "pipeline_removed",
      reason:
        "This deal's pipeline isn't selected, so it was removed from the workspace. HubSpot keeps it. It's too large, so changes of its values weren't pushed.",
    });
    // Its values weren't taken for blank.
    expect(await dealIn(world, one.objectId)).toMatchObject({
      archived: false,
      properties: { dealname: "Too large", amount: "3" },
    });
    expect(await parentsIn(world, one.objectId)).toEqual([
      `companies ${firm?.objectId}*`,
    ]);
    expect(await attention(world, one.id)).toEqual([]);
    await nothingArchived();
  });

  test("AP-042 a pipeline that is selected again brings new records with new ids", async () => {
    const { world } = at;
    const [firm] = await createLinked(world, "companies", [
      { name: "Again", domain: `again.${profile}.pipelines.example` },
    ]);
    const made = await make(
      world,
      "deals",
      {
        name: "Made here",
        pipeline: renewals.id,
        stage: renewals.stages[1],
        note: "only here",
      },
      firm?.id,
    );
    await calm(world);
    const { hubspotId } = await record(world, "deals", made.id);
    await select(world, renewals.id, false);
    await calm(world);
    expect(await effectsOf(world, renewals.id, true)).toMatchObject({});
    const selected = await select(world, renewals.id, true);
    expect(selected).toMatchObject({ selected: true, state: "adding" });
    await calm(world);
    expect(await pipeline(world, renewals.id)).toMatchObject({
      state: "active",
      progress: null,
    });
    const again = await recordOf(world, "deals", hubspotId ?? "");
    expect(again.id).not.toBe(made.id);
    expect(again).toMatchObject({
      properties: { name: "Made here", stage: renewals.stages[1] },
      companyId: firm?.id,
      sync: { status: "in_sync" },
    });
    expect(again.properties["note"]).toBeUndefined();
    expect((await record(world, "deals", made.id)).deletedAt).not.toBeNull();

    // The object's key still names the earlier record: it stays with the new one, and both ways still work.
    await change(world, "deals", again.id, { amount: 5 });
    await calm(world);
    expect(await dealIn(world, hubspotId)).toMatchObject({
      properties: { amount: "5" },
    });
    await unDelete(world, made.id);
    await calm(world);
    expect(await record(world, "deals", made.id)).toMatchObject({
      hubspotId: null,
      sync: { status: "not_synced", code: "link_ended" },
    });
    expect(await recordOf(world, "deals", hubspotId ?? "")).toMatchObject({
      id: again.id,
    });
    expect(
      (await world.truth("deals")).filter(
        ({ properties }) => properties["dealname"] === "Made here",
      ),
    ).toHaveLength(1);
    await world.api("DELETE", `/deals/${made.id}`);
    await calm(world);
    await nothingArchived();
    // Twice over, too.
    await select(world, renewals.id, false);
    await calm(world);
    await select(world, renewals.id, true);
    await calm(world);
    const third = await recordOf(world, "deals", hubspotId ?? "");
    expect([made.id, again.id]).not.toContain(third.id);
    await nothingArchived();
  });

  test("AP-042 with restore, the same records come back with what only the workspace had, and with what it couldn't push", async () => {
    const { world } = at;
    const wish = {
      deletionSync: true,
      enabled: true,
      onReselect: "restore",
    } as const;
    await choose(world, { deal: wish });
    const one = await renewal("Restored");
    await change(world, "deals", one.id, { note: "only here" });
    await calm(world);
    await choose(world, {
      automatic: { pull: true, push: false },
      deal: wish,
    });
    await change(world, "deals", one.id, { currency: "EUR" });
    await select(world, renewals.id, false);
    await calm(world);
    await changeObject(world, "deals", one.objectId, { amount: "3" });
    await choose(world, { deal: { ...wish, pipelines: ["default"] } });
    await calm(world);
    await select(world, renewals.id, true);
    await calm(world);
    expect(await record(world, "deals", one.id)).toMatchObject({
      deletedAt: null,
      hubspotId: one.objectId,
      properties: { note: "only here", amount: 3, currency: "EUR" },
      sync: { status: "in_sync" },
    });
    expect(await dealIn(world, one.objectId)).toMatchObject({
      properties: { deal_currency_code: "EUR", amount: "3" },
    });
    await nothingArchived();
  });

  test("AP-040 a deal that HubSpot moves out disappears, and one that it moves in appears", async () => {
    const { world } = at;
    await choose(world, {
      deal: { enabled: true, deletionSync: true, pipelines: ["default"] },
    });
    await calm(world);
    const objectId = await makeDealIn(world, {
      dealname: "Moves",
      pipeline: renewals.id,
      dealstage: renewals.stages[0],
    });
    await calm(world);
    expect(await findRecordOf(world, "deals", objectId)).toBeUndefined();
    await changeObject(world, "deals", objectId, {
      pipeline: "default",
      dealstage: "contractsent",
    });
    await calm(world);
    const inside = await recordOf(world, "deals", objectId);
    expect(inside.properties).toMatchObject({
      pipeline: "default",
      stage: "contractsent",
    });
    await changeObject(world, "deals", objectId, {
      pipeline: renewals.id,
      dealstage: renewals.stages[1],
    });
    await calm(world);
    expect((await record(world, "deals", inside.id)).deletedAt).not.toBeNull();
    expect(await findRecordOf(world, "deals", objectId)).toBeUndefined();
    await nothingArchived();
  });

  test("AP-040 a deal that the workspace moves out is pushed first, pipeline and stage as one, and then disappears", async () => {
    const { world } = at;
    const objectId = await makeDealIn(world, { dealname: "Moved here" });
    await choose(world, {
      deal: { enabled: true, deletionSync: true, pipelines: ["default"] },
    });
    await calm(world);
    const { id } = await recordOf(world, "deals", objectId);
    // Not even HubSpot's event of our own write tells of it.
    await world.control("PUT", "/sandbox/faults", { webhooks: { lose: 1 } });
    await change(world, "deals", id, {
      pipeline: renewals.id,
      stage: renewals.stages[1],
      name: "Moved there",
    });
    await calm(world);
    expect(await dealIn(world, objectId)).toMatchObject({
      archived: false,
      properties: {
        pipeline: renewals.id,
        dealstage: renewals.stages[1],
        dealname: "Moved there",
      },
    });
    expect((await record(world, "deals", id)).deletedAt).not.toBeNull();
    await world.control("DELETE", "/sandbox/faults");
    // The product takes that back: it stays alone, until it's moved to a pipeline that is selected.
    await unDelete(world, id);
    await calm(world);
    expect(await record(world, "deals", id)).toMatchObject({
      deletedAt: null,
      hubspotId: null,
      sync: { status: "not_synced", code: "pipeline_not_selected" },
    });
    await change(world, "deals", id, {
      pipeline: "default",
      stage: "contractsent",
    });
    await calm(world);
    expect(await record(world, "deals", id)).toMatchObject({
      hubspotId: objectId,
      sync: { status: "in_sync" },
    });
    expect(await dealIn(world, objectId)).toMatchObject({
      properties: { pipeline: "default", dealstage: "contractsent" },
    });
    await nothingArchived();
  });

  test("AP-040 a workspace deal in a pipeline that isn't selected isn't created in HubSpot, and says why", async () => {
    const { world } = at;
    await choose(world, {
      deal: { enabled: true, deletionSync: true, pipelines: ["default"] },
    });
    const { id } = await make(world, "deals", {
      name: "Not there",
      pipeline: renewals.id,
      stage: renewals.stages[0],
    });
    await calm(world);
    const said = {
      status: "not_synced",
      code: "pipeline_not_selected",
      reason: "This deal's pipeline isn't selected in the sync settings.",
    };
    expect(await record(world, "deals", id)).toMatchObject({ sync: said });
    const run = await ended(
      world,
      await start(world, "push", "deals", { ids: [id] }),
    );
    expect(run.counts).toMatchObject({ skipped: 1, created: 0 });
    expect(
      (await world.truth("deals")).map(
        ({ properties }) => properties["dealname"],
      ),
    ).not.toContain("Not there");
    await switchOn(world, { deletionSync: true });
    await change(world, "deals", id, { amount: 1 });
    await calm(world);
    expect(await record(world, "deals", id)).toMatchObject({
      sync: { status: "in_sync" },
    });
  });

  test("AP-041 a deal that the workspace deletes while its pipeline leaves stays in HubSpot", async () => {
    const { world } = at;
    const one = await renewal("Deleted too late");
    await choose(world, {
      automatic: { pull: true, push: false },
      deal: { enabled: true, deletionSync: true },
    });
    await world.api("DELETE", `/deals/${one.id}`);
    await calm(world);
    await choose(world, {
      deal: { enabled: true, deletionSync: true, pipelines: ["default"] },
    });
    await calm(world);
    expect(await dealIn(world, one.objectId)).toMatchObject({
      archived: false,
    });
    await nothingArchived();
  });

  test("AP-043 a removal that failed is started again, and the daily check removes what is left", async () => {
    const { world } = at;
    const one = await renewal("Left behind");
    // As if the run that a save starts had failed at once.
    const fail = async (): Promise<void> => {
      await asOwner(world, (owner) =>
        owner.query(
          `insert into settings (portal_id, version, document, changed_by)
            select portal_id, version + 1, jsonb_set(document, '{deal,pipelines}', '["default"]'), 'test'
            from settings order by version desc limit 1`,
        ),
      );
      await calm(world);
    };
    await fail();
    expect((await record(world, "deals", one.id)).deletedAt).toBeNull();
    await asOwner(world, async (owner) => {
      await owner.query(
        "update installation set definitions_read_at = now() - interval '2 hours'",
      );
    });
    await dueNow(world, "upkeep");
    await world.until(
      async () => (await record(world, "deals", one.id)).deletedAt !== null,
      "it has left",
    );
    await switchOn(world, { deletionSync: true });
    await calm(world);

    const two = await recordOf(world, "deals", one.objectId);
    await fail();
    expect((await record(world, "deals", two.id)).deletedAt).toBeNull();
    await sweepSoon(world);
    await world.until(
      async () => (await record(world, "deals", two.id)).deletedAt !== null,
      "it has left",
    );
    await nothingArchived();
  });

  test("AP-038 AP-041 unselected while deals are off, it leaves once they're on again", async () => {
    const { world } = at;
    const one = await renewal("Asleep");
    await switchOff(world);
    expect(await effectsOf(world, renewals.id, false)).toEqual({});
    await select(world, renewals.id, false);
    await calm(world);
    expect((await record(world, "deals", one.id)).deletedAt).toBeNull();
    expect(await pipeline(world, renewals.id)).toMatchObject({ state: "off" });
    await switchOn(world, { deletionSync: true, pipelines: ["default"] });
    await calm(world);
    expect((await record(world, "deals", one.id)).deletedAt).not.toBeNull();
    expect(await dealIn(world, one.objectId)).toMatchObject({
      archived: false,
    });
    await nothingArchived();
  });

  test("AP-042 a check says so if HubSpot hasn't counted a pipeline that is selected again", async () => {
    const { world } = at;
    await switchOn(world, { pipelines: ["default"] });
    await calm(world);
    await asOwner(world, (owner) =>
      owner.query("delete from hubspot_definition where kind = 'count'"),
    );
    const check = () =>
      world.api<{ effects: unknown[] }>(
        "POST",
        `/pipelines/deals/${renewals.id}/check`,
        { selected: true },
      );
    await world.control("PUT", "/sandbox/faults", {
      path: "/search",
      status: 503,
    });
    const uncounted = await check();
    await world.control("DELETE", "/sandbox/faults");
    expect(uncounted.body.effects).toEqual([
      {
        code: "pipeline_added",
        objectType: "deal",
        sentence:
          "The deals in a pipeline that is now selected will be pulled. HubSpot hasn't counted them yet.",
        count: 0,
        atLeast: true,
        atMost: false,
      },
    ]);
    const there = (await world.truth("deals")).filter(
      ({ properties }) => properties["pipeline"] === renewals.id,
    );
    expect((await check()).body.effects).toEqual([
      expect.objectContaining({
        code: "pipeline_added",
        count: there.length,
        atLeast: false,
      }),
    ]);
    await switchOn(world);
    await calm(world);
  });

  test("AP-041 AP-043 a pipeline that no mapping brings leaves all the same, and its deals are counted", async () => {
    const { world } = at;
    const mappings = defaultSettings.deal.mappings.filter(
      ({ field }) => field !== "pipeline" && field !== "stage",
    );
    await switchOn(world, { deletionSync: true, mappings });
    const there = await renewal("Unmapped there");
    const stays = await makeDealIn(world, { dealname: "Unmapped here" });
    await calm(world);
    const kept = await recordOf(world, "deals", stays);
    await asOwner(world, (owner) =>
      owner.query(
        "update link set base = base - 'pipeline' - 'stage' where object_type = 'deal'",
      ),
    );
    const leaving = (await world.truth("deals")).filter(
      ({ properties }) => properties["pipeline"] === renewals.id,
    );
    await asOwner(world, (owner) =>
      owner.query("delete from hubspot_definition where kind = 'count'"),
    );
    // HubSpot can't count: every deal whose pipeline isn't known may leave.
    await world.control("PUT", "/sandbox/faults", {
      path: "/search",
      status: 503,
    });
    const unsure = await world.api<{ effects: unknown[] }>(
      "POST",
      `/pipelines/deals/${renewals.id}/check`,
      { selected: false },
    );
    await world.control("DELETE", "/sandbox/faults");
    const known = (await records(world, "deals")).filter(
      ({ hubspotId }) => hubspotId !== null,
    );
    expect(unsure.body.effects).toEqual([
      {
        code: "pipeline_removed",
        objectType: "deal",
        sentence: `At most ${known.length} deals in a pipeline that is no longer selected will be removed from the workspace. HubSpot keeps them.`,
        count: known.length,
        atLeast: false,
        atMost: true,
      },
    ]);
    // Nobody has listed the pipelines: the check asks HubSpot by itself. One has a change that HubSpot lacks.
    await world.api("POST", "/installation/hold");
    await change(world, "deals", there.id, { amount: 7 });
    expect(await effectsOf(world, renewals.id, false)).toEqual({
      pipeline_removed: leaving.length,
      pipeline_unpushed: 1,
    });
    const { settings } = await newestSettings(world);
    const whole = await world.api<{ effects: { code: string }[] }>(
      "POST",
      "/settings/check",
      {
        settings: {
          ...settings,
          deal: { ...settings.deal, pipelines: ["default"] },
        },
      },
    );
    expect(whole.body.effects).toContainEqual(
      expect.objectContaining({
        code: "pipeline_removed",
        count: leaving.length,
        atLeast: false,
      }),
    );
    await world.api("POST", "/installation/start");
    await calm(world);
    // Only HubSpot knows which of them leave: each is looked at.
    const before = await records(world, "deals");
    const linked = before.filter(({ hubspotId }) => hubspotId !== null);
    const removed = linked.filter(({ hubspotId }) =>
      leaving.some(({ id }) => id === hubspotId),
    );
    await select(world, renewals.id, false);
    await calm(world);
    expect((await record(world, "deals", there.id)).deletedAt).not.toBeNull();
    expect((await record(world, "deals", kept.id)).deletedAt).toBeNull();
    expect(await records(world, "deals")).toHaveLength(
      before.length - removed.length,
    );
    const { body } = await world.api<{
      results: (RunDocument & { source: string })[];
    }>("GET", "/runs?limit=50");
    const run = body.results.find(({ source }) => source === "pipelines");
    expect(run?.expected).toBe(linked.length);
    expect(run?.counts.requested).toBe(linked.length);
    await nothingArchived();
  });

  test("AP-040 a roll-back and a save under an old version name pipelines in words", async () => {
    const { world } = at;
    const { version, settings } = await newestSettings(world);
    await select(world, "default", false);
    const one = "Deals: only these pipelines sync: Renewals.";
    const stale = await world.api<{
      theirs: { path: string; sentence: string }[];
    }>("PUT", "/settings", { version, settings });
    expect(stale).toMatchObject({
      status: 409,
      body: { theirs: [{ path: "deal.pipelines", sentence: one }] },
    });
    const { version: narrow } = await newestSettings(world);
    await select(world, "default", true);
    const wide = await newestSettings(world);
    const back = await world.api("POST", "/settings/roll-back", {
      version: wide.version,
      to: narrow,
    });
    expect(back).toMatchObject({
      status: 200,
      body: { changes: [{ path: "deal.pipelines", sentence: one }] },
    });
  });

  test("AP-040 a selected pipeline that HubSpot deletes is drift with the number of its deals, and a new one is followed", async () => {
    const { world } = at;
    const brief = await addPipeline(world, "Brief");
    await choose(world, {
      deal: { enabled: true, pipelines: ["default", brief.id] },
    });
    await inPipelines(world, "PATCH", `/${brief.id}`, { label: "Briefer" });
    expect(await pipeline(world, brief.id)).toMatchObject({
      label: "Briefer",
      selected: true,
    });
    expect(await pipeline(world, renewals.id)).toMatchObject({
      selected: false,
    });
    await inPipelines(world, "DELETE", `/${brief.id}`);
    await calm(world);
    expect(await attention(world)).toMatchObject([
      {
        code: "pipeline_missing",
        cause: `HubSpot no longer has the selected pipeline ${brief.id}. No deal is concerned yet.`,
      },
    ]);
    expect(await pipeline(world, brief.id)).toMatchObject({
      gone: true,
      selected: true,
      stages: [],
    });
    await select(world, brief.id, false);
    await calm(world);
    expect(await attention(world)).toEqual([]);
    // Of all pipelines, also those that HubSpot gets later.
    await switchOn(world);
    const later = await addPipeline(world, "Later");
    expect(await pipeline(world, later.id)).toMatchObject({ selected: true });
    await inPipelines(world, "DELETE", `/${later.id}`);
  });
});
