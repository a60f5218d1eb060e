import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { card } from "./card.ts";
import { calm } from "./steps/calm.ts";
import { dealIn, switchOff, switchOn } from "./steps/deals.ts";
import { change, createLinked, make, objectOf } from "./steps/records.ts";
import { byHandOnly } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { Json } from "./world.ts";

// A company's card counts its contacts and its deals, and its push can push them too.

const at = useWorld({ portal: { searchLagMs: 0 } });

interface Children {
  readonly type: string;
  readonly count: number;
  readonly changed: number;
  readonly named: readonly { readonly name: string }[];
}

interface View {
  readonly version: string;
  readonly push: {
    readonly children: readonly Children[];
    readonly contacts: Omit<Children, "type"> | null;
  };
}

const viewOf = (objectId: string): Promise<View> =>
  card<View>(at.world, "GET", "/card", { objectTypeId: "0-2", objectId });

const push = <T = Json>(objectId: string, more: Json): Promise<T> =>
  card<T>(at.world, "POST", "/card/push", {
    objectTypeId: "0-2",
    objectId,
    requestId: randomUUID(),
    ...more,
  });

const counts = ({ push: { children } }: View) =>
  children.map(({ type, count, changed }) => [type, count, changed]);

let firm: { id: string; objectId: string };
let person: string;
let deals: string[];

beforeAll(async () => {
  const { world } = at;
  await switchOn(world);
  const [made] = await createLinked(world, "companies", [
    { name: "Carded", domain: "carded.deals.example" },
  ]);
  if (made === undefined) throw new Error("One was made.");
  firm = made;
  person = (
    await make(
      world,
      "contacts",
      { email: "carded@deals.example", first_name: "Ada" },
      firm.id,
    )
  ).id;
  deals = [];
  for (const name of ["Roof", "Wall"])
    deals.push(
      (
        await make(
          world,
          "deals",
          { name, pipeline: "default", stage: "qualifiedtobuy" },
          firm.id,
        )
      ).id,
    );
  await calm(world);
  await switchOn(world, {}, { automatic: byHandOnly });
});

test("AC-014 a company's card counts its contacts and its deals, and names those with changes", async () => {
  const { world } = at;
  expect(counts(await viewOf(firm.objectId))).toEqual([
    ["contact", 1, 0],
    ["deal", 2, 0],
  ]);
  await change(world, "deals", deals[0] ?? "", { amount: 5 });
  const view = await viewOf(firm.objectId);
  expect(counts(view)).toEqual([
    ["contact", 1, 0],
    ["deal", 2, 1],
  ]);
  expect(view.push.children[1]?.named.map(({ name }) => name)).toEqual([
    "Roof",
  ]);
  // What a card knows that was built before there were deals.
  expect(view.push.contacts).toMatchObject({ count: 1, changed: 0 });
  expect(view.push.contacts).not.toHaveProperty("type");
});

test("AC-014 pushing it with its deals asks first, and then pushes each type as a run of its own", async () => {
  const { world } = at;
  await change(world, "contacts", person, { first_name: "Grace" });
  const { version } = await viewOf(firm.objectId);
  const asked = await push<Json>(firm.objectId, {
    version,
    children: ["contact", "deal"],
  });
  expect(asked).toMatchObject({
    result: "confirm",
    message:
      "Also push 1 contact? 1 of them has changes. Also push 2 deals? 1 of them has changes.",
    children: [
      { type: "contact", changed: 1 },
      { type: "deal", changed: 1 },
    ],
    contacts: { changed: 1 },
  });
  // Someone changes another deal meanwhile: what was shown isn't what would be done.
  await change(world, "deals", deals[1] ?? "", { amount: 6 });
  expect(
    await push(firm.objectId, { version, children: ["deal"], confirmed: true }),
  ).toMatchObject({ result: "changed" });
  const now = await viewOf(firm.objectId);
  const started = await push<{
    runs: { type: string; runId: string }[];
    runId: string;
  }>(firm.objectId, {
    version: now.version,
    children: ["contact", "deal"],
    confirmed: true,
  });
  expect(started).toMatchObject({
    result: "running",
    message: expect.stringContaining(
      "Its 1 contact and 2 deals are being pushed.",
    ) as string,
  });
  expect(started.runs.map(({ type }) => type)).toEqual(["contact", "deal"]);
  expect(started.runId).toBe(started.runs[0]?.runId);
  await calm(world);
  for (const [place, amount] of ["5", "6"].entries())
    expect(
      await dealIn(world, await objectOf(world, "deals", deals[place] ?? "")),
    ).toMatchObject({ properties: { amount } });
});

test("AC-014 a card that was built before there were deals pushes the contacts alone", async () => {
  const { world } = at;
  await change(world, "contacts", person, { first_name: "Hedy" });
  await change(world, "deals", deals[0] ?? "", { amount: 7 });
  const { version } = await viewOf(firm.objectId);
  const started = await push<{ runs: { type: string }[] }>(firm.objectId, {
    version,
    contacts: true,
    confirmed: true,
  });
  expect(started.runs.map(({ type }) => type)).toEqual(["contact"]);
  await calm(world);
  expect(counts(await viewOf(firm.objectId))).toEqual([
    ["contact", 1, 0],
    ["deal", 2, 1],
  ]);
});

test("AC-014 the API pushes the contacts and the deals of companies after them", async () => {
  const { world } = at;
  const started = await world.api<{
    contactsRunId?: string;
    childRuns: { objectType: string; runId: string }[];
  }>("POST", "/sync/push", {
    objectType: "company",
    ids: [firm.id],
    children: ["deal"],
  });
  expect(started).toMatchObject({ status: 202 });
  expect(started.body).not.toHaveProperty("contactsRunId");
  expect(started.body.childRuns).toEqual([
    { objectType: "deal", runId: expect.any(String) as string },
  ]);
  const older = await world.api<Json>("POST", "/sync/push", {
    objectType: "company",
    ids: [firm.id],
    contacts: true,
  });
  expect(older.body).toMatchObject({
    contactsRunId: expect.any(String) as string,
    childRuns: [{ objectType: "contact" }],
  });
  await calm(world);
  expect(
    await dealIn(world, await objectOf(world, "deals", deals[0] ?? "")),
  ).toMatchObject({ properties: { amount: "7" } });
  for (const [body, path] of [
    [
      { objectType: "contact", ids: [person], children: ["deal"] },
      "children.0",
    ],
    [{ objectType: "company", all: true, children: ["deal"] }, "children"],
  ] as const) {
    const refused = await world.api("POST", "/sync/push", body);
    expect(refused).toMatchObject({ status: 400 });
    expect(JSON.stringify(refused.body)).toContain(path);
  }
});

test("AC-014 while deals aren't synced, a company's card counts none, and the API pushes none", async () => {
  const { world } = at;
  await switchOff(world);
  const view = await viewOf(firm.objectId);
  expect(view.push.children.map(({ type }) => type)).toEqual(["contact"]);
  expect(
    await world.api("POST", "/sync/push", {
      objectType: "company",
      ids: [firm.id],
      children: ["deal"],
    }),
  ).toMatchObject({ status: 409, body: { code: "type_off" } });
  expect(
    await push(firm.objectId, {
      version: view.version,
      children: ["deal"],
      confirmed: true,
    }),
  ).not.toHaveProperty("runs");
  await switchOn(world);
});
