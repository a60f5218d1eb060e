import { plural } from "./fields.ts";
import type { Ground } from "./ground.ts";
import { isHeldUp, livePairs } from "./live-pairs.ts";
import type { LivePair } from "./live-pairs.ts";
import type { EntityType } from "./steps.ts";

/** What belongs to what. */
const kinds: readonly (readonly [from: EntityType, to: EntityType])[] = [
  ["contact", "company"],
  ["deal", "company"],
  ["deal", "contact"],
];

/** Whom a record belongs to is the same on both sides, and so is its primary company, as far as their own links reach. Pure. */
export function associationsAgree(ground: Ground): string[] {
  const pairs = livePairs(ground);
  return kinds.flatMap(([from, to]) => {
    const recordOf = new Map(
      pairs
        .filter(({ link }) => link.object_type === to)
        .map(({ record, object }) => [object.id, record.id]),
    );
    return pairs
      .filter(
        ({ link, record, object }) =>
          link.object_type === from &&
          // A pair that one side refuses as a whole waits with everything that it has.
          !isHeldUp(ground, from, record.id, object.id),
      )
      .flatMap((pair) => differences(ground, pair, to, recordOf));
  });
}

/** @param recordOf the linked records of the parents' type, by their objects */
function differences(
  ground: Ground,
  { link, record, object }: LivePair,
  to: EntityType,
  recordOf: ReadonlyMap<string, string>,
): string[] {
  const named = `${link.object_type} ${record.id}/${object.id}:`;
  const linked = new Set(recordOf.values());
  const edges = object.associations.flatMap((edge) => {
    const parent =
      edge.toType === plural[to] ? recordOf.get(edge.toId) : undefined;
    return parent === undefined ? [] : [{ parent, primary: edge.primary }];
  });
  const theirs = new Set(edges.map((edge) => edge.parent));
  const ours = [...(ground.parents.get(record.id) ?? [])].filter((id) =>
    linked.has(id),
  );
  const primary = edges.find((edge) => edge.primary)?.parent ?? null;
  return [
    ...ours
      .filter((id) => !theirs.has(id))
      .map((id) => `${named} ${to} ${id} here, not in HubSpot`),
    ...[...theirs]
      .filter((id) => !ours.includes(id))
      .map((id) => `${named} ${to} ${id} in HubSpot, not here`),
    ...(primary !== null && record.company_id !== primary
      ? [
          `${named} primary company ${primary} in HubSpot, ${record.company_id ?? "none"} here`,
        ]
      : []),
  ];
}
