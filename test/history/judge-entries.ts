import {
  canonicalIdentity,
  fields,
  isIdentified,
  refusedPrefix,
} from "./fields.ts";
import type { IdentifiedType } from "./fields.ts";
import { plain } from "./ground.ts";
import type { AttentionRow, Ground, TypedObject } from "./ground.ts";

/** An entry for a person excuses much of what a history leaves behind, so each has to have its cause still. Pure. */
export function noEntryOutlivesItsCause(ground: Ground): string[] {
  return ground.attention.flatMap((entry) => {
    const causes = causesOf[entry.code];
    return causes === undefined || causes(ground, entry)
      ? []
      : [
          `${entry.object_type} ${entry.record_id ?? entry.object_id ?? ""}: ${entry.code} ${entry.field} is open, but its cause is gone`,
        ];
  });
}

/** Whether what an entry speaks of is still so, by its code. */
const causesOf: Readonly<
  Record<string, (ground: Ground, entry: AttentionRow) => boolean>
> = {
  duplicate_email: isTaken,
  domain_conflict: isTaken,
  // Two values that a person has to choose from are two.
  conflict_held: (ground, { object_type, record_id, field }) => {
    const record = ground.records.get(record_id ?? "");
    const link = ground.links.find(
      (each) => each.state === "live" && each.record_id === record_id,
    );
    const object = ground.objects.get(
      `${object_type} ${link?.object_id ?? ""}`,
    );
    const property = fields[object_type].find(([name]) => name === field)?.[1];
    return (
      record?.deleted_at === null &&
      object !== undefined &&
      (property === undefined ||
        plain(record.properties[field]) !== plain(object.properties[property]))
    );
  },
  // The stage's own constraint is the only one that a history runs into.
  workspace_refused: (ground, entry) => {
    const linked = ground.links.find(
      (link) =>
        link.state === "live" &&
        (entry.record_id !== null
          ? link.record_id === entry.record_id
          : link.object_id === entry.object_id) &&
        link.object_type === entry.object_type,
    )?.object_id;
    const object = ground.objects.get(
      `${entry.object_type} ${entry.object_id ?? linked ?? ""}`,
    );
    const survivor =
      object?.mergedInto === null || object === undefined
        ? object
        : ground.objects.get(`${entry.object_type} ${object.mergedInto}`);
    const isRefused = (one: TypedObject | undefined): boolean =>
      one !== undefined &&
      !one.archived &&
      one.mergedInto === null &&
      String(one.properties["city"]).startsWith(refusedPrefix);
    return isRefused(survivor) || wouldBeLinked(ground, entry).some(isRefused);
  },
};

/** Whether another object, or another living record, has the email or domain of the entry's record. */
function isTaken(
  ground: Ground,
  { object_type: type, record_id }: AttentionRow,
): boolean {
  const record = ground.records.get(record_id ?? "");
  // An object that nobody has here: its own identity is the one that is taken.
  if (record === undefined || !isIdentified(type)) return true;
  const { field } = identityNames[type];
  const identity = canonicalIdentity(type, record.properties[field]);
  const own = ownObjects(ground, record.id);
  const isElsewhere =
    [...ground.objects.values()].some(
      (object) =>
        object.type === type &&
        !own.has(object.id) &&
        identitiesOf(object, type).includes(identity),
    ) ||
    [...ground.records.values()].some(
      (other) =>
        other.object_type === type &&
        other.id !== record.id &&
        other.deleted_at === null &&
        canonicalIdentity(type, other.properties[field]) === identity,
    );
  return record.deleted_at === null && identity !== "" && isElsewhere;
}

/** The objects that have the email or domain of the entry's record, if the record is there and not linked. */
function wouldBeLinked(
  ground: Ground,
  { object_type: type, record_id }: AttentionRow,
): TypedObject[] {
  const record = ground.records.get(record_id ?? "");
  if (
    record?.deleted_at !== null ||
    ownObjects(ground, record.id).size > 0 ||
    !isIdentified(type)
  )
    return [];
  const identity = canonicalIdentity(
    type,
    record.properties[identityNames[type].field],
  );
  return [...ground.objects.values()].filter(
    (object) =>
      object.type === type &&
      identity !== "" &&
      identitiesOf(object, type).includes(identity),
  );
}

const identityNames = {
  contact: { field: "email", property: "email", more: "hs_additional_emails" },
  company: {
    field: "domain",
    property: "domain",
    more: "hs_additional_domains",
  },
} as const;

/** The object that a record is linked to: what that one has is not taken by another. */
const ownObjects = (ground: Ground, recordId: string): ReadonlySet<string> =>
  new Set(
    ground.links
      .filter((link) => link.state === "live" && link.record_id === recordId)
      .map((link) => link.object_id),
  );

/** An archived object may keep its email from others, as HubSpot's own archive does. */
function identitiesOf(
  { properties, mergedInto }: TypedObject,
  type: IdentifiedType,
): string[] {
  const { property, more } = identityNames[type];
  return mergedInto === null
    ? [properties[property], ...(properties[more] ?? "").split(";")].map(
        (identity) => canonicalIdentity(type, identity),
      )
    : [];
}
