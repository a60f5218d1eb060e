import type { ObjectId, ObjectType } from "../../../settings/object-type.ts";
import { byObjectId } from "../../assign/assign.ts";
import {
  identityKeyOf,
  identityOf,
  objectIdentity,
} from "../../values/identity.ts";
import type { Base, ObjectProperties } from "../../model.ts";
import { isBlank } from "../../values/value.ts";

/** What an event reports of one merge. */
export interface MergeEvent {
  /** The object that remains: a new one, or the primary one itself. */
  readonly resultId: ObjectId;
  readonly primaryId: ObjectId;
  readonly mergedIds: readonly ObjectId[];
}

/** A live link with one of the objects that became the survivor, as it was before the merge. */
export interface MergedLink {
  readonly objectId: ObjectId;
  /** Our clock, epoch ms. */
  readonly createdAt: number;
  readonly base: Base;
}

/** Properties of which HubSpot keeps another value than the primary object's. */
const keptByOtherRules: ReadonlySet<string> = new Set(["lifecyclestage"]);

/**
 * The link that keeps the surviving object: the one with the primary object of the merge, or of a chain of merges
 * (DESIGN.md, "Ids move"). Events name it, as far as they are known; otherwise the object whose identity and values
 * HubSpot kept was the primary one; otherwise the oldest link stays. The order of events and rows decides nothing, so
 * that every source and every repetition ends in the same state. Pure. Throws RangeError without links.
 */
export function primaryOf<L extends MergedLink>(
  type: ObjectType,
  survivor: { readonly id: ObjectId; readonly properties: ObjectProperties },
  links: readonly L[],
  events: readonly MergeEvent[],
): L {
  const named = new Set(
    events.flatMap(({ resultId, primaryId, mergedIds }) => [
      resultId,
      primaryId,
      ...mergedIds,
    ]),
  );
  // Those whose way to the survivor no event shows: the last known objects of other merges, and objects of none.
  const open = [
    ...links.filter(({ objectId }) => !named.has(objectId)),
    ...lastResults(events).flatMap((id) =>
      id === survivor.id
        ? []
        : (primaryUnder(id, links, events, () => null) ?? []),
    ),
  ];
  const primary =
    primaryUnder(survivor.id, links, events, () =>
      bestKept(type, survivor, open),
    ) ?? bestKept(type, survivor, links);
  if (primary === null) throw new RangeError("no links to choose from");
  return primary;
}

/**
 * Of links that have ended, none of them with the survivor itself, the one with the primary object of the merge; null
 * where that is none of theirs. Without an event, it is one of theirs if each of the objects that were merged had such
 * a link. Otherwise an object that was never linked may have been the primary, so the survivor has to show the values of
 * one of them, and no others. Pure.
 */
export function endedPrimaryOf<L extends MergedLink>(
  type: ObjectType,
  survivor: {
    readonly id: ObjectId;
    readonly properties: ObjectProperties;
    /** The objects that became this one. */
    readonly oldIds: readonly ObjectId[];
  },
  links: readonly L[],
  events: readonly MergeEvent[],
): L | null {
  const primaryId = namedPrimary(survivor.id, events);
  const named = links.find(({ objectId }) => objectId === primaryId);
  if (
    named !== undefined ||
    events.some(({ resultId }) => resultId === survivor.id)
  )
    return named ?? null;
  // One alone may have been merged into an object that kept its id.
  const { oldIds } = survivor;
  if (
    oldIds.length > 1 &&
    oldIds.every((id) => links.some(({ objectId }) => objectId === id))
  )
    return bestKept(type, survivor, links);
  const shown = links.filter(({ base }) => {
    const values = [...valuesOf(base)].filter(
      ([property]) => !keptByOtherRules.has(property),
    );
    const now = ([property]: readonly [string, string]): string | undefined =>
      survivor.properties[property] ?? undefined;
    return (
      values.some((value) => now(value) === value[1]) &&
      values.every((value) => [undefined, value[1]].includes(now(value)))
    );
  });
  return bestKept(type, survivor, shown);
}

/** Every id that an event reports as merged into another one. */
export const lostIds = (events: readonly MergeEvent[]): ReadonlySet<ObjectId> =>
  new Set(events.flatMap(({ mergedIds }) => mergedIds));

/** The primary object of the merge that made this one, or of the first merge of a chain; itself where no event says so. */
export function namedPrimary(
  result: ObjectId,
  events: readonly MergeEvent[],
): ObjectId {
  const seen = new Set<ObjectId>();
  let id = result;
  for (;;) {
    const current = id;
    const madeBy = events.find(
      ({ resultId, primaryId }) =>
        resultId === current && primaryId !== current,
    );
    if (madeBy === undefined || seen.has(current)) return current;
    seen.add(current);
    id = madeBy.primaryId;
  }
}

/** The objects that remained of known merges and that no event calls merged any further. */
function lastResults(events: readonly MergeEvent[]): readonly ObjectId[] {
  const further = new Set(
    events.flatMap(({ resultId, primaryId, mergedIds }) => [
      ...mergedIds,
      ...(primaryId === resultId ? [] : [primaryId]),
    ]),
  );
  return [...new Set(events.map(({ resultId }) => resultId))].filter(
    (id) => !further.has(id),
  );
}

/** Follows primary objects down from a result; `unknown` says what became an object of which no event reports. */
function primaryUnder<L extends MergedLink>(
  result: ObjectId,
  links: readonly L[],
  events: readonly MergeEvent[],
  unknown: () => L | null,
): L | null {
  const seen = new Set<ObjectId>();
  const under = (id: ObjectId): L | null => {
    const own = links.find(({ objectId }) => objectId === id);
    if (own !== undefined) return own;
    if (seen.has(id)) return null;
    seen.add(id);
    const into = events.filter(({ resultId }) => resultId === id);
    // An object that kept its id in a merge was there before, so another event reports what it came from, or none does.
    const madeBy = into.filter(({ primaryId }) => primaryId !== id);
    const before = madeBy.length === 0 ? unknown() : null;
    if (before !== null) return before;
    // Where the primary object had no record, the first one that was merged into it goes on.
    for (const next of [
      ...madeBy.map(({ primaryId }) => primaryId),
      ...into.flatMap(({ mergedIds }) => mergedIds),
    ]) {
      const found = under(next);
      if (found !== null) return found;
    }
    return null;
  };
  return under(result);
}

/** The link whose object's values the survivor holds; the oldest one where they say nothing. */
function bestKept<L extends MergedLink>(
  type: ObjectType,
  survivor: { readonly properties: ObjectProperties },
  links: readonly L[],
): L | null {
  const held = links.map((link) => ({ link, values: valuesOf(link.base) }));
  const key = identityKeyOf(type);
  const identity = objectIdentity(type, survivor.properties);
  const identityIn = (values: ReadonlyMap<string, string>): string | null =>
    key === null ? null : identityOf(type, values.get(key.property));
  // One that had none may still be the primary: HubSpot fills its blanks from the others.
  const kept = held.filter(({ values }) => {
    const own = identityIn(values);
    return own === null || own === identity;
  });
  const candidates = kept.length > 0 ? kept : held;
  const contested = contestedAmong(candidates.map(({ values }) => values));
  const ranked = candidates
    .map(({ link, values }) => ({
      link,
      overwritten: contested.filter((name) => {
        const own = values.get(name);
        const now = survivor.properties[name];
        return own !== undefined && now !== undefined && own !== now;
      }).length,
      identified: identity !== null && identityIn(values) === identity,
    }))
    .sort(
      (left, right) =>
        left.overwritten - right.overwritten ||
        Number(right.identified) - Number(left.identified) ||
        left.link.createdAt - right.link.createdAt ||
        byObjectId(left.link.objectId, right.link.objectId),
    );
  return ranked[0]?.link ?? null;
}

/** What HubSpot's object held when the pair was last reconciled, by property, without blanks. */
const valuesOf = (base: Base): ReadonlyMap<string, string> =>
  new Map(
    Object.values(base).flatMap(({ p, h }) =>
      h === null || isBlank(h) ? [] : [[p, h] as const],
    ),
  );

/** Only where two hold different data does the survivor's value say whose it is: a blank is filled from any. */
const contestedAmong = (
  all: readonly ReadonlyMap<string, string>[],
): readonly string[] =>
  [...new Set(all.flatMap((values) => [...values.keys()]))].filter(
    (name) =>
      !keptByOtherRules.has(name) &&
      new Set(all.flatMap((values) => values.get(name) ?? [])).size > 1,
  );
