import { sql } from "kysely";
import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { isMadeOf } from "../decide/earlier-creation.ts";
import type { Rules, SentValue } from "../model.ts";
import { openAttemptMinutes } from "./stored-state.ts";

/** A creation whose answer was lost. */
export interface OpenCreation {
  readonly creationKey: string;
  /** The object that HubSpot answered with, where the answer came but was not settled. */
  readonly made: ObjectId | null;
  readonly sent: Readonly<Record<string, SentValue>>;
  readonly createdAt: number;
}

/** Two clocks: HubSpot's for its objects, ours for attempts. */
const clocksApartMs = 5 * 60_000;
/** A request can land late, but not for ever. */
const latestMs = openAttemptMinutes * 60_000;

/**
 * The creations of a type that are still open, oldest first. All of them: an object of one that was left out would be
 * taken for somebody else's, and become a second record. Index attempt_open_record.
 */
export async function loadOpenCreations(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
): Promise<OpenCreation[]> {
  const { rows } = await sql<{
    creation_key: string;
    made: ObjectId | null;
    sent: Record<string, SentValue>;
    created_at: Date;
  }>`
    select creation_key, answer ->> 'objectId' as made, sent, created_at from attempt
    where portal_id = ${portalId} and object_type = ${type} and operation = 'create' and settled_at is null
      and creation_key is not null
    order by created_at`.execute(db);
  return rows.map((row) => ({
    creationKey: row.creation_key,
    made: row.made,
    sent: row.sent,
    createdAt: row.created_at.getTime(),
  }));
}

/** Whether an object came into being when a creation may have been carried out: only then may it come of it. */
export function isOfItsTime(
  object: Pick<HubSpotObject, "createdAt">,
  creation: Pick<OpenCreation, "createdAt">,
): boolean {
  const after = object.createdAt.getTime() - creation.createdAt;
  return after > -clocksApartMs && after < clocksApartMs + latestMs;
}

/**
 * HubSpot has named the object as the creation's; or HubSpot has named none, and the object came into being at that
 * time, with everything that the creation sent, as it was sent or as HubSpot rewrites it. Where its history was read,
 * what somebody has typed over it since makes no difference.
 */
export const mayComeOf = (
  rules: Pick<Rules, "settings" | "definitions">,
  type: ObjectType,
  object: HubSpotObject,
  creation: OpenCreation,
): boolean =>
  creation.made === null
    ? isOfItsTime(object, creation) &&
      isMadeOf(rules, type, creation.sent, (property) => [
        object.history?.[property]?.at(-1)?.value ??
          object.properties[property],
      ])
    : object.id === creation.made;
