import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { card } from "./card.ts";
import type { CardView } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { asOwner, inSql } from "./steps/database.ts";
import {
  dealIn,
  makeDealIn,
  parentsHere,
  parentsIn,
  switchOn,
} from "./steps/deals.ts";
import { addPipeline, mapping } from "./steps/hubspot-pipelines.ts";
import { changeObject, makeObject, merge } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import {
  change,
  findRecordOf,
  make,
  objectOf,
  record,
  recordOf,
} from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import { upkeepTurn } from "./steps/housekeeping.ts";
import { withhold } from "./steps/scopes.ts";
import type { Json, World } from "./world.ts";
import { useWorld } from "./world.ts";

const at = useWorld({ portal: { searchLagMs: 0 } });

type OfDeals = Settings["deal"];
type Conditions = OfDeals["push"]["conditions"];

const none: Conditions = {
  stages: null,
  emailStatuses: null,
  customField: null,
  owners: null,
  wonOnly: false,
};

/** Companies and contacts go through no pipelines. */
const { wonOnly: _wonOnly, ...ofParents } = none;

const conditions = (some: Partial<Conditions>): Partial<OfDeals> => ({
  push: { enabled: true, conditions: { ...none, ...some } },
  pull: { conditions: { ...none, ...some }, visible: true },
});

const place = { pipeline: "default", stage: "qualifiedtobuy" };

/** Why a deal of HubSpot's isn't in the workspace, as its card says it. */
async function cardOf(
  objectId: string,
): Promise<{ code: string; reason: string }> {
  const view = await card<{ code: string; reason: string }>(
    at.world,
    "GET",
    "/card",
    {
      objectTypeId: "0-3",
      objectId,
    },
  );
  return { code: view.code, reason: view.reason };
}

/** Why a deal of the workspace's isn't in HubSpot. */
const syncOf = async (id: string) => {
  const { hubspotId, sync: now } = await record(at.world, "deals", id);
  return { hubspotId, code: now.code, reason: now.reason };
};

describe("conditions for new deals, each with its own reason", () => {
  test("BN-111 only won deals sync, either way, and a deal that isn't won syncs once it is", async () => {
    const { world } = at;
    await switchOn(world, conditions({ wonOnly: true }));
    const theirs = await makeDealIn(world, { dealname: "Not won there" });
    const ours = await make(world, "deals", { name: "Not won", ...place });
    const lost = await make(world, "deals", {
      name: "Lost",
      ...place,
      stage: "closedlost",
    });
    await calm(world);
    const reason =
      "Excluded because its stage isn't won. Only deals that are won sync.";
    for (const { id } of [ours, lost])
      expect(await syncOf(id)).toEqual({
        hubspotId: null,
        code: "not_won",
        reason,
      });
    expect(await findRecordOf(world, "deals", theirs)).toBeUndefined();
    expect(await cardOf(theirs)).toEqual({ code: "not_in_scope", reason });

    await change(world, "deals", ours.id, { stage: "closedwon" });
    await changeObject(world, "deals", theirs, { dealstage: "closedwon" });
    await calm(world);
    await objectOf(world, "deals", ours.id);
    const pulled = await recordOf(world, "deals", theirs);
    await world.api("DELETE", `/deals/${lost.id}`);
    // What is linked is kept in step whatever the rule says.
    await changeObject(world, "deals", theirs, { dealstage: "closedlost" });
    await calm(world);
    expect(await record(world, "deals", pulled.id)).toMatchObject({
      properties: { stage: "closedlost" },
      sync: { status: "in_sync" },
    });
  });

  test("BN-111 only deals of some owners sync, either way", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    await switchOn(world, conditions({ owners: [first.email.toUpperCase()] }));
    const theirs = await makeDealIn(world, {
      dealname: "Owned there",
      hubspot_owner_id: second.id,
    });
    const ours = await make(world, "deals", { name: "Owned", ...place });
    await calm(world);
    const reason = `Excluded by owner. Owners whose deals sync: ${first.email}.`;
    expect(await syncOf(ours.id)).toEqual({
      hubspotId: null,
      code: "owner_excluded",
      reason,
    });
    expect(await cardOf(theirs)).toEqual({ code: "not_in_scope", reason });
    await change(world, "deals", ours.id, { owner_email: first.email });
    await changeObject(world, "deals", theirs, { hubspot_owner_id: first.id });
    await calm(world);
    await objectOf(world, "deals", ours.id);
    await recordOf(world, "deals", theirs);
  });

  test("BN-111 only deals in some stages, and with some value of a field of the portal's own, sync", async () => {
    const { world } = at;
    await switchOn(
      world,
      conditions({
        stages: ["contractsent"],
        customField: { field: "region", values: ["EMEA"] },
      }),
    );
    const { id } = await make(world, "deals", { name: "Both", ...place });
    await calm(world);
    expect(await syncOf(id)).toMatchObject({ code: "stage_excluded" });
    await change(world, "deals", id, { stage: "contractsent" });
    await calm(world);
    expect(await syncOf(id)).toMatchObject({ code: "custom_field_excluded" });
    await change(world, "deals", id, { region: "EMEA" });
    await calm(world);
    await objectOf(world, "deals", id);
  });

  test("BN-111 a push or pull by hand goes past the rules, and the journal says so", async () => {
    const { world } = at;
    await switchOn(world, conditions({ wonOnly: true }));
    const theirs = await makeDealIn(world, { dealname: "By hand there" });
    const { id } = await make(world, "deals", { name: "By hand", ...place });
    await calm(world);
    await sync(world, "push", "deals", { ids: [id] });
    await sync(world, "pull", "deals", { hubspotIds: [theirs] });
    await objectOf(world, "deals", id);
    await recordOf(world, "deals", theirs);
    const { body } = await world.api<{ results: { reason: string }[] }>(
      "GET",
      `/journal?objectType=deal&recordId=${id}`,
    );
    expect(body.results.map(({ reason }) => reason)).toContain(
      "Deal created in HubSpot (manual override of the conditions).",
    );
  });

  test("BN-111 how many deals a rule would exclude is said before it is saved", async () => {
    const { world } = at;
    await switchOn(world);
    await calm(world);
    const { body } = await world.api<{ version: number; settings: Settings }>(
      "GET",
      "/settings",
    );
    await switchOn(world, {}, { automatic: { pull: false, push: false } });
    await make(world, "deals", { name: "Counted", ...place });
    await make(world, "deals", {
      name: "Counted won",
      ...place,
      stage: "closedwon",
    });
    const checked = await world.api<{
      effects: { code: string; objectType: string; count: number }[];
    }>("POST", "/settings/check", {
      settings: {
        ...body.settings,
        deal: { ...body.settings.deal, ...conditions({ wonOnly: true }) },
      },
    });
    expect(checked, JSON.stringify(checked.body)).toMatchObject({
      status: 200,
    });
    const excluded = checked.body.effects.find(
      ({ code, objectType }) =>
        code === "newly_excluded" && objectType === "deal",
    );
    expect(excluded?.count).toBe(1);
    await switchOn(world);
    await calm(world);
  });
});

describe("companies and contacts of new deals", () => {
  test("BN-111 a new deal brings its company and its contacts along if HubSpot lacks them", async () => {
    const { world } = at;
    // Neither is pushed by itself.
    await switchOn(world, {}, {
      contact: { push: { enabled: false, conditions: ofParents } },
      company: { push: { enabled: false, conditions: ofParents } },
    } as unknown as Partial<Settings>);
    const company = await make(world, "companies", {
      name: "Brought",
      domain: "brought.rules.example",
    });
    const contact = await make(world, "contacts", {
      email: "brought@rules.example",
    });
    const alone = await make(world, "contacts", {
      email: "alone@rules.example",
    });
    await calm(world);
    for (const { id: waiting } of [contact, alone])
      expect((await record(world, "contacts", waiting)).sync.code).toBe(
        "push_off",
      );
    const [row] = await inSql<{ id: string }>(
      world,
      "insert into workspace.deals (name, pipeline, stage, company_id) values ('Brings', 'default', 'qualifiedtobuy', $1) returning id",
      [company.id],
    );
    const id = row?.id ?? "";
    await inSql(
      world,
      "insert into workspace.associations (from_type, from_id, to_type, to_id) values ('deal', $1, 'contact', $2)",
      [id, contact.id],
    );
    await calm(world);
    expect(await parentsIn(world, await objectOf(world, "deals", id))).toEqual(
      [
        `companies ${await objectOf(world, "companies", company.id)}*`,
        `contacts ${await objectOf(world, "contacts", contact.id)}`,
      ].sort(),
    );
    expect((await record(world, "contacts", alone.id)).hubspotId).toBeNull();
    await switchOn(world);
    await calm(world);
  });

  test("BN-111 a deal whose company isn't synced is left out if the portal requires a synced one, until it is", async () => {
    const { world } = at;
    await switchOn(world, { requireCompany: true, companyWithDeal: "never" }, {
      company: { push: { enabled: false, conditions: ofParents } },
    } as unknown as Partial<Settings>);
    const company = await make(world, "companies", {
      name: "Unsynced",
      domain: "unsynced.rules.example",
    });
    const { id } = await make(
      world,
      "deals",
      { name: "Waits for its company", ...place },
      company.id,
    );
    await calm(world);
    expect(await syncOf(id)).toEqual({
      hubspotId: null,
      code: "company_not_synced",
      reason:
        "This deal's company isn't synced; deals without a synced company are excluded.",
    });
    await switchOn(world, { requireCompany: true, companyWithDeal: "never" });
    await sync(world, "push", "companies", { ids: [company.id] });
    await calm(world);
    expect(await parentsIn(world, await objectOf(world, "deals", id))).toEqual([
      `companies ${await objectOf(world, "companies", company.id)}*`,
    ]);
    await switchOn(world);
  });
});

const customersOnly = {
  company: { pull: { conditions: { ...ofParents, stages: ["customer"] } } },
  contact: { pull: { conditions: { ...ofParents, stages: ["customer"] } } },
} as unknown as Partial<Settings>;

const pathOf = { company: "companies", contact: "contacts" } as const;
type ParentType = keyof typeof pathOf;

/** A HubSpot user creates a company or contact in a stage. */
const parentIn = (
  world: World,
  type: ParentType,
  name: string,
  lifecyclestage: string,
): Promise<string> =>
  makeObject(world, pathOf[type], {
    lifecyclestage,
    ...(type === "company"
      ? { name, domain: `${name}.theirs.example` }
      : { email: `${name}@theirs.example` }),
  });

const to = (type: ParentType, id: string, primary = true): Json => ({
  toType: pathOf[type],
  toId: id,
  primary: type === "company" && primary,
});

/** Deals must have a synced parent of this type. */
const rule = (type: ParentType): Partial<OfDeals> =>
  type === "company" ? { requireCompany: true } : { requireContact: true };

describe("companies and contacts of HubSpot's new deals", () => {
  const reasonFor = (type: ParentType) =>
    `This deal's ${type} isn't synced; deals without a synced ${type} are excluded.`;

  test.each(["company", "contact"] as const)(
    "BN-111 a deal of HubSpot's whose %s isn't synced is left out if the portal requires a synced one, until it is",
    async (type) => {
      const { world } = at;
      await switchOn(world, rule(type), customersOnly);
      const parent = await parentIn(world, type, `excluded-${type}`, "lead");
      const theirs = await makeDealIn(world, { dealname: "Theirs waits" }, [
        to(type, parent),
      ]);
      await calm(world);
      const left = {
        code: `${type}_not_synced`,
        reason: reasonFor(type),
      };
      const isLeftOut = async (): Promise<void> => {
        expect(await findRecordOf(world, "deals", theirs)).toBeUndefined();
        expect(await cardOf(theirs)).toEqual(left);
      };
      await isLeftOut();
      const run = await sync(world, "pull", "deals", { all: true });
      expect(await itemsOf(world, run.id)).toContainEqual(
        expect.objectContaining({
          hubspotId: theirs,
          outcome: "skipped",
          ...left,
        }),
      );
      await isLeftOut();

      // Nothing of the deal changes.
      await changeObject(world, pathOf[type], parent, {
        lifecyclestage: "customer",
      });
      await calm(world);
      const { id } = await recordOf(world, "deals", theirs);
      const synced = await recordOf(world, pathOf[type], parent);
      expect(await parentsHere(world, id)).toEqual([
        `${type} ${synced.id}${type === "company" ? "*" : ""}`,
      ]);
      await switchOn(world);
      await calm(world);
    },
  );

  test.each(["company", "contact"] as const)(
    "BN-111 a deal of HubSpot's brings its %s along, if the rules allow that one, and is pulled although a synced one is required",
    async (type) => {
      const { world } = at;
      await switchOn(
        world,
        {
          ...rule(type),
          companyWithDeal: "never",
          contactWithDeal: "never",
        },
        customersOnly,
      );
      // Only the deal's own webhook arrives.
      await world.control("PUT", "/sandbox/faults", {
        webhooks: { lose: true },
      });
      const parent = await parentIn(world, type, `along-${type}`, "customer");
      await world.control("DELETE", "/sandbox/faults");
      const theirs = await makeDealIn(world, { dealname: "Brings along" }, [
        to(type, parent),
      ]);
      await calm(world);
      await recordOf(world, "deals", theirs);
      await recordOf(world, pathOf[type], parent);
      await switchOn(world);
      await calm(world);
    },
  );

  test("BN-111 the primary company counts: another one that is synced doesn't bring a deal, a deal without company says so, and a pull by hand goes past the rule", async () => {
    const { world } = at;
    await switchOn(world, rule("company"), customersOnly);
    const main = await parentIn(world, "company", "main", "lead");
    const other = await parentIn(world, "company", "other", "customer");
    const theirs = await makeDealIn(world, { dealname: "Primary counts" }, [
      to("company", main),
      to("company", other, false),
    ]);
    const alone = await makeDealIn(world, { dealname: "Without company" });
    await calm(world);
    await recordOf(world, "companies", other);
    expect(await findRecordOf(world, "deals", theirs)).toBeUndefined();
    expect(await cardOf(theirs)).toEqual({
      code: "company_not_synced",
      reason: reasonFor("company"),
    });
    expect(await cardOf(alone)).toMatchObject({ code: "no_company" });
    await sync(world, "pull", "deals", { hubspotIds: [theirs] });
    await recordOf(world, "deals", theirs);
    await switchOn(world);
    await calm(world);
  });

  test("BN-111 the card says that a deal is left out where a pull leaves it out: its company was deleted here and isn't pulled again", async () => {
    const { world } = at;
    await switchOn(world, rule("company"));
    const company = await parentIn(world, "company", "ended", "customer");
    await calm(world);
    const here = await recordOf(world, "companies", company);
    await world.api("DELETE", `/companies/${here.id}`);
    await calm(world);
    const theirs = await makeDealIn(world, { dealname: "Its company ended" }, [
      to("company", company),
    ]);
    await calm(world);
    const left = {
      code: "company_not_synced",
      reason: reasonFor("company"),
    };
    expect(await findRecordOf(world, "deals", theirs)).toBeUndefined();
    expect(await cardOf(theirs)).toEqual(left);
    const run = await sync(world, "pull", "deals", { all: true });
    expect(await itemsOf(world, run.id)).toContainEqual(
      expect.objectContaining({ hubspotId: theirs, ...left }),
    );
    await switchOn(world);
    await calm(world);
  });

  test("BN-111 while automatic pull is off, Sync now on a deal's card brings its company along", async () => {
    const { world } = at;
    await switchOn(world, rule("company"), {
      ...customersOnly,
      automatic: { pull: false, push: true },
    });
    const company = await parentIn(world, "company", "by-hand", "customer");
    const theirs = await makeDealIn(world, { dealname: "Synced by hand" }, [
      to("company", company),
    ]);
    await calm(world);
    expect(await findRecordOf(world, "companies", company)).toBeUndefined();
    const subject = { objectTypeId: "0-3", objectId: theirs };
    const view = await card<CardView>(world, "GET", "/card", subject);
    expect(view.sync).toMatchObject({ allowed: true });
    await card(world, "POST", "/card/sync", {
      ...subject,
      version: view.version,
      requestId: randomUUID(),
    });
    await recordOf(world, "deals", theirs);
    await recordOf(world, "companies", company);
    await switchOn(world);
    await calm(world);
  });

  test("BN-111 while automatic pull is off, a pull of all deals by hand brings their companies along", async () => {
    const { world } = at;
    await switchOn(world, rule("company"), {
      ...customersOnly,
      automatic: { pull: false, push: true },
    });
    const company = await parentIn(world, "company", "all-by-hand", "customer");
    const theirs = await makeDealIn(world, { dealname: "Pulled by hand" }, [
      to("company", company),
    ]);
    await calm(world);
    expect(await findRecordOf(world, "companies", company)).toBeUndefined();
    await sync(world, "pull", "deals", { all: true });
    await recordOf(world, "deals", theirs);
    await recordOf(world, "companies", company);
    await switchOn(world);
    await calm(world);
  });

  test("BN-111 a deal's card is readable although Counterpart may not read companies, and says that", async () => {
    const { world } = at;
    await switchOn(world, rule("company"));
    await withhold(world, "crm.objects.companies.read");
    const company = await parentIn(world, "company", "unread", "customer");
    const theirs = await makeDealIn(world, { dealname: "Company unread" }, [
      to("company", company),
    ]);
    await calm(world);
    expect(await findRecordOf(world, "deals", theirs)).toBeUndefined();
    const left = {
      code: "missing_scope",
      reason:
        "Counterpart doesn't have permission to read in HubSpot whether this deal has a company; deals without one are excluded.",
    };
    expect(await cardOf(theirs)).toEqual(left);
    const { id } = await sync(world, "pull", "deals", { all: true });
    expect(await itemsOf(world, id)).toContainEqual(
      expect.objectContaining({ hubspotId: theirs, ...left }),
    );
    // No changed pull reaches back to it: the sweep finds it.
    const reach = (until: string) =>
      asOwner(world, (owner) =>
        owner.query(
          "update pull_cursor set covered_until = now() + $1::interval where object_type = 'deal'",
          [until],
        ),
      );
    await reach("10 minutes");
    await withhold(world);
    await upkeepTurn(world);
    await world.until(
      async () => (await findRecordOf(world, "deals", theirs)) !== undefined,
      "the deal is pulled once its company may be read",
    );
    await reach("0 minutes");
    await switchOn(world);
    await calm(world);
  });

  test("BN-111 the card asks about a deal's first 300 contacts, and takes one of the others to come", async () => {
    const { world } = at;
    await switchOn(world, rule("contact"), customersOnly);
    const contacts: string[] = [];
    for (let made = 0; made < 301; made++)
      contacts.push(await parentIn(world, "contact", `many-${made}`, "lead"));
    const dealWith = (count: number) =>
      makeDealIn(
        world,
        { dealname: `With ${count}` },
        contacts.slice(0, count).map((id) => to("contact", id)),
      );
    const most = await dealWith(300);
    const more = await dealWith(301);
    await calm(world);
    for (const id of [most, more])
      expect(await findRecordOf(world, "deals", id)).toBeUndefined();
    expect(await cardOf(most)).toEqual({
      code: "contact_not_synced",
      reason: reasonFor("contact"),
    });
    expect((await cardOf(more)).code).toBe("never_pulled");
    await switchOn(world);
    await calm(world);
  });
});

describe("stages are mapped by pipeline", () => {
  let renewals: { id: string; stages: string[] };
  const mappings = (): FieldMapping[] => {
    const [talking = "", renewed = ""] = renewals.stages;
    return [
      mapping("name", "dealname"),
      mapping("pipeline", "pipeline", [
        ["sales", "default"],
        ["renewals", renewals.id],
      ]),
      mapping("stage", "dealstage", [
        ["open", "qualifiedtobuy"],
        ["open", "presentationscheduled"],
        ["open", talking],
        ["begun", talking],
        ["won", "closedwon"],
        ["won", renewed],
      ]),
    ];
  };
  beforeAll(async () => {
    renewals = await addPipeline(at.world, "Renewals by rules", [
      ["Talking", "0.5"],
      ["Renewed", "1.0", true],
    ]);
    await switchOn(at.world, { mappings: mappings() });
  });

  const stageIn = async (objectId: string) => {
    const { properties } = await dealIn(at.world, objectId);
    return [properties["pipeline"], properties["dealstage"]];
  };

  test("BN-110 many stages of HubSpot's are one of the workspace's, and many of the workspace's one of HubSpot's, and none of them oscillates", async () => {
    const { world } = at;
    const [talking = "", renewed = ""] = renewals.stages;
    const objectId = await makeDealIn(world, {
      dealname: "Round trip",
      dealstage: "presentationscheduled",
    });
    await calm(world);
    const { id } = await recordOf(world, "deals", objectId);
    expect(await record(world, "deals", id)).toMatchObject({
      properties: { pipeline: "sales", stage: "open" },
      sync: { status: "in_sync" },
    });
    // The other stage of the same meaning isn't written over.
    await change(world, "deals", id, { name: "Round trip, edited" });
    await calm(world);
    await sync(world, "push", "deals", { ids: [id] });
    expect(await stageIn(objectId)).toEqual([
      "default",
      "presentationscheduled",
    ]);
    // Another pipeline alone takes along the stage that means the same there.
    await change(world, "deals", id, { pipeline: "renewals" });
    await calm(world);
    expect(await stageIn(objectId)).toEqual([renewals.id, talking]);
    await change(world, "deals", id, { stage: "begun" });
    await calm(world);
    expect(await stageIn(objectId)).toEqual([renewals.id, talking]);
    await change(world, "deals", id, { stage: "won" });
    await calm(world);
    expect(await stageIn(objectId)).toEqual([renewals.id, renewed]);
    await changeObject(world, "deals", objectId, {
      pipeline: "default",
      dealstage: "closedwon",
    });
    await calm(world);
    expect(await record(world, "deals", id)).toMatchObject({
      properties: { pipeline: "sales", stage: "won" },
      sync: { status: "in_sync" },
    });
    // At rest: whatever looks again writes nothing.
    await world.control("DELETE", "/sandbox/requests");
    await sync(world, "pull", "deals", { hubspotIds: [objectId] });
    await sync(world, "push", "deals", { ids: [id] });
    await calm(world);
    const { body } = await world.control<{
      rows: { method: string; path: string }[];
    }>("GET", "/sandbox/requests");
    expect(
      body.rows.filter(({ path }) =>
        /batch\/(update|upsert|create)/.test(path),
      ),
    ).toEqual([]);
    expect(await stageIn(objectId)).toEqual(["default", "closedwon"]);
  });

  test("BN-111 a new deal whose stage is mapped to nothing is left out, either way, and says so", async () => {
    const { world } = at;
    const theirs = await makeDealIn(world, {
      dealname: "Unmapped there",
      dealstage: "closedlost",
    });
    const ours = await make(world, "deals", {
      name: "Unmapped",
      pipeline: "sales",
      stage: "begun",
    });
    await calm(world);
    expect(await syncOf(ours.id)).toEqual({
      hubspotId: null,
      code: "stage_not_mapped",
      reason: `Excluded by stage. "begun" isn't mapped to an option of Deal Stage in this pipeline.`,
    });
    expect(await findRecordOf(world, "deals", theirs)).toBeUndefined();
    expect(await cardOf(theirs)).toMatchObject({
      code: "stage_not_mapped",
      reason: expect.stringContaining("closedlost") as string,
    });
    await change(world, "deals", ours.id, { pipeline: "renewals" });
    await changeObject(world, "deals", theirs, { dealstage: "closedwon" });
    await calm(world);
    expect(await stageIn(await objectOf(world, "deals", ours.id))).toEqual([
      renewals.id,
      renewals.stages[0],
    ]);
    expect(await recordOf(world, "deals", theirs)).toMatchObject({
      properties: { pipeline: "sales", stage: "won" },
    });
  });

  test("BN-110 a linked deal that HubSpot moves to an unmapped stage keeps its place here, with a problem, and HubSpot's stays", async () => {
    const { world } = at;
    const { id } = await make(world, "deals", {
      name: "Moves away",
      pipeline: "sales",
      stage: "open",
    });
    await calm(world);
    const objectId = await objectOf(world, "deals", id);
    await changeObject(world, "deals", objectId, { dealstage: "closedlost" });
    await calm(world);
    expect(await record(world, "deals", id)).toMatchObject({
      properties: { pipeline: "sales", stage: "open" },
      sync: { status: "problem", code: "unmapped_option" },
    });
    expect(await stageIn(objectId)).toEqual(["default", "closedlost"]);
    await switchOn(world, {
      mappings: mappings().map((each) =>
        each.field === "stage" && each.conversion.kind === "options"
          ? {
              ...each,
              conversion: {
                kind: "options" as const,
                pairs: [
                  ...each.conversion.pairs,
                  { workspace: "lost", hubspot: "closedlost" },
                ],
              },
            }
          : each,
      ),
    });
    await calm(world);
    expect(await stageIn(objectId)).toEqual(["default", "closedlost"]);
  });
});

describe.each([
  ["the changed pull", { PULL_INTERVAL_SECONDS: "0.3" }],
  ["the sweep", { SWEEP_INTERVAL_SECONDS: "0.3" }],
])("deals of HubSpot's of which only %s learns", (title, environment) => {
  const timed = useWorld({ environment, portal: { searchLagMs: 0 } });
  test.each(["company", "contact"] as const)(
    `BN-111 ${title} leaves out a deal whose %s isn't synced, until it is`,
    async (type) => {
      const { world } = timed;
      await switchOn(world, rule(type), customersOnly);
      await world.control("PUT", "/sandbox/faults", {
        webhooks: { lose: true },
      });
      const excluded = await parentIn(world, type, `out-${type}`, "lead");
      const synced = await parentIn(world, type, `in-${type}`, "customer");
      const waits = await makeDealIn(world, { dealname: "Waits" }, [
        to(type, excluded),
      ]);
      const comes = await makeDealIn(world, { dealname: "Comes" }, [
        to(type, synced),
      ]);
      const arrives = (objectId: string): Promise<void> =>
        world.until(
          async () =>
            (await findRecordOf(world, "deals", objectId)) !== undefined,
          "the deal is pulled",
        );
      await arrives(comes);
      // The next of them looks at both again.
      await changeObject(world, "deals", waits, { dealname: "Waits still" });
      const last = await makeDealIn(world, { dealname: "Last" }, [
        to(type, synced),
      ]);
      await arrives(last);
      expect(await findRecordOf(world, "deals", waits)).toBeUndefined();
      await changeObject(world, pathOf[type], excluded, {
        lifecyclestage: "customer",
      });
      await arrives(waits);
      await world.control("DELETE", "/sandbox/faults");
    },
  );
});

describe("deals of HubSpot's that nothing tells of", () => {
  const swept = useWorld({
    environment: { SWEEP_INTERVAL_SECONDS: "0.3" },
    portal: { searchLagMs: 0, associationsTouchModified: false },
  });
  const merged = useWorld({
    portal: {
      searchLagMs: 0,
      associationsTouchModified: false,
      mergeKeepsId: true,
    },
  });
  const arrives = (world: World, objectId: string): Promise<void> =>
    world.until(
      async () => (await findRecordOf(world, "deals", objectId)) !== undefined,
      "the deal is pulled",
    );

  test("BN-111 a deal whose primary company is another one by now, which is synced, comes with the sweep", async () => {
    const { world } = swept;
    await switchOn(world, rule("company"), customersOnly);
    await world.control("PUT", "/sandbox/faults", { webhooks: { lose: true } });
    const main = await parentIn(world, "company", "primary-before", "lead");
    const other = await parentIn(world, "company", "primary-now", "customer");
    const waits = await makeDealIn(world, { dealname: "Other primary" }, [
      to("company", main),
      to("company", other, false),
    ]);
    // Two sweeps have ended since it was made.
    for (const dealname of ["After it", "After that"])
      await arrives(
        world,
        await makeDealIn(world, { dealname }, [to("company", other)]),
      );
    expect(await findRecordOf(world, "deals", waits)).toBeUndefined();
    await world.inHubSpot("PUT", "/associations", {
      fromType: "deals",
      fromId: waits,
      toType: "companies",
      toId: other,
      primary: true,
    });
    await arrives(world, waits);
    await world.control("DELETE", "/sandbox/faults");
  });

  test("BN-111 a deal comes once a synced company is merged into its own, which keeps its id", async () => {
    const { world } = merged;
    await switchOn(world, rule("company"), customersOnly);
    const own = await parentIn(world, "company", "merge-survivor", "lead");
    const synced = await parentIn(world, "company", "merge-loser", "customer");
    const waits = await makeDealIn(world, { dealname: "Merged under it" }, [
      to("company", own),
    ]);
    await calm(world);
    expect(await findRecordOf(world, "deals", waits)).toBeUndefined();
    expect(await merge(world, "companies", own, synced)).toBe(own);
    await arrives(world, waits);
  });
});
