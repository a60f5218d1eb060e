import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { openMatches } from "../recheck/recheck-matches.ts";
import { unsentEmails } from "../recheck/recheck-withheld.ts";
import type { EffectCode } from "./pure/effect-wording.ts";

/** What the rules of a type do to records that are there, once they change: who is visible, sent, and linked. */

type Change = { readonly before: Settings; readonly after: Settings };

/** Returns how many records each changed rule of a type concerns. */
export async function ruleEffects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  change: Change,
): Promise<{ code: EffectCode; count: number }[]> {
  const [before, after] = [change.before[type], change.after[type]];
  const concerned: [EffectCode, RawBuilder<unknown>][] = [];
  if (before.pull.visible !== after.pull.visible)
    concerned.push([
      after.pull.visible ? "newly_visible" : "newly_hidden",
      onlyPulled(portalId, type),
    ]);
  if (before.pushUnverifiedEmails === false && after.pushUnverifiedEmails)
    concerned.push(["emails_sent", unsentEmails(portalId, type)]);
  if (before.matching === "ask" && after.matching === "link")
    concerned.push(["matches_linked", openMatches(portalId, type)]);
  const effects: { code: EffectCode; count: number }[] = [];
  for (const [code, records] of concerned) {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from (${records}) c`.execute(db);
    effects.push({ code, count: rows[0]?.count ?? 0 });
  }
  return effects;
}

/** Records that came from HubSpot and that the product has never changed. */
const onlyPulled = (
  portalId: PortalId,
  type: ObjectType,
): RawBuilder<unknown> => sql`
  select from record
  where portal_id = ${portalId} and object_type = ${type} and deleted_at is null and origin = 'hubspot' and not taken_over`;
