import { plain } from "./ground.ts";
import type { Ground, TypedObject } from "./ground.ts";
import { fields } from "./fields.ts";
import { associationsAgree } from "./judge-associations.ts";
import { nobodysDeletion, stagesAgree } from "./judge-deals.ts";
import { noEntryOutlivesItsCause } from "./judge-entries.ts";
import {
  noOwners,
  ownerEntriesHaveTheirCause,
  ownersAgree,
} from "./judge-owners.ts";
import type { OwnerDeeds } from "./judge-owners.ts";
import { formerIds, isAlive, isHeldUp, livePairs } from "./live-pairs.ts";
import type { Entity, Merge, Typed } from "./fields.ts";
import type { EntityType } from "./steps.ts";

/** What people did in a history, as far as it matters to what must hold. */
export interface Deeds {
  readonly entities: readonly Entity[];
  /** The last value that was typed, by side, id and field. */
  readonly typed: readonly Typed[];
  /** In the order in which they were made. */
  readonly merges?: readonly Merge[];
  /** Some time the third field was mapped one way only, or only filled in. */
  readonly directed: boolean;
  /** Who owned what, by which settings; absent where nobody did. */
  readonly owners?: OwnerDeeds;
  /** What people deleted, as "side type id". */
  readonly deleted?: ReadonlySet<string>;
  /** Some time deletions were synced. */
  readonly deletionSync?: boolean;
}

/**
 * What must hold of a portal once everything has settled, with automatic sync on both ways and no conditions. Each
 * finding is a sentence; none is a history that held. Pure.
 */
export function judge(ground: Ground, deeds: Deeds): string[] {
  const { owners = noOwners } = deeds;
  return [
    ...linksStand(ground),
    ...primaryKeepsTheLink(ground, deeds),
    ...everythingIsLinked(ground),
    ...nothingFromNowhere(ground, deeds),
    ...bothSidesAgree(ground, deeds),
    ...ownersAgree(ground, owners),
    ...associationsAgree(ground),
    ...stagesAgree(ground),
    ...nobodysDeletion(ground, deeds),
    ...nothingTypedIsLost(ground, deeds),
    ...nothingIsLeftToDo(ground),
    ...noEntryOutlivesItsCause(ground),
    ...ownerEntriesHaveTheirCause(ground, owners),
  ];
}

function linksStand(ground: Ground): string[] {
  return ground.links
    .filter((link) => link.state === "live")
    .flatMap((link) => {
      const record = ground.records.get(link.record_id);
      const object = ground.objects.get(
        `${link.object_type} ${link.object_id}`,
      );
      const named = `link ${link.record_id} - ${link.object_id} is live, but its`;
      return [
        ...(record?.deleted_at === null ? [] : [`${named} record is deleted`]),
        ...((object !== undefined && isAlive(object)) ||
        isHeldUp(ground, link.object_type, link.record_id, link.object_id)
          ? []
          : [`${named} object is gone`]),
      ];
    });
}

/**
 * The record of a merge's primary object keeps the link, whether merges are synced or not. Asked of merges that kept the
 * primary's id and of which nothing came after: there the state says for certain which object was the primary.
 */
function primaryKeepsTheLink(ground: Ground, { merges = [] }: Deeds): string[] {
  return merges.flatMap(({ type, primary, primaryRecord, loserRecord }, at) => {
    const survivor = ground.objects.get(`${type} ${primary}`);
    const record =
      primaryRecord === null ? undefined : ground.records.get(primaryRecord);
    if (
      loserRecord === null ||
      survivor === undefined ||
      !isAlive(survivor) ||
      record?.deleted_at !== null ||
      merges.slice(at + 1).some((later) => later.primary === primary)
    )
      return [];
    const linked = ground.links.find(
      (link) =>
        link.object_type === type &&
        link.state === "live" &&
        link.object_id === primary,
    )?.record_id;
    return linked === loserRecord
      ? [
          `${type} object ${primary} was the primary of a merge, but record ${loserRecord} of the other one has it, not ${record.id}`,
        ]
      : [];
  });
}

/** Reasons why a living record has no object although nothing is switched off. */
const leftOut = new Set([
  // Its object was deleted, or merged away, and that was not carried over.
  "link_ended",
  "merged_in_hubspot",
  "nothing_to_identify",
  // HubSpot takes no deal without one.
  "no_deal_name",
]);

/** Every living record and object has its other half, or something says why not. */
function everythingIsLinked(ground: Ground): string[] {
  const records = new Set(ground.links.map((link) => link.record_id));
  const objects = new Set(
    ground.links.map((link) => `${link.object_type} ${link.object_id}`),
  );
  // What a merge or deletion has parted stays parted until a person pushes it: an ended link says so as well.
  const lonely = [...ground.records.values()].filter(
    (record) =>
      record.deleted_at === null &&
      !records.has(record.id) &&
      !leftOut.has(ground.verdicts.get(record.id) ?? "") &&
      !ground.refused.has(`${record.object_type} ${record.id}`) &&
      !isHeldUp(ground, record.object_type, record.id, null),
  );
  const alone = [...ground.objects].filter(
    ([key, object]) =>
      isAlive(object) &&
      !objects.has(key) &&
      !ground.refused.has(key) &&
      !isHeldUp(ground, object.type, null, object.id),
  );
  return [
    ...lonely.map(
      (record) =>
        `${record.object_type} record ${record.id} has no object, and nothing says why (${ground.verdicts.get(record.id) ?? "no verdict"})`,
    ),
    ...alone.map(
      ([key]) => `object ${key} has no record, and nothing says why`,
    ),
  ];
}

/** An archived object of a creation that is lost for good. */
const cameOfLost = (
  { lost }: Ground,
  { type, id, archived, properties }: TypedObject,
  byProduct: ReadonlySet<string>,
): boolean =>
  archived &&
  lost.some(
    ({ object_type, record_id, made, sent }) =>
      object_type === type &&
      byProduct.has(record_id) &&
      (made === null
        ? Object.entries(sent).every(
            ([name, { h }]) => plain(properties[name]) === plain(h),
          )
        : made === id),
  );

/** No object and no record exists that nobody created. */
function nothingFromNowhere(ground: Ground, { entities }: Deeds): string[] {
  const findings: string[] = [];
  const madeOn = (type: EntityType, side: Entity["side"]): Set<string> =>
    new Set(
      entities
        .filter((entity) => entity.type === type && entity.side === side)
        .map((entity) => entity.id),
    );
  for (const type of ["contact", "company", "deal"] as const) {
    const byHubSpot = madeOn(type, "hubspot");
    const byProduct = madeOn(type, "workspace");
    const all = [...ground.objects.values()].filter(
      (object) => object.type === type,
    );
    // Objects that were merged are one group, named by the one that is left.
    const groups = Map.groupBy(all, (object) => object.mergedInto ?? object.id);
    const links = ground.links.filter((link) => link.object_type === type);

    const claimed = new Map<string, string[]>();
    for (const [survivor, group] of groups) {
      if (
        byHubSpot.has(survivor) ||
        group.length > 1 ||
        group.some((object) => cameOfLost(ground, object, byProduct))
      )
        continue;
      const owners = links
        .filter((link) => link.object_id === survivor)
        .map((link) => link.record_id);
      // A record that left with its pipeline may have been followed by another one.
      const owner = owners.find((id) => byProduct.has(id));
      if (owner === undefined) {
        findings.push(
          `${type} object ${survivor} exists, but nobody created it (record ${owners[0] ?? "none"})`,
        );
      } else claimed.set(owner, [...(claimed.get(owner) ?? []), survivor]);
    }
    for (const [record, objects] of claimed) {
      if (objects.length > 1)
        findings.push(
          `record ${record} was created ${objects.length} times in HubSpot: ${objects.join(", ")}`,
        );
    }

    const made = new Map<string, Set<string>>();
    for (const record of ground.records.values()) {
      if (record.object_type !== type || record.origin === "product") continue;
      // Its first link is to what it was made from; it may have been linked to another object since.
      const object = links
        .filter((link) => link.record_id === record.id)
        .toSorted((one, two) => Number(one.created_at) - Number(two.created_at))
        .at(0)?.object_id;
      if (object === undefined) {
        findings.push(
          `${type} record ${record.id} came from HubSpot, but from no object`,
        );
        continue;
      }
      const survivor =
        ground.objects.get(`${type} ${object}`)?.mergedInto ?? object;
      // It left with its pipeline, which brought a new record when it was selected again.
      if (
        links.some(
          (link) => link.record_id === record.id && link.state === "unselected",
        )
      )
        continue;
      made.set(survivor, (made.get(survivor) ?? new Set()).add(record.id));
    }
    // An object that others were merged into has had a record for each of them, and for itself. One that the product made
    // has another record than its own only if that one left with its pipeline.
    for (const [survivor, records] of made) {
      const group = groups.get(survivor) ?? [];
      const most = group.filter(
        ({ id }) =>
          id !== survivor ||
          byHubSpot.has(id) ||
          links.some(
            (link) => link.object_id === id && link.state === "unselected",
          ),
      ).length;
      if (records.size > most)
        findings.push(
          `${type} object ${survivor} made ${records.size} records: ${[...records].join(", ")}; its links: ${links
            .filter(({ object_id: id }) => group.some((one) => one.id === id))
            .map(({ record_id: record, state }) => `${record} ${state}`)
            .join(", ")}`,
        );
    }
  }
  return findings;
}

/** Linked fields hold the same on both sides, unless an entry explains it or a person has emptied one of them. */
function bothSidesAgree(ground: Ground, { typed, directed }: Deeds): string[] {
  const emptied = new Set(
    typed
      .filter(({ value }) => plain(value) === "")
      .map(({ side, id, field }) => `${side} ${id} ${field}`),
  );
  return livePairs(ground).flatMap(({ link, record, object }) => {
    const former = formerIds(ground, { record, object });
    const mine = [record.id, ...former.records];
    const theirs = [object.id, ...former.objects];
    return fields[link.object_type].flatMap(([field, property], at) => {
      if (directed && at === 2) return [];
      const here = plain(record.properties[field]);
      const there = plain(object.properties[property]);
      if (here === there) return [];
      // A blank never overwrites data: the side where somebody typed it keeps it.
      const byHand =
        (here === "" &&
          mine.some((id) => emptied.has(`workspace ${id} ${field}`))) ||
        (there === "" &&
          theirs.some((id) => emptied.has(`hubspot ${id} ${field}`)));
      const explained = ground.attention.some(
        (open) => open.record_id === record.id && open.field === field,
      );
      return byHand ||
        explained ||
        isHeldUp(ground, link.object_type, record.id, object.id)
        ? []
        : [
            `${link.object_type} ${record.id}/${object.id}: ${field} is "${here}" here and "${there}" in HubSpot`,
          ];
    });
  });
}

/** The last value that a person typed on a side is live there, or stands in the journal with what replaced it. */
function nothingTypedIsLost(ground: Ground, { typed }: Deeds): string[] {
  const told = new Set(
    ground.changes.flatMap(({ field, before, after, overwrote }) =>
      [before, after, overwrote].map((value) => `${field} ${plain(value)}`),
    ),
  );
  return typed.flatMap(({ type, side, id, field, property, value }) => {
    const wanted = plain(value);
    if (wanted === "" || told.has(`${field} ${wanted}`)) return [];
    if (side === "workspace") {
      const record = ground.records.get(id);
      if (record === undefined || plain(record.properties[field]) === wanted)
        return [];
    } else {
      const object = ground.objects.get(`${type} ${id}`);
      // HubSpot's own merging drops values of the objects that it merges: what was typed there is not ours to keep.
      if (
        object === undefined ||
        object.mergedInto !== null ||
        plain(object.properties[property]) === wanted ||
        survivedMerge(ground, type, id)
      )
        return [];
    }
    return [`${side} ${id}: "${value}" typed into ${field} is nowhere`];
  });
}

const survivedMerge = (ground: Ground, type: EntityType, id: string): boolean =>
  [...ground.objects.values()].some(
    (object) => object.type === type && object.mergedInto === id,
  );

/** What stays dirty waits for something that can be read. */
function nothingIsLeftToDo(ground: Ground): string[] {
  return [...ground.dirty].flatMap((id) => {
    const record = ground.records.get(id);
    if (record === undefined)
      return [`${id} is dirty, and there is no such record`];
    const parents = [...(ground.parents.get(id) ?? [])];
    return isHeldUp(ground, record.object_type, id, null) ||
      parents.some((parent) =>
        isHeldUp(
          ground,
          ground.records.get(parent)?.object_type ?? "company",
          parent,
          null,
        ),
      )
      ? []
      : [
          `${record.object_type} record ${id} stays dirty, and nothing says why`,
        ];
  });
}
