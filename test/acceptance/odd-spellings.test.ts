import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { makeObject } from "./steps/objects.ts";
import { profiles } from "./steps/path.ts";
import { record } from "./steps/records.ts";
import { sync } from "./steps/runs.ts";
import { choose } from "./steps/settings.ts";
import { useWorld } from "./world.ts";
import type { World } from "./world.ts";

/** How one name may arrive from a form, a spreadsheet or a paste, all of it meaning the name itself. */
const spellings: readonly (readonly [string, (name: string) => string])[] = [
  ["a line break", (name) => `${name}\n`],
  ["a tab before", (name) => `\t${name}`],
  ["CR LF", (name) => `${name}\r\n`],
  ["no-break spaces", (name) => `\u00a0${name}\u00a0`],
  ["a byte order mark", (name) => `\ufeff${name}`],
  ["NEL and an ideographic space", (name) => `${name}\u0085\u3000`],
  ["a zero-width space", (name) => name.replace("example", "exam\u200bple")],
  ["capitals", (name) => name.toUpperCase()],
];
const urls: typeof spellings = [
  ["a final dot", (name) => `${name}.`],
  ["a URL", (name) => `https://user:pw@www.${name}:443/about?x#y\n`],
];

async function insert(
  world: World,
  view: "contacts" | "companies",
  column: "email" | "domain",
  value: string,
): Promise<string> {
  const [row] = await inSql<{ id: string }>(
    world,
    `insert into workspace.${view} (${column}, city) values ($1, 'Ulm') returning id`,
    [value],
  );
  return row?.id ?? "";
}

// HubSpot's search index lags by seconds; what is matched by it here has been there for longer.
describe.each(profiles)("7-A5 what nobody sees, %s", (profile) => {
  const at = useWorld({ portal: { profile, searchLagMs: 0 } });
  beforeEach(() => choose(at.world));
  const onlyPush = () =>
    choose(at.world, { automatic: { pull: false, push: true } });

  test("AC-018 a company of HubSpot's is linked, whatever surrounds its domain here", async () => {
    const { world } = at;
    await onlyPush();
    const before = (await world.truth("companies")).length;
    const made: { name: string; id: string; objectId: string }[] = [];
    for (const [index, [name, spell]] of [...spellings, ...urls].entries()) {
      const domain = `ws-${index}.example`;
      const objectId = await makeObject(world, "companies", { domain });
      const id = await insert(world, "companies", "domain", spell(domain));
      made.push({ name, id, objectId });
    }
    await calm(world);
    for (const { name, id, objectId } of made)
      expect(await record(world, "companies", id), name).toMatchObject({
        hubspotId: objectId,
        sync: { status: "in_sync" },
      });
    expect(await world.truth("companies")).toHaveLength(before + made.length);
  });

  test("AC-018 a company whose domain HubSpot has with www. and capitals is linked too", async () => {
    const { world } = at;
    await onlyPush();
    const objectId = await makeObject(world, "companies", {
      domain: "WWW.Theirs.example",
    });
    const id = await insert(world, "companies", "domain", "theirs.example");
    await calm(world);
    expect((await record(world, "companies", id)).hubspotId).toBe(objectId);
  });

  test("AP-103 a second record of a linked company's domain is a problem, whatever surrounds it", async () => {
    const { world } = at;
    await makeObject(world, "companies", { domain: "second.example" });
    await calm(world);
    const before = (await world.truth("companies")).length;
    const ids: string[] = [];
    for (const [, spell] of [...spellings, ...urls])
      ids.push(
        await insert(world, "companies", "domain", spell("second.example")),
      );
    await calm(world);
    for (const id of ids)
      expect(await record(world, "companies", id)).toMatchObject({
        hubspotId: null,
        sync: { status: "problem", code: "domain_conflict" },
      });
    expect(await world.truth("companies")).toHaveLength(before);
  });

  test("AP-107 a contact of HubSpot's is linked, whatever surrounds its email here, and a pull makes no second record", async () => {
    const { world } = at;
    await onlyPush();
    const made: { name: string; id: string; objectId: string }[] = [];
    for (const [index, [name, spell]] of spellings.entries()) {
      const email = `known-${index}@odd.example`;
      const objectId = await makeObject(world, "contacts", { email });
      const id = await insert(world, "contacts", "email", spell(email));
      made.push({ name, id, objectId });
    }
    await calm(world);
    await sync(world, "pull", "contacts", { all: true });
    await calm(world);
    for (const { name, id, objectId } of made)
      expect(await record(world, "contacts", id), name).toMatchObject({
        hubspotId: objectId,
        sync: { status: "in_sync" },
      });
    const [row] = await inSql<{ count: number }>(
      world,
      "select count(*)::int as count from workspace.contacts where email like '%odd.example%' or hubspot_id is not null",
    );
    expect(row?.count).toBe(made.length);
  });

  test("AP-107 new contacts and companies are created once, under the name itself, and stay in sync", async () => {
    const { world } = at;
    const ids: string[] = [];
    for (const [index, [, spell]] of spellings.entries()) {
      ids.push(
        await insert(
          world,
          "contacts",
          "email",
          spell(`new-${index}@fresh.example`),
        ),
      );
      await insert(
        world,
        "companies",
        "domain",
        spell(`new-${index}.fresh.example`),
      );
    }
    await calm(world);
    await sync(world, "pull", "contacts", { all: true });
    await sync(world, "pull", "companies", { all: true });
    await calm(world);
    const emails = (await world.truth("contacts")).flatMap(
      ({ properties }) => properties["email"] ?? [],
    );
    expect(
      emails.filter((email) => email.endsWith("@fresh.example")).toSorted(),
    ).toEqual(spellings.map((_, index) => `new-${index}@fresh.example`));
    const domains = (await world.truth("companies")).flatMap(
      ({ properties }) => properties["domain"]?.toLowerCase() ?? [],
    );
    expect(
      domains.filter((domain) => domain.includes("fresh")).toSorted(),
    ).toEqual(spellings.map((_, index) => `new-${index}.fresh.example`));
    for (const id of ids)
      expect((await record(world, "contacts", id)).sync.status).toBe("in_sync");
    const rows = await inSql<{ sync_status: string }>(
      world,
      "select sync_status from workspace.companies where domain ~* 'fresh'",
    );
    expect(rows).toEqual(spellings.map(() => ({ sync_status: "in_sync" })));
  });

  test("an email or domain longer than any that exists is stored all the same, and is no reason to fail the product's statement", async () => {
    const { world } = at;
    const noise = randomBytes(6000).toString("hex");
    for (const [view, column, value] of [
      ["contacts", "email", `${noise}@long.example`],
      ["companies", "domain", `${noise}.example`],
    ] as const) {
      const id = await insert(world, view, column, value);
      expect((await record(world, view, id)).properties[column]).toBe(value);
      await inSql(world, `delete from workspace.${view} where id = $1`, [id]);
    }
    await calm(world);
  });
});
