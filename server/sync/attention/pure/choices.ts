import { MATCH_TO_CONFIRM } from "../../decide/match-to-confirm.ts";
import { isHeldCode } from "../../brake/pure/wording.ts";
import type { ObjectId, RecordId } from "../../../settings/object-type.ts";

/** What a person may choose for an entry that needs one. Pure. */

/**
 * A side whose value holds; that the record is linked to the object that exists in HubSpot already (AP-105, BN-021); or
 * that many changes that wait together are approved, or refused.
 */
export const choices = [
  "workspace",
  "hubspot",
  "link_existing",
  "approve",
  "refuse",
] as const;
export type Choice = (typeof choices)[number];

/** An object that an entry names, and the record that it belonged to when the entry was last brought up to date. */
export interface NamedObject {
  readonly objectId: ObjectId;
  readonly recordId: RecordId | null;
}

/** The codes of problems that linking the record to an object that they name resolves. */
export const linkableCodes: readonly string[] = [
  "domain_conflict",
  MATCH_TO_CONFIRM,
];

/** The choices that an entry offers: none once it is resolved, or where only a change or a retry can help. */
export function choicesOf(entry: {
  readonly kind: string;
  readonly state: string;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly partOf?: string | null;
}): readonly Choice[] {
  if (entry.state !== "open") return [];
  if (isHeldCode(entry.code))
    return typeof entry.partOf === "string" ? [] : ["approve", "refuse"];
  if (entry.kind === "held") return ["workspace", "hubspot"];
  return linkableCodes.includes(entry.code) &&
    namedObjects(entry.details).length > 0
    ? ["link_existing"]
    : [];
}

/** The objects that a conflict over an email or domain is about, lowest id first. */
export function namedObjects(
  details: Readonly<Record<string, unknown>>,
): NamedObject[] {
  const { objectIds, holders } = details;
  if (!Array.isArray(objectIds)) return [];
  const byObject = new Map<string, unknown>(Object.entries(holders ?? {}));
  return objectIds
    .filter((id) => typeof id === "string")
    .map((objectId) => {
      const holder = byObject.get(objectId);
      return { objectId, recordId: typeof holder === "string" ? holder : null };
    });
}
