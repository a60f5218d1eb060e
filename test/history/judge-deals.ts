import { plain } from "./ground.ts";
import type { Ground } from "./ground.ts";
import type { Deeds } from "./judge.ts";
import { isHeldUp, livePairs } from "./live-pairs.ts";

/** What must hold of deals beyond what holds of every type. Pure. */

/** A deal's pipeline and stage are the same on both sides, unless an entry says why not. */
export function stagesAgree(ground: Ground): string[] {
  return livePairs(ground)
    .filter(({ link }) => link.object_type === "deal")
    .flatMap(({ record, object }) => {
      const here = [record.properties["pipeline"], record.properties["stage"]];
      const there = [
        object.properties["pipeline"],
        object.properties["dealstage"],
      ];
      return here.map(plain).join() === there.map(plain).join() ||
        isHeldUp(ground, "deal", record.id, object.id) ||
        ground.attention.some(
          (open) =>
            open.record_id === record.id &&
            ["pipeline", "stage"].includes(open.field),
        )
        ? []
        : [
            `deal ${record.id}/${object.id}: it is at ${here.join("/")} here and at ${there.join("/")} in HubSpot`,
          ];
    });
}

/** No deal is archived in HubSpot that nobody deleted there, and nobody deleted here while deletions were synced. */
export function nobodysDeletion(
  ground: Ground,
  { deleted = new Set(), deletionSync = false }: Deeds,
): string[] {
  const recordsOf = Map.groupBy(
    ground.links.filter((link) => link.object_type === "deal"),
    (link) => link.object_id,
  );
  const isDeletedHere = (id: string): boolean =>
    (recordsOf.get(id) ?? []).some(({ record_id: record }) =>
      deleted.has(`workspace deal ${record}`),
    ) ||
    ground.lost.some(
      ({ object_type, record_id, made }) =>
        object_type === "deal" &&
        (made === null || made === id) &&
        deleted.has(`workspace deal ${record_id}`),
    );
  return [...ground.objects.values()].flatMap((object) =>
    object.type !== "deal" ||
    !object.archived ||
    object.mergedInto !== null ||
    deleted.has(`hubspot deal ${object.id}`) ||
    (deletionSync && isDeletedHere(object.id))
      ? []
      : [`deal object ${object.id} is archived, and nobody deleted it`],
  );
}
