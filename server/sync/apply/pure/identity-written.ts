import type { ObjectType } from "../../../settings/object-type.ts";
import { identityKeyOf, identityOf } from "../../values/identity.ts";
import type { Placed } from "../write-workspace.ts";

/** The email or domain that a plan writes to HubSpot, canonical; null where it writes none. Pure. */
export function identityWritten(
  type: ObjectType,
  { decision: { hubspot } }: Placed,
): string | null {
  const key = identityKeyOf(type);
  return key !== null &&
    (hubspot.kind === "create" || hubspot.kind === "update")
    ? identityOf(type, hubspot.sent[key.property]?.w)
    : null;
}
