import { beforeAll, expect, test } from "vitest";
import type { FieldMapping } from "../../server/settings/mapping.ts";
import { defaultMappingsOf } from "../../server/settings/default-mappings.ts";
import {
  MAX_RECORD_BYTES,
  recordBytes,
} from "../../server/workspace/record-bytes.ts";
import { addOlderRecord } from "../older-records.ts";
import { viewCard } from "./card.ts";
import { attention } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { asOwner, inSql } from "./steps/database.ts";
import { changeObject, makeObject, merge, object } from "./steps/objects.ts";
import {
  change,
  createLinked,
  findRecordOf,
  make,
  objectOf,
  record,
} from "./steps/records.ts";
import { itemsOf, sync } from "./steps/runs.ts";
import { setSettings } from "./steps/settings.ts";
import { faultyWebhooks } from "./steps/webhooks.ts";
import { useWorld } from "./world.ts";

const at = useWorld();

/** Properties of HubSpot's that a person may fill with 65,536 characters each. */
const long = Array.from({ length: 20 }, (_, n) => `long_${n}`);
const mapped = (name: string): FieldMapping => ({
  field: name,
  property: name,
  direction: "both",
  clear: true,
  conversion: { kind: "text" },
});
const filled = (length: number): Record<string, string> =>
  Object.fromEntries(long.map((name) => [name, "x".repeat(length)]));

beforeAll(async () => {
  const { world } = at;
  for (const name of long) {
    const made = await world.inHubSpot("POST", "/properties/contacts", {
      name,
      label: name,
      type: "string",
      fieldType: "textarea",
      groupName: "contactinformation",
    });
    expect(made.status).toBe(201);
  }
  // Otherwise the mappings of these properties are drift until upkeep's next turn.
  const read = await world.api("POST", "/installation/definitions", {});
  expect(read.status).toBe(200);
  await setSettings(world, "contact", {
    mergeSync: true,
    mappings: [...defaultMappingsOf("contact"), ...long.map(mapped)],
  });
});

test("an object with more values than a record can have is a problem; the rest of its page is pulled, and so is it once it is shorter", async () => {
  const { world } = at;
  const ids: string[] = [];
  await faultyWebhooks(world, { lose: true }, async () => {
    for (const n of [1, 2, 3, 4, 5])
      ids.push(
        await makeObject(world, "contacts", {
          email: `page-${n}@large.example`,
          ...(n === 3 ? filled(60_000) : { city: "Bonn" }),
        }),
      );
  });
  const [large = ""] = ids.slice(2, 3);
  const run = await sync(world, "pull", "contacts", { hubspotIds: ids });
  expect(run.counts).toMatchObject({ requested: 5, created: 4, failed: 1 });
  const problem = {
    code: "record_too_large",
    hubspotId: large,
    recordId: null,
    cause:
      "HubSpot's values don't fit in the workspace. With them, this contact's values would have 1,200,323 bytes. A record can have at most 1,048,576 (1 MB).",
    fix: "Shorten the values in HubSpot, or map fewer long properties. Then retry.",
  };
  const { cause: reason } = problem;
  expect(await itemsOf(world, run.id)).toMatchObject([
    { outcome: "failed", hubspotId: large, code: problem.code, reason },
  ]);
  expect(await attention(world)).toMatchObject([problem]);
  expect(await viewCard(world, "contacts", large)).toMatchObject({
    record: null,
    problem: {
      code: problem.code,
      cause: reason.replace("the workspace", "your product"),
      fix: problem.fix,
    },
  });

  await changeObject(world, "contacts", large, {
    long_0: "short",
    long_1: "",
    long_2: "",
    long_3: "",
  });
  await sync(world, "pull", "contacts", { hubspotIds: [large] });
  expect(await attention(world)).toEqual([]);
  const pulled = await findRecordOf(world, "contacts", large);
  expect(pulled?.properties).toMatchObject({ long_0: "short" });

  // A change that grows it too far: nothing of the pair moves until it fits.
  await changeObject(world, "contacts", large, filled(60_000));
  await sync(world, "pull", "contacts", { hubspotIds: [large] });
  await change(world, "contacts", pulled?.id ?? "", { city: "Bern" });
  await calm(world);
  expect(await attention(world)).toMatchObject([
    { code: problem.code, hubspotId: large, recordId: pulled?.id },
  ]);
  expect((await object(world, "contacts", large)).properties["city"]).not.toBe(
    "Bern",
  );
  await changeObject(world, "contacts", large, {
    ...filled(10_000),
    phone: "+49301",
  });
  await calm(world);
  await sync(world, "pull", "contacts", { hubspotIds: [large] });
  expect(await attention(world)).toEqual([]);
  expect((await object(world, "contacts", large)).properties["city"]).toBe(
    "Bern",
  );
  expect(
    (await record(world, "contacts", pulled?.id ?? "")).properties,
  ).toMatchObject(filled(10_000));
});

test("what the product keeps for itself in large records is not carried through sync, stays, and counts", async () => {
  const { world } = at;
  const pairs = await createLinked(
    world,
    "contacts",
    Array.from({ length: 20 }, (_, n) => ({
      email: `own-${n}@large.example`,
    })),
  );
  const [first] = pairs;
  if (first === undefined) throw new Error("Twenty were made.");
  await world.control("DELETE", "/sandbox/requests");
  await inSql(
    world,
    `update workspace.contacts set city = 'Bern', custom = custom || jsonb_build_object('notes', repeat('x', 1000000))
    where id = any ($1)`,
    [pairs.map(({ id }) => id)],
  );
  await calm(world);
  // Together they are 20 MB, and far more than one batch works on at once.
  const { body } = await world.control<{
    rows: { path: string; count: number }[];
  }>("GET", "/sandbox/requests");
  expect(
    body.rows.filter(({ path }) => path.endsWith("/batch/update")),
  ).toMatchObject([{ count: 1 }]);
  for (const { objectId } of pairs)
    expect((await object(world, "contacts", objectId)).properties["city"]).toBe(
      "Bern",
    );

  await changeObject(world, "contacts", first.objectId, {
    city: "Bonn",
    long_0: "x".repeat(60_000),
  });
  await calm(world);
  const bytes = recordBytes({
    email: "own-0@large.example",
    city: "Bonn",
    notes: "x".repeat(1_000_000),
    long_0: "x".repeat(60_000),
  });
  expect(await attention(world)).toMatchObject([
    {
      code: "record_too_large",
      cause: expect.stringContaining(
        `${bytes.toLocaleString("en-US")} bytes`,
      ) as string,
    },
  ]);
  // HubSpot reports the city; nobody subscribes to the long ones.
  await changeObject(world, "contacts", first.objectId, {
    city: "Basel",
    long_0: "short",
  });
  await calm(world);
  expect(await attention(world)).toEqual([]);
  expect((await record(world, "contacts", first.id)).properties).toMatchObject({
    city: "Basel",
    long_0: "short",
    notes: "x".repeat(1_000_000),
  });
});

test("records that are older than the limit are stepped over, linked or not, and sync once they are shorter", async () => {
  const { world } = at;
  const [pair, other] = await createLinked(world, "contacts", [
    { email: "linked@older.example" },
    { email: "other@older.example" },
  ]);
  if (pair === undefined || other === undefined)
    throw new Error("Two were made.");
  await asOwner(world, async (owner) => {
    await owner.query("set session_replication_role = replica");
    await owner.query(
      "update record set properties = properties || jsonb_build_object('notes', repeat('x', 3000000)), bytes = 3000050 where id = $1",
      [pair.id],
    );
  });
  const unlinked = await addOlderRecord(world.server.database, world.portalId, {
    notes: 2_000_000,
    properties: { email: "unlinked@older.example" },
    weighed: false,
  });
  // All three at once: a company for each makes it dirty.
  const company = await make(world, "companies", {
    name: "Older",
    domain: "older.example",
  });
  await inSql(
    world,
    "update workspace.contacts set company_id = $1 where id = any ($2)",
    [company.id, [pair.id, other.id, unlinked]],
  );
  await change(world, "contacts", other.id, { city: "Bern" });
  await calm(world);

  expect(
    (await object(world, "contacts", other.objectId)).properties["city"],
  ).toBe("Bern");
  const fix =
    "Shorten the longest values in the workspace, or move them to a table of your own. It then syncs by itself.";
  const cause = expect.stringMatching(
    /^This contact isn't synced: it's too large. This contact's values have \d,000,0\d\d bytes. A record can have at most 1,048,576 \(1 MB\)\.$/,
  ) as string;
  for (const id of [pair.id, unlinked]) {
    expect(await attention(world, id)).toMatchObject([
      { code: "record_too_large", recordId: id, cause, fix },
    ]);
    expect(await record(world, "contacts", id)).toMatchObject({
      properties: {},
      omitted: { limit: MAX_RECORD_BYTES },
      sync: { status: "problem", code: "record_too_large", reason: cause },
    });
    expect(await world.api("GET", `/contacts/${id}/sync`)).toMatchObject({
      status: 200,
      body: {
        problem: {
          code: "record_too_large",
          cause,
          fix: fix.replace("the workspace", "your product"),
        },
      },
    });
  }
  expect(await viewCard(world, "contacts", pair.objectId)).toMatchObject({
    record: { id: pair.id },
    problem: { code: "record_too_large" },
  });
  // HubSpot's changes wait with it, and nothing of it is taken for blank.
  await changeObject(world, "contacts", pair.objectId, { city: "Bonn" });
  await calm(world);
  expect(
    (await object(world, "contacts", pair.objectId)).properties["email"],
  ).toBe("linked@older.example");

  for (const id of [pair.id, unlinked])
    await inSql(
      world,
      "update workspace.contacts set custom = custom - 'notes' || '{\"notes\": null}' where id = $1",
      [id],
    );
  await calm(world);
  expect(await attention(world)).toEqual([]);
  expect((await record(world, "contacts", pair.id)).properties).toMatchObject({
    city: "Bonn",
  });
  expect(
    (
      await object(
        world,
        "contacts",
        await objectOf(world, "contacts", unlinked),
      )
    ).properties["email"],
  ).toBe("unlinked@older.example");
});

test("a record that was older than the limit and is deleted takes its object along", async () => {
  const { world } = at;
  const [pair] = await createLinked(world, "contacts", [
    { email: "deleted@older.example" },
  ]);
  await setSettings(world, "contact", { deletionSync: true });
  await asOwner(world, async (owner) => {
    await owner.query("set session_replication_role = replica");
    await owner.query(
      "update record set properties = properties || jsonb_build_object('notes', repeat('x', 3000000)), bytes = null where id = $1",
      [pair?.id],
    );
  });
  await inSql(world, "delete from workspace.contacts where id = $1", [
    pair?.id,
  ]);
  await calm(world);
  expect((await world.truth("contacts", true)).map(({ id }) => id)).toContain(
    pair?.objectId,
  );
  expect(await attention(world)).toEqual([]);
});

test("a merge fills what there is room for, and keeps the rest with the record that was merged away", async () => {
  const { world } = at;
  const texts = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, "y".repeat(60_000)]));
  const own = ["a", "b"].map((letter) =>
    Array.from({ length: 10 }, (_, n) => `own_${letter}_${n}`),
  );
  const [winner, loser] = await createLinked(world, "contacts", [
    { email: "winner@merge.example", ...texts(own[0] ?? []) },
    { email: "loser@merge.example", city: "Bern", ...texts(own[1] ?? []) },
  ]);
  if (winner === undefined || loser === undefined)
    throw new Error("Two were made.");
  await merge(world, "contacts", winner.objectId, loser.objectId);
  await calm(world);
  const merged = (await record(world, "contacts", winner.id)).properties;
  expect(merged).toMatchObject({
    email: "winner@merge.example",
    city: "Bern",
    ...texts(own[0] ?? []),
  });
  const moved = (own[1] ?? []).filter((name) => name in merged);
  expect(moved).toHaveLength(7);
  const { body } = await world.api<{
    results: { code: string; changes: { field: string; before: unknown }[] }[];
  }>("GET", `/journal?recordId=${loser.id}`);
  const kept = body.results.find(({ code }) => code === "merge_loser");
  for (const field of (own[1] ?? []).filter((name) => !moved.includes(name)))
    expect(kept?.changes).toContainEqual(
      expect.objectContaining({ field, before: "y".repeat(60_000) }),
    );
  expect(await attention(world)).toEqual([]);
});

test("large records that share an email are compared one by one, and one of them is linked", async () => {
  const { world } = at;
  await faultyWebhooks(world, { lose: true }, async () => {
    await makeObject(world, "contacts", { email: "shared@large.example" });
  });
  const made = await inSql<{ id: string }>(
    world,
    `insert into workspace.contacts (email, custom)
    select 'shared@large.example', (select jsonb_object_agg('long_' || n, repeat('x', 60000)) from generate_series(0, 14) n)
    from generate_series(1, 7) returning id`,
  );
  await calm(world);
  const linked = [];
  for (const { id } of made) {
    const { hubspotId } = await record(world, "contacts", id);
    if (hubspotId === null)
      expect(await attention(world, id)).toMatchObject([
        { code: "duplicate_email" },
      ]);
    else linked.push(hubspotId);
  }
  expect(linked).toHaveLength(1);
});

test("a large record that meets a condition on a field that isn't mapped is pushed", async () => {
  const { world } = at;
  await setSettings(world, "contact", {
    push: {
      enabled: true,
      conditions: {
        stages: null,
        emailStatuses: null,
        customField: { field: "region", values: ["EMEA"] },
      },
    },
  });
  const { id } = await make(world, "contacts", {
    email: "emea@large.example",
    region: "EMEA",
    notes: "x".repeat(60_000),
  });
  await calm(world);
  expect((await record(world, "contacts", id)).hubspotId).not.toBeNull();
});
