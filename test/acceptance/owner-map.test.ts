import { beforeEach, describe, expect, test } from "vitest";
import type { OwnerOverride } from "../../server/settings/owners.ts";
import type { Settings } from "../../server/settings/schema.ts";
import { attention } from "./steps/attention.ts";
import type { AttentionEntry } from "./steps/attention.ts";
import { calm } from "./steps/calm.ts";
import { inSql } from "./steps/database.ts";
import { journal } from "./steps/journal.ts";
import { changeObject, object } from "./steps/objects.ts";
import { owners } from "./steps/owners.ts";
import { typeOf } from "./steps/path.ts";
import type { Path } from "./steps/path.ts";
import { change, createLinked, make, record } from "./steps/records.ts";
import { byHandOnly, choose } from "./steps/settings.ts";
import { actingAs, addUser } from "./steps/users.ts";
import { useWorld } from "./world.ts";
import type { Json, World } from "./world.ts";

const types = ["contacts", "companies"] as const;
const old = "ada@old.example";

type OwnerRow = {
  readonly state: string;
  readonly owner: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly active: boolean;
  } | null;
  readonly user: { readonly email: string } | null;
  readonly emails: readonly { readonly email: string; readonly by: string }[];
  readonly pulledAs: string | null;
  readonly records: readonly {
    readonly objectType: string;
    readonly count: number;
    readonly atLeast: boolean;
  }[];
};

type Reassigned = {
  readonly results: readonly {
    readonly objectType: string;
    readonly records: number;
    readonly runId: string | null;
  }[];
};

let made = 0;
/** What names a new record of a type. */
const named = (path: Path): Json => {
  made++;
  return path === "contacts"
    ? { email: `m${made}@owner-map.example` }
    : { name: `Mapped ${made}`, domain: `m${made}.owner-map.example` };
};

const ownerHere = async (world: World, path: Path, id: string) =>
  (await record(world, path, id)).properties["owner_email"] ?? null;

const ownerThere = async (world: World, path: Path, objectId: string) =>
  (await object(world, path, objectId)).properties["hubspot_owner_id"] ?? null;

const listed = async (world: World, query = ""): Promise<OwnerRow[]> => {
  const { status, body } = await world.api<{ results: OwnerRow[] }>(
    "GET",
    `/owners?limit=200${query}`,
  );
  expect(status, JSON.stringify(body)).toBe(200);
  return body.results;
};

const countsOf = (row: OwnerRow | undefined) =>
  Object.fromEntries(
    (row?.records ?? []).map(({ objectType, count }) => [objectType, count]),
  );

/** A HubSpot user leaves: their owner is a former one, as Counterpart has read by then. */
async function leave(world: World, email: string): Promise<void> {
  const { body } = await world.control<{
    users: { id: number; email: string }[];
  }>("GET", `/sandbox/portals/${world.portalId}`);
  const user = body.users.find((one) => one.email === email);
  const left = await world.inHubSpot("POST", `/users/${user?.id}/deactivate`);
  expect(left.status).toBeLessThan(300);
  await readAgain(world);
}

async function readAgain(world: World): Promise<void> {
  const { status } = await world.api("POST", "/installation/definitions");
  expect(status).toBe(200);
}

describe("an email that HubSpot has for nobody", () => {
  const at = useWorld({ portal: { searchLagMs: 0 } });
  beforeEach(() => choose(at.world));

  const overrides = async (more: Partial<OwnerOverride> = {}) => {
    const [first] = await owners(at.world);
    return [{ email: old, ownerId: first.id, pulled: true, ...more }];
  };

  test.each(types)(
    "BN-019 is the owner whom the settings name, in %s, both ways, and nothing changes by itself",
    async (path) => {
      const { world } = at;
      const [first, second] = await owners(world);
      await choose(world, { owners: await overrides() });
      const [linked] = await createLinked(world, path, [
        { ...named(path), owner_email: old.toUpperCase() },
      ]);
      const { id = "", objectId = "" } = linked ?? {};
      expect(await ownerThere(world, path, objectId)).toBe(first.id);

      await changeObject(world, path, objectId, {
        hubspot_owner_id: second.id,
      });
      await world.settled();
      expect(await ownerHere(world, path, id)).toBe(second.email);
      await changeObject(world, path, objectId, { hubspot_owner_id: first.id });
      await world.settled();
      expect(await ownerHere(world, path, id)).toBe(old);

      // HubSpot's own email is that owner, too: another spelling, and no change.
      const before = (await journal(world, { recordId: id })).length;
      await change(world, path, id, { owner_email: first.email });
      await calm(world);
      expect(await ownerHere(world, path, id)).toBe(first.email);
      expect(await ownerThere(world, path, objectId)).toBe(first.id);
      expect(await journal(world, { recordId: id })).toHaveLength(before);
    },
  );

  test("BN-019 waits as a problem until the settings name its owner, and then goes by itself", async () => {
    const { world } = at;
    const [first] = await owners(world);
    const [linked] = await createLinked(world, "contacts", [
      { ...named("contacts"), owner_email: old },
    ]);
    const { id = "", objectId = "" } = linked ?? {};
    expect(await attention(world, id)).toMatchObject([
      { code: "unknown_owner", field: "owner_email" },
    ]);
    await choose(world, { owners: await overrides() });
    await world.settled();
    expect(await ownerThere(world, "contacts", objectId)).toBe(first.id);
    expect(await attention(world, id)).toEqual([]);
  });

  test("BN-019 AP-023 is the pushing person's owner, and the rule's", async () => {
    const { world } = at;
    const [first] = await owners(world);
    await choose(world, {
      automatic: byHandOnly,
      owners: await overrides(),
      company: { newOwner: { rule: "owner", ownerEmail: old } },
    });
    await addUser(world, { email: old });
    for (const path of types) {
      const { id } = await make(world, path, named(path));
      await world.api(
        "POST",
        "/sync/push",
        { objectType: typeOf[path], ids: [id] },
        path === "contacts" ? actingAs(old) : {},
      );
      await world.settled();
      const { hubspotId } = await record(world, path, id);
      expect(await ownerThere(world, path, hubspotId ?? "")).toBe(first.id);
    }
  });

  test("BN-019 is what workspace.users says of a user, whatever the settings become", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    const email = "seen@old.example";
    const seen = async () =>
      (
        await inSql<{ hubspot_owner_id: string | null }>(
          world,
          `select hubspot_owner_id from workspace.users where email = '${email}'`,
        )
      )[0]?.hubspot_owner_id;
    await addUser(world, { email });
    expect(await seen()).toBeNull();
    await choose(world, { owners: await overrides({ email }) });
    expect(await seen()).toBe(first.id);
    await choose(world, {
      owners: await overrides({ email, ownerId: second.id }),
    });
    expect(await seen()).toBe(second.id);
    const { body } = await world.api<{ version: number }>("GET", "/settings");
    const rolledBack = await world.api("POST", "/settings/roll-back", {
      version: body.version,
      to: body.version - 1,
    });
    expect(rolledBack.status).toBe(200);
    expect(await seen()).toBe(first.id);
  });

  test("BN-019 isn't saved with an owner who isn't there, or if another owner has no email then", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    const { body: read } = await world.api<{
      version: number;
      settings: Settings;
    }>("GET", "/settings");
    const refused = async (list: readonly OwnerOverride[]) => {
      const document = {
        version: read.version,
        settings: { ...read.settings, owners: list },
      };
      const check = await world.api<{ errors: unknown }>(
        "POST",
        "/settings/check",
        document,
      );
      const saved = await world.api<{ errors: unknown }>(
        "PUT",
        "/settings",
        document,
      );
      expect(saved.status).toBe(400);
      expect(saved.body.errors).toEqual(check.body.errors);
      return saved.body.errors;
    };
    expect(
      await refused([
        { email: old, ownerId: "999", pulled: true },
        { email: second.email, ownerId: first.id, pulled: false },
      ]),
    ).toEqual([
      {
        path: "settings.owners.0.ownerId",
        message: "HubSpot has no owner 999. Choose one of HubSpot's owners.",
      },
      {
        path: "settings.owners.1.email",
        message: expect.stringMatching(
          /has this email in HubSpot, and has no other one then\. List another email for this owner too\.$/,
        ) as string,
      },
    ]);
    // With another email for that owner, it is.
    await choose(world, {
      owners: [
        { email: second.email, ownerId: first.id, pulled: true },
        { email: first.email, ownerId: second.id, pulled: true },
      ],
    });
  });

  test("BN-019 X-15 what changes is said by email, and in the order of nothing", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    const one = { email: old, ownerId: first.id, pulled: true };
    const two = {
      email: "team@old.example",
      ownerId: first.id,
      pulled: false,
    };
    await choose(world, { owners: [one, two] });
    const { body } = await world.api<{ version: number; settings: Settings }>(
      "GET",
      "/settings",
    );
    const changes = async (list: readonly OwnerOverride[]) => {
      const { body: check } = await world.api<{
        changes: { path: string; sentence: string }[];
      }>("POST", "/settings/check", {
        settings: { ...body.settings, owners: list },
      });
      return check.changes.map(({ path, sentence }) => [path, sentence]);
    };
    expect(await changes([two, one])).toEqual([]);
    expect(await changes([{ ...one, ownerId: second.id }])).toEqual([
      [
        "owners.team@old.example",
        "The email team@old.example is the owner who has it in HubSpot again, if there is one.",
      ],
      [
        `owners.${old}.ownerId`,
        `The email ${old} is HubSpot's owner ${second.id}.`,
      ],
    ]);
  });
});

describe("the owners", () => {
  const at = useWorld({ portal: { searchLagMs: 0 } });
  const alone = "nobody@product.example";
  let rows: readonly OwnerRow[];
  beforeEach(async () => {
    const { world } = at;
    if (rows !== undefined) return;
    const [first, second] = await owners(world);
    await addUser(world, { email: first.email, name: "Ada Adams" });
    await addUser(world, { email: alone, name: "Nobody's Owner" });
    await createLinked(world, "contacts", [
      { ...named("contacts"), owner_email: first.email },
      { ...named("contacts"), owner_email: ` ${first.email.toUpperCase()}` },
      { ...named("contacts"), owner_email: second.email },
    ]);
    await createLinked(world, "companies", [
      { ...named("companies"), owner_email: second.email },
    ]);
    await make(world, "contacts", { ...named("contacts"), owner_email: alone });
    await world.settled();
    rows = await listed(world);
  });

  test("BN-019 are listed with their users, and users without an owner, each with their records", async () => {
    const [first, second] = await owners(at.world);
    const of = (email: string) =>
      rows.find(({ emails }) => emails.some((one) => one.email === email));
    expect(of(first.email)).toMatchObject({
      state: "matched",
      owner: { id: first.id, active: true },
      user: { email: first.email, name: "Ada Adams" },
      emails: [{ email: first.email, by: "email" }],
      pulledAs: first.email,
    });
    expect(countsOf(of(first.email))).toEqual({
      company: 0,
      contact: 2,
      deal: 0,
    });
    expect(of(second.email)).toMatchObject({
      state: "without_user",
      owner: { id: second.id },
      user: null,
    });
    expect(countsOf(of(second.email))).toEqual({
      company: 1,
      contact: 1,
      deal: 0,
    });
    expect(of(alone)).toMatchObject({
      state: "without_owner",
      owner: null,
      user: { email: alone },
      emails: [{ email: alone, by: null }],
      pulledAs: null,
    });
    expect(countsOf(of(alone))).toEqual({
      company: 0,
      contact: 1,
      deal: 0,
    });
    // Owners come first.
    const firstUser = rows.findIndex(({ owner }) => owner === null);
    expect(rows.slice(firstUser).every(({ owner }) => owner === null)).toBe(
      true,
    );
  });

  test("BN-019 are filtered, searched, and read in pages that leave none out", async () => {
    const { world } = at;
    const [first] = await owners(world);
    for (const state of [
      "matched",
      "without_user",
      "without_owner",
      "departed",
    ])
      expect(await listed(world, `&state=${state}`)).toEqual(
        rows.filter((row) => row.state === state),
      );
    expect(
      (await listed(world, "&q=ada%20ADAMS")).map(({ owner }) => owner?.id),
    ).toEqual([first.id]);
    expect(
      (await listed(world, "&q=nobody%40")).map(({ user }) => user?.email),
    ).toEqual([alone]);
    const paged: OwnerRow[] = [];
    let cursor: string | null = null;
    do {
      const { body }: { body: { results: OwnerRow[]; next: string | null } } =
        await world.api(
          "GET",
          `/owners?limit=1${cursor === null ? "" : `&cursor=${cursor}`}`,
        );
      expect(body.results.length).toBeLessThanOrEqual(1);
      paged.push(...body.results);
      cursor = body.next;
    } while (cursor !== null);
    expect(paged).toEqual(rows);
  });
});

describe("all records of an owner", () => {
  const at = useWorld({ portal: { searchLagMs: 0 } });
  beforeEach(() => choose(at.world));

  const reassign = (body: Json, headers = {}) =>
    at.world.api<Reassigned>("POST", "/owners/reassign", body, headers);

  const ownedBy = async (email: string) => {
    const contacts = await createLinked(at.world, "contacts", [
      { ...named("contacts"), owner_email: email },
      { ...named("contacts"), owner_email: ` ${email.toUpperCase()} ` },
    ]);
    const companies = await createLinked(at.world, "companies", [
      { ...named("companies"), owner_email: email },
    ]);
    return { contacts, companies };
  };

  test("BN-019 are counted first, then given to another owner in a person's name, and HubSpot follows", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    const person = "assigns@owner-map.example";
    await addUser(world, {
      email: person,
      permissions: ["assign_contact_owner", "assign_company_owner"],
    });
    const theirs = await ownedBy(second.email);
    const [other] = await createLinked(world, "contacts", [
      { ...named("contacts"), owner_email: "else@owner-map.example" },
    ]);
    const change = { from: second.email.toUpperCase(), to: first.email };
    const counted = await reassign({ ...change, dryRun: true });
    expect(counted.body.results).toEqual([
      expect.objectContaining({
        objectType: "company",
        records: 1,
        runId: null,
      }),
      expect.objectContaining({
        objectType: "contact",
        records: 2,
        runId: null,
      }),
    ]);
    await world.settled();
    const [one] = theirs.contacts;
    expect(await ownerHere(world, "contacts", one?.id ?? "")).toBe(
      second.email,
    );

    const started = await reassign(change, actingAs(person));
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    await world.settled();
    for (const path of types)
      for (const { id, objectId } of theirs[path]) {
        expect(await ownerHere(world, path, id)).toBe(first.email);
        expect(await ownerThere(world, path, objectId)).toBe(first.id);
        const lines = await journal(world, { recordId: id });
        const { runId } =
          started.body.results.find(
            ({ objectType }) => objectType === typeOf[path],
          ) ?? {};
        expect(lines.filter((line) => line.runId === runId)).toMatchObject([
          {
            action: "updated",
            by: person,
            changes: [
              {
                field: "owner_email",
                side: "hubspot",
                before: second.id,
                after: first.id,
              },
            ],
          },
          {
            action: "updated",
            code: "owner_reassigned",
            by: person,
            reason: expect.stringContaining(
              `were given to ${first.email}.`,
            ) as string,
            changes: [
              { field: "owner_email", side: "workspace", after: first.email },
            ],
          },
        ]);
      }
    expect(await ownerHere(world, "contacts", other?.id ?? "")).toBe(
      "else@owner-map.example",
    );
    for (const { runId, records } of started.body.results)
      expect((await world.api("GET", `/runs/${runId}`)).body).toMatchObject({
        state: "done",
        counts: { requested: records, updated: records },
      });
    // There is nothing left to do.
    const again = await reassign(change);
    expect(
      again.body.results.map(({ records, runId }) => [records, runId]),
    ).toEqual([
      [0, null],
      [0, null],
    ]);
    await calm(world);
  });

  test("BN-019 hundreds go in one run, of one type if asked", async () => {
    const { world } = at;
    const [first] = await owners(world);
    await choose(world, { automatic: byHandOnly });
    const gone = "hundreds@owner-map.example";
    await inSql(
      world,
      `insert into workspace.contacts (email, owner_email) select 'h' || n || '@owner-map.example', '${gone}' from generate_series(1, 230) n`,
    );
    await inSql(
      world,
      `insert into workspace.companies (name, owner_email) values ('Hundreds', '${gone}')`,
    );
    const { body } = await reassign({
      from: [gone, "another@owner-map.example"],
      to: first.email,
      objectType: "contact",
    });
    expect(body.results).toMatchObject([
      { objectType: "contact", records: 230 },
    ]);
    await world.settled();
    const left = await inSql<{ contacts: string; companies: string }>(
      world,
      `select (select count(*) from workspace.contacts where owner_email = '${gone}') as contacts,
        (select count(*) from workspace.companies where owner_email = '${gone}') as companies`,
    );
    expect(left).toEqual([{ contacts: "0", companies: "1" }]);
    expect(
      (await world.api("GET", `/runs/${body.results[0]?.runId}`)).body,
    ).toMatchObject({ state: "done", counts: { requested: 230 } });
  });

  test("BN-019 need the permission for each type, an active owner, and another one", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    const change = { from: second.email, to: first.email };
    const person = "half@owner-map.example";
    await addUser(world, {
      email: person,
      permissions: ["push", "pull", "settings", "assign_contact_owner"],
    });
    const half = await reassign(change, actingAs(person));
    expect(half).toMatchObject({
      status: 403,
      body: { code: "no_permission" },
    });
    expect(
      await reassign({ ...change, objectType: "contact" }, actingAs(person)),
    ).toMatchObject({ status: 202 });
    expect(
      await reassign(change, actingAs("stranger@owner-map.example")),
    ).toMatchObject({ status: 403 });
    expect(
      await reassign({ ...change, to: "ghost@owner-map.example" }),
    ).toMatchObject({ status: 409, body: { code: "unknown_owner" } });
    expect(await reassign({ ...change, to: second.email })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "to", message: "must be another owner" }] },
    });
  });

  test("BN-019 X-11 of an owner who left: listed as departed with a count, and the warning ends once another has them", async () => {
    const { world } = at;
    const [first, second] = await owners(world);
    const { contacts } = await ownedBy(second.email);
    await leave(world, second.email);
    const drift = async () =>
      (
        await world.api<{ results: AttentionEntry[] }>(
          "GET",
          "/attention?kind=drift",
        )
      ).body.results.map(({ code }) => code);
    expect(await drift()).toContain("owner_departed");
    const [departed] = await listed(world, "&state=departed");
    expect(departed).toMatchObject({
      owner: { id: second.id, active: false },
      emails: [{ email: second.email, by: null }],
      pulledAs: second.email,
    });
    expect(countsOf(departed)).toEqual({
      company: 1,
      contact: 2,
      deal: 0,
    });
    expect(
      await reassign({ from: first.email, to: second.email }),
    ).toMatchObject({ status: 409 });

    // Whose the email is now, the settings may say: then it's that owner's, and no longer the former one's.
    await choose(world, {
      owners: [{ email: second.email, ownerId: first.id, pulled: false }],
    });
    const [without] = await listed(world, "&state=departed");
    expect(without?.emails).toEqual([]);
    expect(
      (await listed(world, "&state=active")).find(
        ({ owner }) => owner?.id === first.id,
      )?.emails,
    ).toContainEqual({ email: second.email, by: "override" });
    await choose(world);

    await reassign({
      from: departed?.emails.map(({ email }) => email),
      to: first.email,
    });
    await world.settled();
    for (const { objectId } of contacts)
      expect(await ownerThere(world, "contacts", objectId)).toBe(first.id);
    // By itself within a minute; an admin needn't wait.
    await readAgain(world);
    expect(await drift()).not.toContain("owner_departed");
    expect(countsOf((await listed(world, "&state=departed"))[0])).toEqual({
      company: 0,
      contact: 0,
      deal: 0,
    });
  });
});
