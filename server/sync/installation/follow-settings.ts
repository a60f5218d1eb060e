import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import { toJson } from "../../database/json.ts";
import { makeLaneDue } from "../../database/make-lane-due.ts";
import { optionalTypes } from "../../settings/enabled-types.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { objectTypes } from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { checkDrift } from "./drift.ts";
import { queueFirstPulls, queueReconnection } from "./installation-moves.ts";
import {
  followPipelines,
  typesWithOtherPipelines,
} from "./follow-pipelines.ts";
import { followTypes } from "./follow-types.ts";
import { closeSourceEntry } from "./source-entry.ts";
import { recheckMatches } from "../recheck/recheck-matches.ts";
import { recheckWithheld } from "../recheck/recheck-withheld.ts";
import { listedTypes } from "../../settings/types/index.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { keepFieldTimes } from "./timed-fields.ts";
import { markParkedDirty } from "../recheck/mark-parked-dirty.ts";
import { canonicalEmail } from "../values/identity.ts";

/**
 * What a change of settings sets in motion, in its own transaction: automatic pull that is switched on catches up from
 * its old cursor and sweeps; automatic push looks at what has waited; other mappings and owners give parked fields another
 * try, and are compared with HubSpot's definitions; a type that is switched on is pulled; matches that were to be confirmed are
 * linked, and emails that were withheld are sent, once the portal chooses that; changes are timed where the newer one wins;
 * records leave with a pipeline that is no longer selected, and come with one that is.
 * @param by who saved
 */
export async function followSettings(
  db: Db,
  portalId: PortalId,
  before: Settings,
  after: Settings,
  by: string,
): Promise<void> {
  if (optionalTypes.some((type) => after[type].enabled === true))
    await queueFirstPulls(db, portalId, "settings");
  if (after.automatic.pull && !before.automatic.pull)
    await queueReconnection(db, portalId);
  if (after.automatic.push && !before.automatic.push) {
    await sql`update dirty set due_at = now() where portal_id = ${portalId} and due_at > now() and due_at < 'infinity'`.execute(
      db,
    );
    await makeLaneDue(db, "dirty", portalId);
  }
  await keepFieldTimes(db, portalId, after);
  const remapped = objectTypes.filter(
    (type) =>
      JSON.stringify(before[type].mappings) !==
      JSON.stringify(after[type].mappings),
  );
  const isReowned =
    JSON.stringify(before.owners) !== JSON.stringify(after.owners);
  // Owners are of no type: whoever was nobody in HubSpot may be somebody now.
  for (const type of isReowned ? objectTypes : remapped)
    await markParkedDirty(db, portalId, type);
  await keepOwners(db, portalId, after);
  const isCompared =
    isReowned ||
    remapped.length > 0 ||
    typesWithOtherPipelines(before, after).length > 0;
  if (isCompared) await checkDrift(db, portalId, "now");
  for (const type of objectTypes) {
    if (before[type].matching === "ask" && after[type].matching !== "ask")
      await recheckMatches(db, portalId, type);
    if (
      before[type].pushUnverifiedEmails === false &&
      after[type].pushUnverifiedEmails === true
    )
      await recheckWithheld(db, portalId, type);
    if (
      JSON.stringify(before[type].source) !== JSON.stringify(after[type].source)
    )
      await closeSourceEntry(db, portalId, type);
  }
  await hideTypes(
    db,
    portalId,
    listedTypes.filter((type) => !after[type].pull.visible),
  );
  await followTypes(db, portalId);
  await followPipelines(db, portalId, { before, after }, by);
}

/** Stores which types' records are hidden if they were only pulled: what views and lists go by. */
const hideTypes = (
  db: Db,
  portalId: PortalId,
  types: readonly ObjectType[],
): Promise<unknown> =>
  sql`
    update installation set hidden_types = ${types}::text[]
    where portal_id = ${portalId} and hidden_types <> ${types}::text[]`.execute(
    db,
  );

/** Stores which owner an email is by the settings: what workspace.users shows goes by it. */
const keepOwners = (
  db: Db,
  portalId: PortalId,
  { owners }: Settings,
): Promise<unknown> => {
  const ids = toJson(
    Object.fromEntries(
      owners.map(({ email, ownerId }) => [canonicalEmail(email), ownerId]),
    ),
  );
  return sql`
    update installation set owner_ids = ${ids}::jsonb
    where portal_id = ${portalId} and owner_ids <> ${ids}::jsonb`.execute(db);
};
