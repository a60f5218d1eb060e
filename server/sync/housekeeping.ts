import { sql } from "kysely";
import type { Db } from "../database/database.ts";
import type { Fence } from "../database/fence.ts";
import type { InstallationState } from "../database/tables.ts";
import type { ObjectType, PortalId } from "../settings/object-type.ts";
import { expireHeld, nextExpiry } from "./resolve/mass-change.ts";
import { refreshDefinitions } from "./installation/refresh-definitions.ts";
import type { Engine } from "./engine.ts";
import { loadTypes } from "./installation/portal-types.ts";
import { checkScopes } from "./installation/check-scopes.ts";
import { resumeRemovals } from "./installation/follow-pipelines.ts";
import { followTypes } from "./installation/follow-types.ts";
import {
  activateIfPulled,
  queueFirstPulls,
} from "./installation/installation-moves.ts";
import { preparePortal } from "./installation/prepare-portal.ts";
import { takeUpkeepWish } from "./installation/want-upkeep.ts";
import { creationKeyProperty } from "./values/identity.ts";
import { eraseLate } from "./apply/privacy.ts";
import { clearingHours, openAttemptMinutes } from "./pairs/stored-state.ts";

/** Properties and owners are read again this often: a property that a person adds can be mapped within the hour. */
export const definitionMinutes = 60;

/** If HubSpot refuses what its definitions allow, they are read again, at most this often. */
const wantedMinutes = 1;

const bulk = { priority: "bulk" } as const;

/**
 * What the engine needs now and then of a portal:
 * - attempts whose answer will not come any more are closed, and what came late of an erased person is erased;
 * - changes that nobody has approved of in time are refused;
 * - HubSpot's definitions are read again every hour, and sooner if HubSpot has refused what they allow; the unique
 *   property is made where it is not there yet, and scopes that are missing are looked at;
 * - a first pull begins that HubSpot refused, or whose type is synced only since;
 * - records leave with pipelines that aren't selected, if no run is at that.
 *
 * Removing what has been kept long enough is the job's (database/retention.ts). Answers when it is due again; null for a
 * portal that is not connected, or whose tokens are another database's (restored-copy.ts). HubSpot's refusals to answer
 * (WaitError, DisconnectedError …) are thrown, with the rest done.
 */
export async function housekeeping(
  engine: Engine,
  portalId: PortalId,
  fence: Fence,
): Promise<Date | null> {
  const standing = await engine.database.inPortal(portalId, async (db) => {
    await fence(db);
    await takeUpkeepWish(db, portalId);
    await closeAttempts(db, portalId);
    await eraseLate(db, portalId);
    await expireHeld(db, portalId);
    return readStanding(db, portalId, engine.now());
  });
  if (standing === null) return null;
  const gateway = engine.hubspot.portal(portalId);
  if (standing.lacks === "preparation")
    await preparePortal(engine.database, gateway, portalId, bulk);
  else if (standing.lacks === "definitions")
    await refreshDefinitions(engine.database, gateway, portalId, bulk);
  await checkScopes(engine, portalId, bulk);
  return engine.database.inPortal(portalId, async (db) => {
    await fence(db);
    await followTypes(db, portalId);
    if (standing.lacks !== null) await resumeRemovals(db, portalId);
    await queueFirstPulls(db, portalId, "upkeep");
    await activateIfPulled(db, portalId);
    const after = await readStanding(db, portalId, engine.now());
    if (after === null) return null;
    const due = nextLook(standing, after, engine.now());
    const expiry = await nextExpiry(db, portalId);
    return expiry !== null && expiry < due ? expiry : due;
  });
}

/**
 * What came to be lacking during the turn, by a reconnection, is for another one at once. What the turn itself could not
 * provide waits a while.
 */
function nextLook(before: StoredPortal, after: StoredPortal, now: Date): Date {
  if (after.lacks === null) return after.due;
  if (before.lacks === null) return now;
  return new Date(now.getTime() + wantedMinutes * 60_000);
}

/**
 * Ends claims whose time is over, and attempts that count for nothing any more: updates that are older than a request
 * can be late, and creations that were refused or whose record has its object. A creation without an answer stays
 * open, however old: its key must be read before another one is tried. Indexes attempt_open_record, link_live_record.
 */
async function closeAttempts(db: Db, portalId: PortalId): Promise<void> {
  await sql`
    update attempt set claimed = false
    where portal_id = ${portalId} and claimed and claim_ends_at < now()`.execute(
    db,
  );
  await sql`
    update attempt a set settled_at = now()
    where a.portal_id = ${portalId} and a.settled_at is null and not a.claimed
      and a.created_at < now() - make_interval(mins => ${openAttemptMinutes})
      and (a.created_at < now() - make_interval(hours => ${clearingHours}) or not jsonb_path_exists(a.sent, '$.*.cleared'))
      and (a.operation <> 'create' or a.answer ->> 'kind' in ('error', 'not-sent') or exists (
        select from link l where l.portal_id = a.portal_id and l.record_id = a.record_id and l.state = 'live'))`.execute(
    db,
  );
  await db
    .deleteFrom("identity_claim")
    .where("portal_id", "=", portalId)
    .where("ends_at", "<", sql<Date>`now()`)
    .execute();
}

const connected: readonly InstallationState[] = [
  "setting-up",
  "first-pull",
  "active",
  "held",
];

interface StoredPortal {
  readonly state: InstallationState;
  readonly lacks: "preparation" | "definitions" | null;
  /** When the definitions are to be read again. */
  readonly due: Date;
}

async function readStanding(
  db: Db,
  portalId: PortalId,
  now: Date,
): Promise<StoredPortal | null> {
  const { rows } = await sql<{
    state: InstallationState;
    is_copy: boolean;
    verdicts: Partial<Record<ObjectType, { exists: boolean }>>;
    read_at: Date | null;
    wanted_at: Date | null;
    standing: ObjectType[];
  }>`
    select i.state, i.copied_from is not null as is_copy, i.unique_property as verdicts, i.definitions_read_at as read_at,
      i.definitions_wanted_at as wanted_at, array(
      select d.object_type from hubspot_definition d
      where d.portal_id = i.portal_id and d.kind = 'property' and d.name = ${creationKeyProperty}) as standing
    from installation i where i.portal_id = ${portalId}`.execute(db);
  const row = rows[0];
  if (row === undefined || row.is_copy || !connected.includes(row.state))
    return null;
  const { enabled, preparing } = await loadTypes(db, portalId);
  const read = row.read_at?.getTime() ?? 0;
  const isWanted = (row.wanted_at?.getTime() ?? 0) > read;
  const due = new Date(
    read + (isWanted ? wantedMinutes : definitionMinutes) * 60_000,
  );
  const stale = due <= now;
  // Never tried, or begun and not ended (a callback of OAuth gives up in time): at once. Refused, or removed since by a
  // person: once an hour.
  const isUntried =
    preparing.length > 0 ||
    enabled.some((type) => row.verdicts[type] === undefined);
  const missing = enabled.some(
    (type) =>
      row.verdicts[type]?.exists !== true || !row.standing.includes(type),
  );
  return {
    state: row.state,
    lacks:
      isUntried || (stale && missing)
        ? "preparation"
        : stale
          ? "definitions"
          : null,
    due,
  };
}
