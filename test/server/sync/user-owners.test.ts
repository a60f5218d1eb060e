import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { toJson } from "../../../server/database/json.ts";
import type { Owner } from "../../../server/hubspot/gateway.ts";
import { loadOwners } from "../../../server/sync/installation/definitions.ts";
import { useDatabase } from "../../database.ts";
import { addPortal } from "../jobs/portal.ts";

const at = useDatabase();
const portalId = 9_400_001;
beforeAll(() => addPortal(at.database, portalId));

const emails = ["ada", "ben", "cleo", "dan"].map((n) => `${n}@owners.example`);
const ids = ["11", "12", "13", "14", "15"];
const email = fc.constantFrom(...emails);
const hubSpotUser = fc.option(fc.constantFrom("1", "2", "3"));

/** Owners with few emails and users between them, so that each rule meets the others. */
const anyPortal = fc.record({
  owners: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      email: fc.oneof(email, fc.constant("")),
      userId: hubSpotUser,
      archived: fc.boolean(),
    }),
    { selector: ({ id }) => id, maxLength: ids.length },
  ),
  users: fc
    .uniqueArray(fc.record({ email, userId: hubSpotUser }), {
      selector: (user) => user.email,
    })
    .map((users) => {
      const taken = new Set<string | null>();
      return users.map((user) => {
        const isTaken = taken.has(user.userId);
        taken.add(user.userId);
        return isTaken ? { ...user, userId: null } : user;
      });
    }),
  overrides: fc.uniqueArray(
    fc.record({
      email,
      ownerId: fc.constantFrom(...ids, "99"),
      pulled: fc.constant(false),
    }),
    { selector: (override) => override.email },
  ),
});

class Undo extends Error {}

test("BN-019 workspace.users says the same owner of a user's email as the rule of the engine, for any owners, links, and overrides", async () => {
  await fc.assert(
    fc.asyncProperty(anyPortal, async ({ owners, users, overrides }) => {
      const compare = at.database.inPortal(portalId, async (db) => {
        const bodies = owners.map((owner): Owner => ({
          ...owner,
          firstName: "",
          lastName: "",
        }));
        await sql`
          insert into hubspot_definition (portal_id, kind, name, body)
          select ${portalId}, 'owner', o ->> 'id', o from jsonb_array_elements(${toJson(bodies)}::jsonb) o`.execute(
          db,
        );
        await sql`
          insert into workspace_user (portal_id, email, permissions, hubspot_user_id)
          select ${portalId}, u ->> 'email', '{}', (u ->> 'userId')::bigint
          from jsonb_array_elements(${toJson(users)}::jsonb) u`.execute(db);
        await sql`
          update installation set owner_ids = ${toJson(
            Object.fromEntries(
              overrides.map((override) => [override.email, override.ownerId]),
            ),
          )}::jsonb where portal_id = ${portalId}`.execute(db);
        const { idByEmail } = await loadOwners(db, portalId, overrides);
        const { rows } = await sql<{ email: string; owner: string | null }>`
          select email, hubspot_owner_id as owner from workspace.users order by email`.execute(
          db,
        );
        expect(rows).toEqual(
          users
            .map((user) => ({
              email: user.email,
              owner: idByEmail[user.email] ?? null,
            }))
            .toSorted((one, other) => (one.email < other.email ? -1 : 1)),
        );
        // Each case has the portal to itself.
        throw new Undo();
      });
      await compare.catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
    }),
    { numRuns: 200 },
  );
});
