import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import { calm } from "./steps/calm.ts";
import { chooseMapping, mappingsWith } from "./steps/mappings.ts";
import { changeObject, makeObject, object } from "./steps/objects.ts";
import { change, createLinked, record, records } from "./steps/records.ts";
import { ended, readRun, start } from "./steps/runs.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { newestSettings } from "./steps/try-settings.ts";
import { useWorld } from "./world.ts";
import type { Json, Reply, World } from "./world.ts";

interface Saved {
  readonly version: number;
  readonly runs?: readonly {
    readonly objectType: string;
    readonly runId: string;
  }[];
}

/** Saves the contacts' mapping of a field with a change, as a page does that offers to apply it. */
async function save(
  world: World,
  field: string,
  wish: Partial<FieldMapping>,
  more: Json = { apply: "existing" },
): Promise<Reply<Saved & Json>> {
  const mappings = await mappingsWith(world, field, wish);
  const { version, settings } = await newestSettings(world);
  return world.api<Saved & Json>("PUT", "/settings", {
    version,
    settings: { ...settings, contact: { ...settings.contact, mappings } },
    ...more,
  });
}

/** Saves, and waits for the one run that brings the mapping to existing contacts. */
async function apply(
  world: World,
  field: string,
  wish: Partial<FieldMapping>,
): Promise<void> {
  const { status, body } = await save(world, field, wish);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.runs).toHaveLength(1);
  expect(body.runs?.[0]?.objectType).toBe("contact");
  expect(await ended(world, body.runs?.[0]?.runId ?? "")).toMatchObject({
    state: "done",
    source: "settings",
  });
  await calm(world);
}

/** Linked contacts with these faxes on either side, which nothing maps yet. */
async function withFaxes(
  world: World,
  faxes: Readonly<Record<string, readonly [string | null, string | null]>>,
): Promise<Record<string, { id: string; objectId: string }>> {
  const made: Record<string, { id: string; objectId: string }> = {};
  for (const [name, [mine, theirs]] of Object.entries(faxes)) {
    const [pair] = await createLinked(world, "contacts", [
      { email: `${name}@${randomUUID()}.example` },
    ]);
    if (pair === undefined) throw new Error("It was just made.");
    made[name] = pair;
    if (mine !== null)
      await change(world, "contacts", pair.id, { fax_no: mine });
    if (theirs !== null)
      await changeObject(world, "contacts", pair.objectId, { fax: theirs });
  }
  await calm(world);
  return made;
}

const faxesOf = async (
  world: World,
  { id, objectId }: { id: string; objectId: string },
): Promise<unknown[]> => [
  (await record(world, "contacts", id)).properties["fax_no"] ?? null,
  (await object(world, "contacts", objectId)).properties["fax"] ?? null,
];

const fax = { property: "fax" } as const;

describe("BN-013 a saved mapping is applied to existing records", () => {
  const at = useWorld();
  beforeEach(() => choose(at.world));

  test("blanks are filled, and values that differ follow the policy, without a click on any of them", async () => {
    const { world } = at;
    const pairs = await withFaxes(world, {
      mine: ["1", null],
      theirs: [null, "2"],
      both: ["3", "4"],
    });
    const unasked = await save(
      world,
      "fax_no",
      { ...fax, policy: "hubspot" },
      {},
    );
    expect(unasked.status).toBe(200);
    expect(unasked.body).not.toHaveProperty("runs");
    await calm(world);
    for (const [name, has] of [
      ["mine", ["1", null]],
      ["theirs", [null, "2"]],
      ["both", ["3", "4"]],
    ] as const)
      expect(await faxesOf(world, pairs[name] as never)).toEqual(has);

    await choose(world);
    await apply(world, "fax_no", { ...fax, policy: "hubspot" });
    for (const [name, has] of [
      ["mine", ["1", "1"]],
      ["theirs", ["2", "2"]],
      ["both", ["4", "4"]],
    ] as const)
      expect(await faxesOf(world, pairs[name] as never)).toEqual(has);
  });

  test.each([
    ["pull", ["6", "6"]],
    ["push", ["5", "5"]],
  ] as const)(
    "a mapping that goes one way (%s) does so",
    async (direction, has) => {
      const { world } = at;
      const { it } = await withFaxes(world, { it: ["5", "6"] });
      await apply(world, "fax_no", { ...fax, direction });
      expect(await faxesOf(world, it as never)).toEqual(has);
    },
  );

  test("where only the side that starts a sync could win, values that differ stay, and nobody is asked about each", async () => {
    const { world } = at;
    const { it } = await withFaxes(world, { it: ["7", "8"] });
    await apply(world, "fax_no", fax);
    expect(await faxesOf(world, it as never)).toEqual(["7", "8"]);
    expect((await record(world, "contacts", it?.id ?? "")).sync.status).toBe(
      "in_sync",
    );
  });

  test("nothing is created on either side, and the switches are passed over like by any run by hand", async () => {
    const { world } = at;
    const { it } = await withFaxes(world, { it: [null, "9"] });
    await choose(world, { automatic: byHandOnly });
    const objectId = await makeObject(world, "contacts", {
      email: "unlinked@apply.example",
    });
    const mine = await world.api<{ id: string }>("POST", "/contacts", {
      properties: { email: "mine@apply.example" },
    });
    const before = [
      (await records(world, "contacts")).length,
      (await world.truth("contacts")).length,
    ];
    await apply(world, "fax_no", fax);
    expect(await faxesOf(world, it as never)).toEqual(["9", "9"]);
    expect([
      (await records(world, "contacts")).length,
      (await world.truth("contacts")).length,
    ]).toEqual(before);
    expect(
      (await record(world, "contacts", mine.body.id)).hubspotId,
    ).toBeNull();
    expect((await object(world, "contacts", objectId)).id).toBe(objectId);
  });

  test("BN-014 what a mapping left alone that only filled in blanks is synced once it replaces values", async () => {
    const { world } = at;
    await chooseMapping(world, "fax_no", { ...fax, write: "fill" });
    const { it } = await withFaxes(world, { it: ["1", null] });
    await changeObject(world, "contacts", it?.objectId ?? "", { fax: "2" });
    await calm(world);
    expect(await faxesOf(world, it as never)).toEqual(["1", "2"]);
    await apply(world, "fax_no", { write: "overwrite" });
    expect(await faxesOf(world, it as never)).toEqual(["2", "2"]);
  });

  test.each([
    ["full pull", { all: true }],
    ["changed pull", { changed: true }],
  ] as const)(
    "a property that is mapped while the page of a %s is on its way isn't taken for blank",
    async (_, what) => {
      const { world } = at;
      const { it } = await withFaxes(world, { it: ["1", "2"] });
      await world.control("PUT", "/sandbox/faults", {
        path: "contacts",
        latencyMs: 1_500,
        times: 2,
      });
      const runId = await start(world, "both", "contacts", what);
      await world.until(
        async () => (await readRun(world, runId)).state === "running",
        "the run has begun",
      );
      const { status } = await save(world, "fax_no", fax, {});
      expect(status).toBe(200);
      expect((await readRun(world, runId)).state).toBe("running");
      await ended(world, runId);
      await world.control("DELETE", "/sandbox/faults");
      await calm(world);
      expect(await faxesOf(world, it as never)).toEqual(["1", "2"]);
    },
  );

  test("mappings that don't differ start nothing, and what can't sync now saves nothing", async () => {
    const { world } = at;
    const same = await save(world, "city", {});
    expect(same.status).toBe(200);
    expect(same.body.runs).toEqual([]);

    expect((await world.api("POST", "/installation/hold")).status).toBe(200);
    const before = await newestSettings(world);
    const held = await save(world, "city", { clear: true });
    expect(held).toMatchObject({
      status: 409,
      body: {
        code: "held_by_admin",
        detail:
          "An admin paused sync. Nothing syncs until it's resumed. Nothing was saved. Save without apply, or try again later.",
      },
    });
    expect(await newestSettings(world)).toEqual(before);
    const typo = await save(world, "city", {}, { apply: "everything" });
    expect(typo.status).toBe(400);
    expect(typo.body["errors"]).toMatchObject([{ path: "apply" }]);
    expect((await world.api("POST", "/installation/start")).status).toBe(200);
  });
});
