import { edgesTo } from "../associations/edges.ts";
import type { CrmState } from "../crm-state.ts";
import type { CalculatedGroup, ObjectType } from "../object-type.ts";
import { objectTypes } from "../object-types.ts";
import type { Row } from "../row.ts";
import { isoTime } from "../time.ts";
import { dealProperties } from "./deal-amounts.ts";
import { activityRollups } from "./rollups.ts";

type Compute = (row: Row, state: CrmState) => string | null;

function stored(row: Row, name: string): string | null {
  const value = row.store.stored(row, name);
  return value === undefined || value === "" ? null : value;
}

const always: Readonly<Record<string, Compute>> = {
  hs_object_id: (row) => row.id,
  hs_createdate: (row) => isoTime(row.createdAt),
  hs_lastmodifieddate: (row) => isoTime(row.updatedAt),
  hs_merged_object_ids: (row) =>
    row.merges === undefined ? null : row.mergedIds.join(";"),
  hs_created_by_user_id: (row) =>
    row.createdBy.userId === undefined ? null : String(row.createdBy.userId),
  hs_updated_by_user_id: (row) =>
    row.updatedBy.userId === undefined ? null : String(row.updatedBy.userId),
  hs_object_source: (row) => row.createdBy.changeSource,
  hs_object_source_id: (row) => row.createdBy.sourceId,
  hs_object_source_label: (row) => row.createdBy.changeSource,
};

/** The properties of people: HubSpot works them out for contacts. */
const person: Readonly<Record<string, Compute>> = {
  hs_additional_emails: (row) =>
    row.additionalEmails === undefined || row.additionalEmails.length === 0
      ? null
      : row.additionalEmails.join(";"),
  hs_is_contact: () => "true",
  hs_all_contact_vids: (row) => [row.id, ...row.mergedIds].join(";"),
  hs_calculated_merged_vids: (row) =>
    row.merges
      ?.flatMap(({ ids, at }) => ids.map((id) => `${id}:${String(at)}`))
      .join(";") ?? null,
  hs_email_domain: (row) => stored(row, "email")?.split("@")[1] ?? null,
  hs_full_name_or_email: (row) => {
    const name = [stored(row, "firstname"), stored(row, "lastname")]
      .filter((part) => part !== null)
      .join(" ");
    return name === "" ? stored(row, "email") : name;
  },
  associatedcompanyid: (row, state) => {
    const primary = state.labels.primary(row.store.type.name, "companies");
    const edge = edgesTo(row, "companies").find((other) =>
      other.types.includes(primary?.typeId ?? -1),
    );
    return edge?.to.id ?? null;
  },
};

const groups: Readonly<
  Record<CalculatedGroup, Readonly<Record<string, Compute>>>
> = {
  created: {
    createdate: (row) => stored(row, "createdate") ?? isoTime(row.createdAt),
  },
  person,
  "contact count": {
    num_associated_contacts: (row) => count(row, "contacts"),
  },
  "deal count": { num_associated_deals: (row) => count(row, "deals") },
  "deal amounts": dealProperties,
  "activity rollups": activityRollups,
  "ticket id": { hs_ticket_id: (row) => row.id },
};

function count(row: Row, type: "contacts" | "deals"): string | null {
  const found = edgesTo(row, type).length;
  return found === 0 ? null : String(found);
}

const byType: ReadonlyMap<string, ReadonlyMap<string, Compute>> = new Map(
  objectTypes.map(({ name, calculated, modifiedProperty }) => [
    name,
    new Map<string, Compute>([
      ...Object.entries(always),
      [modifiedProperty, (row) => isoTime(row.updatedAt)],
      ...calculated.flatMap((group) => Object.entries(groups[group])),
    ]),
  ]),
);

/** How a property is worked out that nobody stores; undefined for the others. */
export function computedProperty(
  { name: type }: ObjectType,
  name: string,
): Compute | undefined {
  return byType.get(type)?.get(name);
}

/** The names of all computed properties of a type. */
export function computedNames({ name }: ObjectType): string[] {
  return [...(byType.get(name)?.keys() ?? [])];
}

/** What a property reads as: stored or computed, null when it has no value. */
export function readProperty(
  state: CrmState,
  row: Row,
  name: string,
): string | null {
  const compute = computedProperty(row.store.type, name);
  if (compute !== undefined) return compute(row, state);
  const value = row.store.stored(row, name);
  if (value === undefined) return null;
  return value === "" && !state.options.clearedReadsEmpty ? null : value;
}
