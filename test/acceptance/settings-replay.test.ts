import { beforeEach, describe, expect, test } from "vitest";
import type { Settings } from "../../server/settings/schema.ts";
import { calm } from "./steps/calm.ts";
import { asOwner } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, makeObject } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { change, make, record, recordOf } from "./steps/records.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";

interface Replay {
  readonly sentences: readonly string[];
  readonly changes: { readonly count: number; readonly differently: number };
  readonly leftOut: { readonly count: number; readonly differently: number };
  readonly notReplayed: number;
  readonly atLeast: boolean;
  readonly examples: readonly {
    readonly recordId: string | null;
    readonly name: string;
    readonly was: string;
    readonly wouldBe: string;
  }[];
}

const at = useWorld();
beforeEach(async () => {
  await choose(at.world);
  await calm(at.world);
  // Another day.
  await asOwner(at.world, (owner) => owner.query("delete from journal"));
});

const newest = async () =>
  (
    await at.world.api<{ version: number; settings: Settings }>(
      "GET",
      "/settings",
    )
  ).body;

/** Replays the last day under the newest settings with others for contacts. */
async function replay(
  contact: (
    chosen: Settings["contact"],
  ) => Partial<Settings["contact"]> = () => ({}),
  more: Partial<Settings> = {},
): Promise<Replay> {
  const { settings } = await newest();
  const { status, body } = await at.world.api<Replay>(
    "POST",
    "/settings/replay",
    {
      settings: {
        ...settings,
        ...more,
        contact: { ...settings.contact, ...contact(settings.contact) },
      },
    },
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

const none = { stages: null, emailStatuses: null, customField: null };

/** The mappings with one of them changed. */
const mapped =
  (field: string, wish: Partial<Settings["contact"]["mappings"][number]>) =>
  ({ mappings }: Settings["contact"]) => ({
    mappings: mappings.map((mapping) =>
      mapping.field === field ? { ...mapping, ...wish } : mapping,
    ),
  });

describe("X-15 the last day's changes decided again under other settings", () => {
  test("X-15 nothing has happened", async () => {
    expect(await replay()).toEqual({
      sentences: ["Nothing of the last day can be decided again."],
      changes: { count: 0, differently: 0 },
      leftOut: { count: 0, differently: 0 },
      notReplayed: 0,
      atLeast: false,
      examples: [],
    });
  });

  test("X-15 AP-023 what got an owner by the rule is replayed, also a company that its contact brought", async () => {
    const { world } = at;
    const newOwner = { rule: "sync_user" } as const;
    await choose(world, {
      contact: { newOwner },
      company: {
        newOwner,
        push: { enabled: false, conditions: none },
      },
    });
    const company = await make(world, "companies", { name: "Along" });
    await make(
      world,
      "contacts",
      { email: "along@replay.example" },
      company.id,
    );
    await calm(world);
    const [creation] = (await journal(world, { recordId: company.id })).filter(
      ({ code }) => code === "created_in_hubspot",
    );
    expect(creation?.reason).toContain("pushed with contact");
    expect(creation?.reason).toContain("the sync user.");
    expect(await replay()).toMatchObject({
      changes: { differently: 0 },
      notReplayed: 0,
    });
    const alone = await replay(() => ({ companyWithContact: "never" }));
    expect(alone.examples.map(({ wouldBe }) => wouldBe)).toContain(
      "The push of the contact wouldn't have created its company.",
    );
  });

  test("X-15 each change is counted once, and differs only where the settings decide it", async () => {
    const { world } = at;
    // Two creations there, one here, an update each way, and a deletion there.
    const lead = await make(world, "contacts", {
      email: "lead@replay.example",
      first_name: "Lea",
      stage: "lead",
    });
    const customer = await make(world, "contacts", {
      email: "customer@replay.example",
      stage: "customer",
    });
    const pulled = await makeObject(world, "contacts", {
      email: "pulled@replay.example",
      phone: "+49 1",
    });
    await calm(world);
    const { id: pulledId } = await recordOf(world, "contacts", pulled);
    await changeObject(world, "contacts", pulled, { phone: "+49 2" });
    await calm(world);
    await change(world, "contacts", lead.id, { job_title: "Buyer" });
    await calm(world);
    const told = await journal(world);
    const settled = await newest();

    const same = await replay();
    expect(same).toMatchObject({
      sentences: [
        "Of 5 changes of the last day, 0 would have gone differently.",
      ],
      changes: { count: 5, differently: 0 },
      leftOut: { count: 0, differently: 0 },
      notReplayed: 0,
      examples: [],
    });

    const byStage = await replay(() => ({
      push: { enabled: true, conditions: { ...none, stages: ["customer"] } },
    }));
    expect(byStage.changes).toEqual({ count: 5, differently: 1 });
    expect(byStage.sentences).toEqual([
      "Of 5 changes of the last day, 1 would have gone differently.",
    ]);
    expect(byStage.examples).toEqual([
      expect.objectContaining({
        recordId: lead.id,
        name: "Lea",
        was: "Contact created in HubSpot.",
        wouldBe: "Excluded by stage. Stages that sync: customer.",
      }),
    ]);

    const noPhone = await replay(mapped("phone", { direction: "push" }));
    expect(noPhone.examples.map(({ recordId }) => recordId)).toEqual(
      // The update, and the creation that brought a phone number.
      [pulledId, pulledId],
    );
    expect(noPhone.examples[0]).toMatchObject({
      was: "From HubSpot: Phone Number.",
      wouldBe: "Phone Number wouldn't have been written to the workspace.",
    });

    const titleless = await replay(({ mappings }) => ({
      mappings: mappings.filter(({ field }) => field !== "job_title"),
    }));
    expect(titleless.examples).toEqual([
      expect.objectContaining({
        recordId: lead.id,
        was: "To HubSpot: Job Title.",
        wouldBe:
          "Job Title wouldn't have been synced, because it isn't mapped this way.",
      }),
    ]);

    const handOnly = await replay(undefined, {
      automatic: { pull: true, push: false },
    });
    expect(handOnly.changes).toEqual({ count: 5, differently: 3 });
    expect(new Set(handOnly.examples.map(({ recordId }) => recordId))).toEqual(
      new Set([customer.id, lead.id]),
    );

    // Deciding again has written nothing.
    expect(await journal(world)).toEqual(told);
    expect(await newest()).toEqual(settled);
  });

  test("X-15 a conflict, a deletion, and a click", async () => {
    const { world } = at;
    const both = await make(world, "contacts", {
      email: "both@replay.example",
      job_title: "Before",
    });
    const gone = await make(world, "contacts", {
      email: "gone@replay.example",
    });
    await calm(world);
    const { hubspotId } = await record(world, "contacts", both.id);
    await choose(world, { automatic: { pull: false, push: false } });
    await changeObject(world, "contacts", hubspotId ?? "", {
      jobtitle: "Typed in HubSpot",
    });
    await change(world, "contacts", both.id, { job_title: "Typed here" });
    await calm(world);
    await choose(world);
    await calm(world);
    const deleted = await record(world, "contacts", gone.id);
    await world.inHubSpot("DELETE", `/objects/contacts/${deleted.hubspotId}`);
    await calm(world);
    expect(
      (await journal(world, { recordId: gone.id })).map(({ code }) => code),
    ).toContain("unlinked_by_deletion");

    const same = await replay();
    expect(same.changes.differently).toBe(0);

    const held = await replay(() => ({ policy: "hold" }));
    expect(held.examples).toEqual([
      expect.objectContaining({
        recordId: both.id,
        wouldBe: "Job Title would have waited for someone to choose a value.",
      }),
    ]);

    const followed = await replay(() => ({ deletionSync: true }));
    expect(followed.examples).toEqual([
      expect.objectContaining({
        recordId: gone.id,
        wouldBe: "Deleted in HubSpot. Deletion sync is on.",
      }),
    ]);
  });

  test("X-15 a record that a rule leaves out would have been created", async () => {
    const { world } = at;
    await choose(world, {
      contact: { push: { conditions: { stages: ["customer"] } } },
    });
    const lead = await make(world, "contacts", {
      email: "left@replay.example",
      stage: "lead",
    });
    await calm(world);
    const open = await replay(() => ({
      push: { enabled: true, conditions: none },
    }));
    expect(open).toMatchObject({
      changes: { count: 0 },
      leftOut: { count: 1, differently: 1 },
      sentences: [
        "Of 0 changes of the last day, 0 would have gone differently.",
        "Of 1 record that was left out, 1 would have been decided differently.",
      ],
      examples: [
        {
          recordId: lead.id,
          was: "Excluded by stage. Stages that sync: customer.",
          wouldBe: "Contact created in HubSpot.",
        },
      ],
    });
    expect((await replay()).leftOut).toEqual({ count: 1, differently: 0 });
  });

  test("X-15 the owner and the source of a creation", async () => {
    const { world } = at;
    const [first] = await owners(world);
    await choose(world, {
      contact: {
        newOwner: { rule: "owner", ownerEmail: first.email },
        source: { property: "hs_language", value: "en" },
      },
    });
    const { id } = await make(world, "contacts", {
      email: "owned@replay.example",
    });
    await calm(world);
    const same = await replay();
    expect(same).toMatchObject({
      changes: { count: 2, differently: 0 },
      notReplayed: 0,
    });
    const unowned = await replay(() => ({ newOwner: { rule: "none" } }));
    expect(unowned.examples).toEqual([
      expect.objectContaining({
        recordId: id,
        was: `Contact created in HubSpot. Owner: ${first.email}, as the settings say.`,
        wouldBe: "Contact owner wouldn't have been written to HubSpot.",
      }),
    ]);
  });

  test("X-15 settings that can't be saved are refused with their places, and so are hours", async () => {
    const { settings } = await newest();
    const refused = await at.world.api("POST", "/settings/replay", {
      settings: { ...settings, automatic: 7 },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        code: "settings_not_valid",
        errors: [{ path: "settings.automatic" }],
      },
    });
    for (const hours of [0, 169, 1.5, "1"])
      expect(
        await at.world.api("POST", "/settings/replay", { settings, hours }),
      ).toMatchObject({ status: 400 });
  });
});
