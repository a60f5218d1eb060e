import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { LeaseLost, noFence } from "../../../server/database/fence.ts";
import {
  definitionMinutes,
  housekeeping,
} from "../../../server/sync/housekeeping.ts";
import { useSyncWorld } from "./sweep-world.ts";

const at = useSyncWorld();

const keep = (portalId: number): Promise<Date | null> =>
  housekeeping(at().engine, portalId, noFence);

interface Attempt {
  readonly operation: string;
  readonly age: string;
  readonly answer?: string;
  readonly claimEnds?: string;
  readonly linked?: boolean;
}

test.each<[string, Attempt, { settled: boolean; claimed: boolean }]>([
  [
    "an update without an answer is closed after ten minutes",
    { operation: "update", age: "11 minutes" },
    { settled: true, claimed: false },
  ],
  [
    "a young update stays open, for its request may still land",
    { operation: "update", age: "9 minutes" },
    { settled: false, claimed: false },
  ],
  [
    "one whose call may still be under way keeps its claim",
    { operation: "update", age: "10 seconds", claimEnds: "50 seconds" },
    { settled: false, claimed: true },
  ],
  [
    "a creation without an answer stays open, however old",
    { operation: "create", age: "3 days" },
    { settled: false, claimed: false },
  ],
  [
    "a refused creation is closed",
    { operation: "create", age: "11 minutes", answer: '{"kind": "error"}' },
    { settled: true, claimed: false },
  ],
  [
    "an answered creation that nobody made a link of stays open",
    { operation: "create", age: "11 minutes", answer: '{"kind": "result"}' },
    { settled: false, claimed: false },
  ],
  [
    "a creation whose record has its object is closed",
    { operation: "create", age: "11 minutes", linked: true },
    { settled: true, claimed: false },
  ],
])("%s", async (_name, attempt, expected) => {
  const { world, query } = at();
  const portalId = await world.installed();
  const record = randomUUID();
  await query(
    portalId,
    sql`insert into attempt (portal_id, id, object_type, record_id, operation, sent, initiator, claim_ends_at, created_at, answer)
      values (${portalId}, ${randomUUID()}, 'contact', ${record}, ${attempt.operation}, '{}', 'workspace',
        now() + ${attempt.claimEnds ?? "-1 second"}::interval, now() - ${attempt.age}::interval, ${attempt.answer ?? null}::jsonb)`,
  );
  if (attempt.linked === true)
    await query(
      portalId,
      sql`insert into link (portal_id, object_type, record_id, object_id) values (${portalId}, 'contact', ${record}, 5)`,
    );
  await keep(portalId);
  expect(
    await query(
      portalId,
      sql`select settled_at is not null as settled, claimed from attempt`,
    ),
  ).toEqual([expected]);
});

test("claims on identities end with their time", async () => {
  const { world, query } = at();
  const portalId = await world.installed();
  for (const [value, ends] of [
    ["old@example.com", "-1 second"],
    ["new@example.com", "1 minute"],
  ])
    await query(
      portalId,
      sql`insert into identity_claim (portal_id, object_type, key_kind, key_value, attempt_id, record_id, ends_at)
        values (${portalId}, 'contact', 'email', ${value}, ${randomUUID()}, ${randomUUID()}, now() + ${ends}::interval)`,
    );
  await keep(portalId);
  expect(
    await query(portalId, sql`select key_value from identity_claim`),
  ).toEqual([{ key_value: "new@example.com" }]);
});

const readAt = async (portalId: number): Promise<Date | null> => {
  const [row] = await at().query(
    portalId,
    sql<{
      read_at: Date | null;
    }>`select definitions_read_at as read_at from installation`,
  );
  return row?.read_at ?? null;
};

test("a portal is prepared once, and its definitions are read again after an hour", async () => {
  const { world, query } = at();
  const portalId = await world.installed();
  const due = await keep(portalId);
  const first = await readAt(portalId);
  expect(first).not.toBeNull();
  expect(due?.getTime()).toBeGreaterThan(
    Date.now() + (definitionMinutes - 1) * 60_000,
  );
  expect(
    await query(portalId, sql`select unique_property from installation`),
  ).toEqual([
    {
      unique_property: { contact: { exists: true }, company: { exists: true } },
    },
  ]);

  await world.control("DELETE", "/requests");
  expect(await keep(portalId)).toEqual(
    new Date((first?.getTime() ?? 0) + definitionMinutes * 60_000),
  );
  expect(await world.counted(portalId, "")).toEqual({});

  await query(
    portalId,
    sql`update installation set definitions_read_at = now() - interval '61 minutes'`,
  );
  await world.control("POST", `/portals/${portalId}/properties/contacts`, {
    name: "favourite_colour",
    label: "Favourite colour",
    type: "string",
    fieldType: "text",
    groupName: "contactinformation",
  });
  await keep(portalId);
  expect((await readAt(portalId))?.getTime()).toBeGreaterThan(
    Date.now() - 60_000,
  );
  expect(
    await query(
      portalId,
      sql`select name from hubspot_definition where name = 'favourite_colour'`,
    ),
  ).toEqual([{ name: "favourite_colour" }]);
});

test("the unique property is made again where a person removed it", async () => {
  const { world, query } = at();
  const portalId = await world.installed();
  await keep(portalId);
  await query(
    portalId,
    sql`delete from hubspot_definition where name = 'counterpart_record_id' and object_type = 'company'`,
  );
  await query(
    portalId,
    sql`update installation set definitions_read_at = now() - interval '61 minutes'`,
  );
  await keep(portalId);
  expect(
    await query(
      portalId,
      sql`select object_type from hubspot_definition where name = 'counterpart_record_id' order by 1`,
    ),
  ).toEqual([{ object_type: "company" }, { object_type: "contact" }]);
});

test.each(["disconnected", "uninstalled"])(
  "a portal that is %s is not called, and not due again",
  async (state) => {
    const { world, query } = at();
    const portalId = await world.installed();
    await query(portalId, sql`update installation set state = ${state}`);
    await world.control("DELETE", "/requests");
    expect(await keep(portalId)).toBeNull();
    expect(await world.counted(portalId, "")).toEqual({});
  },
);

test("a worker that has lost its lane closes nothing", async () => {
  const { world, engine, query } = at();
  const portalId = await world.installed();
  await query(
    portalId,
    sql`insert into attempt (portal_id, id, object_type, record_id, operation, sent, initiator, claim_ends_at, created_at)
      values (${portalId}, ${randomUUID()}, 'contact', ${randomUUID()}, 'update', '{}', 'workspace', now(), now() - interval '1 day')`,
  );
  const lost = () => Promise.reject(new LeaseLost("lost"));
  await expect(housekeeping(engine, portalId, lost)).rejects.toThrow("lost");
  expect(
    await query(
      portalId,
      sql`select settled_at is not null as settled from attempt`,
    ),
  ).toEqual([{ settled: false }]);
});
