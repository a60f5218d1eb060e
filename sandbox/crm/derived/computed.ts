import { edgesTo } from "../associations/edges.ts";
import type { CrmState } from "../crm-state.ts";
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

const created: Compute = (row) =>
  stored(row, "createdate") ?? isoTime(row.createdAt);

const contacts: Readonly<Record<string, Compute>> = {
  createdate: created,
  lastmodifieddate: (row) => isoTime(row.updatedAt),
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
    const primary = state.labels.primary("contacts", "companies");
    const edge = edgesTo(row, "companies").find((other) =>
      other.types.includes(primary?.typeId ?? -1),
    );
    return edge?.to.id ?? null;
  },
  num_associated_deals: (row) => count(row, "deals"),
  ...activityRollups,
};

const companies: Readonly<Record<string, Compute>> = {
  createdate: created,
  num_associated_contacts: (row) => count(row, "contacts"),
  num_associated_deals: (row) => count(row, "deals"),
  ...activityRollups,
};

const deals: Readonly<Record<string, Compute>> = {
  createdate: created,
  num_associated_contacts: (row) => count(row, "contacts"),
  ...dealProperties,
  ...activityRollups,
};

const tickets: Readonly<Record<string, Compute>> = {
  createdate: created,
  ...activityRollups,
};

function count(row: Row, type: "contacts" | "deals"): string | null {
  const found = edgesTo(row, type).length;
  return found === 0 ? null : String(found);
}

const byType: Readonly<Record<string, Readonly<Record<string, Compute>>>> = {
  contacts,
  companies,
  deals,
  tickets,
};

/** How a property is worked out that nobody stores; undefined for the others. */
export function computedProperty(
  type: string,
  name: string,
): Compute | undefined {
  const own = byType[type];
  if (own !== undefined && Object.hasOwn(own, name)) return own[name];
  return Object.hasOwn(always, name) ? always[name] : undefined;
}

/** The names of all computed properties of a type. */
export function computedNames(type: string): string[] {
  return [...Object.keys(always), ...Object.keys(byType[type] ?? {})];
}

/** What a property reads as: stored or computed, null when it has no value. */
export function readProperty(
  state: CrmState,
  row: Row,
  name: string,
): string | null {
  const compute = computedProperty(row.store.type.name, name);
  if (compute !== undefined) return compute(row, state);
  const value = row.store.stored(row, name);
  if (value === undefined) return null;
  return value === "" && !state.options.clearedReadsEmpty ? null : value;
}
