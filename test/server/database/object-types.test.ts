import { sql } from "kysely";
import type { QueryResultRow } from "pg";
import { expect, test } from "vitest";
import {
  associationKinds,
  descriptorOf,
  listedTypes,
} from "../../../server/settings/types/index.ts";
import { permissions } from "../../../server/sync/people/pure/permissions.ts";
import { useDatabase } from "../../database.ts";
import { typesInDatabase, typesInDescriptors } from "./types-in-database.ts";

const at = useDatabase();

test("types, kinds, and the views' columns are those of the descriptors, in order", async () => {
  expect(
    await typesInDatabase(
      async <Row extends QueryResultRow>(text: string) =>
        (await sql.raw<Row>(text).execute(at.database.owner)).rows,
    ),
  ).toEqual(
    typesInDescriptors(listedTypes.map(descriptorOf), associationKinds),
  );
});

test("a user's permissions are those of the descriptors", async () => {
  const { rows } = await sql<{ known: string[] }>`
    select workspace_permissions() as known`.execute(at.database.owner);
  expect([...(rows[0]?.known ?? [])].sort()).toEqual([...permissions].sort());
});

test("no function that somebody wrote names a type: those that do are made from the rows", async () => {
  const names = listedTypes.flatMap((type) => {
    const { singular, plural } = descriptorOf(type).names;
    return [singular, plural];
  });
  const { rows } = await sql<{ name: string }>`
    select proname as name from pg_proc
    where pronamespace = 'public'::regnamespace
      and coalesce(prosrc, '') || pg_get_functiondef(oid) ~ ${`'(${names.join("|")})'`}
    order by proname`.execute(at.database.owner);
  expect(rows.map(({ name }) => name)).toEqual([
    "identity_key",
    "is_association_kind",
    "is_object_type",
    "plural_of",
  ]);
});

test.each([
  [
    "a type that has no row",
    "call define_type_view('gadget', array['a text'])",
  ],
  [
    "a column that is neither text nor number",
    "call define_type_view('company', array['a jsonb'])",
  ],
])("a view is not made of %s", async (_what, text) => {
  await expect(sql.raw(text).execute(at.database.owner)).rejects.toThrow();
});

test("a type that a migration adds is known from then on, by no identity unless its row has one", async () => {
  const { owner } = at.database;
  await sql`insert into object_type (name, plural) values ('gadget', 'gadgets')`.execute(
    owner,
  );
  await sql`insert into association_kind (name, from_type, to_type, has_primary) values ('gadget_to_contact', 'gadget', 'contact', false)`.execute(
    owner,
  );
  await sql`call define_object_types()`.execute(owner);
  await sql`call define_type_view('gadget', array['name text'])`.execute(owner);
  const { rows } = await sql<{
    known: boolean;
    parent: boolean;
    key: string | null;
  }>`
    select is_object_type('gadget') as known, is_association_kind('gadget', 'contact') as parent,
      identity_key('gadget', '{"email": "a@b.example"}') as key`.execute(owner);
  expect(rows).toEqual([{ known: true, parent: true, key: null }]);
});
