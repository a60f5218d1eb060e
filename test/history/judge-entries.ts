import { canonicalIdentity, refusedPrefix } from "./fields.ts";
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
  duplicate_email: (ground, entry) => {
    const record = ground.records.get(entry.record_id ?? "");
    if (record === undefined) return true;
    const email = canonicalIdentity("contact", record.properties["email"]);
    const own = ownObjects(ground, record.id);
    const inHubSpot = [...ground.objects.values()].some(
      (object) =>
        object.type === "contact" &&
        !own.has(object.id) &&
        emailsOf(object).includes(email),
    );
    const here = [...ground.records.values()].some(
      (other) =>
        other.object_type === "contact" &&
        other.id !== record.id &&
        other.deleted_at === null &&
        canonicalIdentity("contact", other.properties["email"]) === email,
    );
    return record.deleted_at === null && email !== "" && (inHubSpot || here);
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
    return (
      survivor !== undefined &&
      !survivor.archived &&
      String(survivor.properties["city"]).startsWith(refusedPrefix)
    );
  },
};

/** The object that a record is linked to: what that one has is not taken by another. */
const ownObjects = (ground: Ground, recordId: string): ReadonlySet<string> =>
  new Set(
    ground.links
      .filter((link) => link.state === "live" && link.record_id === recordId)
      .map((link) => link.object_id),
  );

/** An archived object may keep its email from others, as HubSpot's own archive does. */
const emailsOf = ({ properties, mergedInto }: TypedObject): string[] =>
  mergedInto === null
    ? [
        properties["email"],
        ...(properties["hs_additional_emails"] ?? "").split(";"),
      ].map((email) => canonicalIdentity("contact", email))
    : [];
