import type { ObjectType } from "../../../settings/object-type.ts";
import { EMAIL_UNVERIFIED } from "../../decide/unverified-email.ts";
import {
  identityKeyOf,
  identityOf,
  recordIdentity,
} from "../../values/identity.ts";
import type { Placed } from "../write-workspace.ts";

/**
 * The email or domain that a plan writes to HubSpot, or keeps out of it for now, canonical; null where it writes none.
 * Pure.
 */
export function identityWritten(
  type: ObjectType,
  { decision: { hubspot, fields }, pair }: Placed,
): string | null {
  const key = identityKeyOf(type);
  // Two creations with one email are two of one person, even if neither says so.
  if (
    hubspot.kind === "create" &&
    fields.some(({ code }) => code === EMAIL_UNVERIFIED)
  )
    return recordIdentity(type, pair.record?.properties ?? {});
  return key !== null &&
    (hubspot.kind === "create" || hubspot.kind === "update")
    ? identityOf(type, hubspot.sent[key.property]?.w)
    : null;
}
