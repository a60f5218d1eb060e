import { sql } from "kysely";
import { expect, test } from "vitest";
import { noFence } from "../../../server/database/fence.ts";
import { drainDirty } from "../../../server/sync/sources/dirty.ts";
import { useSyncWorld } from "./sweep-world.ts";

/** 7-A3: a sweep finds what the rules call for, and what got lost on its way. */
const at = useSyncWorld();

/** Works off the dirty set, as its lane would. */
async function drain(portalId: number): Promise<void> {
  const turn = { fence: noFence, signal: new AbortController().signal };
  while ((await drainDirty(at().engine, portalId, turn)) === "now");
}

/** The product does something, and every trace of that in the dirty set is lost. */
async function lost(
  portalId: number,
  ...statements: readonly Parameters<ReturnType<typeof at>["query"]>[1][]
): Promise<void> {
  for (const statement of statements) await at().query(portalId, statement);
  await at().query(portalId, sql`delete from dirty`);
}

interface True {
  readonly properties: Readonly<Record<string, string>>;
  readonly associations: Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >;
}

async function truth(
  portalId: number,
  type: "contacts" | "companies",
): Promise<readonly True[]> {
  const { results } = await at().world.control(
    "GET",
    `/portals/${portalId}/objects/${type}?archived=false`,
  );
  return results as readonly True[];
}

const associated = (contacts: readonly True[], email: string): number =>
  Object.values(
    contacts.find(({ properties }) => properties["email"] === email)
      ?.associations ?? {},
  ).filter(({ toType }) => toType === "companies").length;

test("lost changes, creations, associations, and companies to bring along are found, done, and counted, once", async () => {
  const { pullAll, sweep, choose, query } = at();
  const portalId = await at().world.installed();
  await pullAll(portalId);
  await query(
    portalId,
    sql`insert into workspace.companies (name, domain) values ('Linked', 'linked.example')`,
  );
  await drain(portalId);
  await choose(portalId, (settings) => ({
    ...settings,
    company: {
      ...settings.company,
      push: { ...settings.company.push, enabled: false },
    },
  }));
  for (const name of ["edited", "joined", "bringing", "rebased", "untouched"])
    await query(
      portalId,
      sql`insert into workspace.contacts (email, company_id) values (${`${name}@owed.example`},
        (select id from workspace.companies where domain = 'linked.example' and ${name === "rebased"}))`,
    );
  await query(
    portalId,
    sql`insert into workspace.companies (name, domain) values ('Brought', 'brought.example'), ('Left', 'left.example')`,
  );
  await drain(portalId);
  expect(await sweep(portalId)).toMatchObject({ differences: 0, repaired: 0 });

  const company = (domain: string) =>
    sql`(select id from workspace.companies where domain = ${domain})`;
  await lost(
    portalId,
    sql`update workspace.contacts set city = 'Ulm' where email = 'edited@owed.example'`,
    sql`insert into workspace.contacts (email) values ('new@owed.example')`,
    sql`update workspace.contacts set company_id = ${company("linked.example")} where email = 'joined@owed.example'`,
    sql`update workspace.contacts set company_id = ${company("brought.example")} where email = 'bringing@owed.example'`,
    sql`delete from association_base`,
  );
  expect(await sweep(portalId)).toMatchObject({
    differences: 5,
    repaired: 5,
    types: { contact: { differences: 5, repaired: 5 } },
  });

  const contacts = await truth(portalId, "contacts");
  const property = (email: string, name: string) =>
    contacts.find(({ properties }) => properties["email"] === email)
      ?.properties[name];
  expect(property("edited@owed.example", "city")).toBe("Ulm");
  expect(property("new@owed.example", "email")).toBe("new@owed.example");
  for (const name of ["joined", "bringing", "rebased"])
    expect(associated(contacts, `${name}@owed.example`), name).toBe(1);
  expect(
    (await truth(portalId, "companies"))
      .map(({ properties }) => properties["domain"] ?? "")
      .toSorted(),
  ).toEqual(["brought.example", "linked.example"]);

  expect(await sweep(portalId)).toMatchObject({ differences: 0, repaired: 0 });
});

test("what is known is no difference: dirty, a problem, a conflict that is held, a rejected value, excluded by a rule", async () => {
  const { pullAll, sweep, query } = at();
  const portalId = await at().world.installed();
  await pullAll(portalId);
  await query(
    portalId,
    sql`insert into workspace.contacts (email, city) values ('one@known.example', 'Bonn'), ('ONE@known.example', 'Bonn'), ('two@known.example', ''), (null, null)`,
  );
  await drain(portalId);
  await query(
    portalId,
    sql`update workspace.contacts set owner_email = 'nobody@known.example' where email = 'two@known.example'`,
  );
  await drain(portalId);
  await query(
    portalId,
    sql`update workspace.contacts set city = 'Köln' where email = 'one@known.example'`,
  );
  expect(await sweep(portalId)).toMatchObject({ differences: 0, repaired: 0 });
  expect(
    await query(
      portalId,
      sql`select sync_status from workspace.contacts order by created_at, email, sync_status`,
    ),
  ).toHaveLength(4);
});

test("more losses than one page and one batch hold are all repaired", async () => {
  const { pullAll, sweep, choose, query } = at();
  const portalId = await at().world.installed();
  await pullAll(portalId);
  // More than a brake lets through by itself: an admin has allowed it.
  await choose(portalId, (settings) => ({
    ...settings,
    contact: {
      ...settings.contact,
      brakes: {
        ...settings.contact.brakes,
        creations: { toHubSpot: 10_000, toWorkspace: null },
      },
    },
  }));
  const count = 1_050;
  await lost(
    portalId,
    sql`insert into workspace.contacts (email) select 'n' || n || '@many.example' from generate_series(1, ${count}::int) n`,
  );
  expect(await sweep(portalId, ["contact"])).toMatchObject({
    differences: count,
    repaired: count,
  });
  expect(await truth(portalId, "contacts")).toHaveLength(count);
  expect(
    await query(portalId, sql`select from link where state = 'live'`),
  ).toHaveLength(count);
}, 60_000);
