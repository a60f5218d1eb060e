import type { Ground, LinkRow, RecordRow, TypedObject } from "./ground.ts";
import type { EntityType } from "./steps.ts";

/** A pair that is alive on both sides. */
export interface LivePair {
  readonly link: LinkRow;
  readonly record: RecordRow;
  readonly object: TypedObject;
}

export const isAlive = (object: TypedObject): boolean =>
  !object.archived && object.mergedInto === null;

/** An entry for a person that concerns the whole of the pair, from whichever side it names it. */
export const isHeldUp = (
  { attention }: Ground,
  type: EntityType,
  recordId: string | null,
  objectId: string | null,
): boolean =>
  attention.some(
    (open) =>
      open.object_type === type &&
      open.field === "" &&
      ((recordId !== null && open.record_id === recordId) ||
        (objectId !== null && open.object_id === objectId)),
  );

export function livePairs(ground: Ground): LivePair[] {
  return ground.links.flatMap((link) => {
    const record = ground.records.get(link.record_id);
    const object = ground.objects.get(`${link.object_type} ${link.object_id}`);
    return link.state === "live" &&
      record?.deleted_at === null &&
      object !== undefined &&
      isAlive(object)
      ? [{ link, record, object }]
      : [];
  });
}

/** The other ids that a record and an object have had: those of what was merged into them. */
export const formerIds = (
  ground: Ground,
  { record, object }: Pick<LivePair, "record" | "object">,
): { readonly records: string[]; readonly objects: string[] } => ({
  records: [...ground.recordAliases].flatMap(([old, kept]) =>
    kept === record.id ? [old] : [],
  ),
  objects: [...ground.objects.values()].flatMap((one) =>
    one.type === object.type && one.mergedInto === object.id ? [one.id] : [],
  ),
});
