import type { Db } from "../../database/database.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import { valuesLength } from "../../hubspot/response-bytes.ts";
import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { childKindsOf, descriptorOf } from "../../settings/types/index.ts";
import type { Engine } from "../engine.ts";
import type { LinkState, Pair, Rules } from "../model.ts";
import { loadRules, wantedProperties } from "./rules.ts";
import { formPairs } from "./form-pairs.ts";
import { goneCreations } from "./pure/gone-creations.ts";
import { linkCreations } from "./link-creations.ts";
import { loadMergedCreations } from "./merged-creations.ts";
import { withChangeTimes } from "./change-times.ts";
import type { BatchRequest, StatusOf } from "./batch-request.ts";
import { closeObjectEntries } from "./object-entries.ts";
import { identitiesOf, keysBy } from "./object-identity.ts";
import type { KeyOf } from "./object-identity.ts";
import { keptWrites, undoneWrites } from "./gathering-writes.ts";
import { isOfItsTime, loadOpenCreations } from "./open-creations.ts";
import { PASS_BYTES, PassTooLarge } from "./pass-bytes.ts";
import { loadPreferred } from "./preferred-objects.ts";
import { readObjects, readOpenCreations } from "./read-objects.ts";
import type { ReadResult } from "./read-objects.ts";
import { applyHubSpotMerges } from "../merges/hubspot-merges.ts";
import { loadObjectAliases } from "../merges/load-merges.ts";
import { recheckMatchesOf } from "../recheck/recheck-matches.ts";
import { loadSameIdentity } from "./same-identity.ts";
import { queueWaitingChildren } from "../recheck/recheck-children.ts";
import { loadStoredState } from "./stored-state.ts";
import type { StoredRecord, StoredState, Wanted } from "./stored-state.ts";

export interface Gathered {
  readonly rules: Rules;
  readonly pairs: readonly Pair[];
  readonly stored: StoredState;
  /** What HubSpot answered, by the id that it answered with. */
  readonly objects: ReadonlyMap<ObjectId, HubSpotObject>;
}

/**
 * Loads both sides of a batch, with links, bases, open attempts and held fields, in a fixed number of queries and
 * calls; settles merges, and creations whose object is gone, on the way; matches; and hands out pairs. What must happen
 * to a pair is decided later. A try-out keeps nothing of what this writes. Throws PassTooLarge if a batch of more than
 * one has too many values.
 */
export async function gather(
  engine: Engine,
  portalId: PortalId,
  given: BatchRequest,
  parentStatus: (
    records: readonly StoredRecord[],
    objects: readonly HubSpotObject[],
  ) => Promise<StatusOf>,
): Promise<Gathered> {
  const { objectType: type } = given;
  const alone = [given.recordIds, given.objectIds, given.objects].every(
    (asked) => asked.length <= 1,
  );
  if (!alone && valuesLength(given.objects) > PASS_BYTES)
    throw new PassTooLarge();
  const inPortal = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
    engine.database.inPortal(portalId, work);
  const writes = (given.trial === undefined ? keptWrites : undoneWrites)(
    engine.database,
    portalId,
  );

  const first = await inPortal(async (db) => {
    const aliases = await loadObjectAliases(db, portalId, type, [
      ...given.objectIds,
      ...given.objects.map((object) => object.id),
    ]);
    const rules = await loadRules(db, portalId, type, given.trial);
    const open = rules.uniqueProperty
      ? []
      : await loadOpenCreations(db, portalId, type);
    // A page may be older than a merge: what it shows of an object that is gone by now is asked of the survivor. And what
    // may come of a creation of ours is known by its history, which a page does not tell.
    // What a page wasn't asked for isn't blank: a property that was mapped meanwhile.
    const { objectProperties: known } = given;
    const isOutdated =
      known !== undefined &&
      wantedProperties(rules, type).some((name) => !known.includes(name));
    const isReadAnew = (object: HubSpotObject): boolean =>
      isOutdated ||
      aliases.has(object.id) ||
      open.some((creation) => isOfItsTime(object, creation));
    const ask: BatchRequest = {
      ...given,
      objects: given.objects.filter((object) => !isReadAnew(object)),
      objectIds: [
        ...given.objectIds,
        ...given.objects.filter(isReadAnew).map((object) => object.id),
      ],
    };
    const asked = [
      ...new Set(ask.objectIds.map((id) => aliases.get(id) ?? id)),
    ];
    const objects = new Map(ask.objects.map((object) => [object.id, object]));
    const keyOf = keysBy(rules, type, open);
    return {
      ask,
      open,
      asked,
      objects,
      rules,
      keyOf,
      stored: await loadStoredState(
        db,
        portalId,
        type,
        wantedFor({ ask, rules, asked, objects, keyOf, alone }),
      ),
    };
  });
  const { rules, ask, objects } = first;
  let { stored } = first;

  const read = await readObjects(engine, portalId, {
    ask,
    rules,
    stored,
    asked: first.asked,
    known: objects,
    open: first.open,
    alone,
  });
  for (const object of read.found) objects.set(object.id, object);
  if (!alone && valuesLength(objects.values()) > PASS_BYTES)
    throw new PassTooLarge();
  const reload = (): Promise<StoredState> =>
    writes.read((db) =>
      loadStoredState(db, portalId, type, wantedFor({ ...first, alone })),
    );

  const merged = [...objects.values()].some(
    (object) => object.mergedIds.length > 0,
  );
  // Objects of live links bring nothing to match: what was loaded with their records is still right, and apply checks
  // that. That is every batch of mere updates, and a read of a card.
  const live = new Set(
    stored.links.flatMap(({ state, objectId }) =>
      state === "live" ? [objectId] : [],
    ),
  );
  if (merged || read.found.some(({ id }) => !live.has(id))) {
    if (merged) {
      await writes.write(async (db) =>
        linkCreations(
          db,
          portalId,
          type,
          rules,
          await loadMergedCreations(db, portalId, type, [...objects.values()]),
        ),
      );
      await writes.write(async (db) => {
        await applyHubSpotMerges(db, portalId, type, rules.settings, [
          ...objects.values(),
        ]);
        await forgetObjects(
          db,
          portalId,
          type,
          [...objects.values()].flatMap(({ id, mergedIds }) =>
            mergedIds.filter((old) => old !== id),
          ),
        );
        await engine.checkpoint("merge-decided");
        ask.signal?.throwIfAborted();
      });
    }
    stored = await reload();
  }
  const goneUnlinked = [...read.gone.keys()].filter((id) => !live.has(id));
  if (goneUnlinked.length > 0)
    await writes.write((db) => forgetObjects(db, portalId, type, goneUnlinked));
  const made = await readOpenCreations(engine, portalId, {
    ask,
    rules,
    stored,
    alone,
  });
  const gone: ReadResult["gone"] = new Map([
    ...read.gone,
    ...[...made.archived.values()].map((id) => [id, "archived"] as const),
  ]);
  const unlinked = goneCreations(stored, gone, made.archived);
  if (unlinked.length > 0)
    await writes.write((db) =>
      linkCreations(db, portalId, type, rules, unlinked),
    );
  const unread = made.found.filter(({ id }) => !objects.has(id));
  for (const object of unread) objects.set(object.id, object);
  if (unlinked.length + unread.length > 0) stored = await reload();

  const pairs = await formPairs(ask, engine.hubspot.appId, {
    settings: rules.settings,
    stored,
    objects,
    gone: goneSince(gone, first.stored, stored),
    keyOf: first.keyOf,
    parentStatus,
    preferred: await loadPreferred(engine, portalId, ask, stored, objects),
    sameIdentity: await loadSameIdentity(
      engine,
      portalId,
      type,
      rules,
      unlinkedOf(ask, stored),
    ),
  });
  return {
    rules,
    pairs: await withChangeTimes(engine, portalId, ask, rules, {
      pairs,
      objects,
    }),
    stored,
    objects,
  };
}

/**
 * Ends what waits for objects that HubSpot no longer has, or has merged into others: problems without a record, and
 * children.
 */
async function forgetObjects(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  ids: readonly ObjectId[],
): Promise<void> {
  await closeObjectEntries(db, portalId, type, ids);
  await recheckMatchesOf(db, portalId, type, ids);
  for (const kind of childKindsOf(type))
    await queueWaitingChildren(db, portalId, kind, ids);
}

/**
 * An absence counts against a live link only if the link was there when HubSpot was asked: one made since was made of
 * something that HubSpot has shown since.
 */
function goneSince(
  gone: ReadResult["gone"],
  before: StoredState,
  now: StoredState,
): ReadResult["gone"] {
  if (gone.size === 0 || before === now) return gone;
  const isLive = ({ links }: StoredState, { id, objectId }: LinkState) =>
    links.some(
      (link) =>
        link.id === id && link.objectId === objectId && link.state === "live",
    );
  const made = new Set(
    now.links.flatMap((link) =>
      link.state === "live" && gone.has(link.objectId) && !isLive(before, link)
        ? [link.objectId]
        : [],
    ),
  );
  return new Map([...gone].filter(([id]) => !made.has(id)));
}

/** The records that are asked for and have no live link. */
const unlinkedOf = (
  { recordIds }: BatchRequest,
  { links }: StoredState,
): RecordId[] => {
  const linked = new Set(
    links.flatMap(({ state, recordId }) =>
      state === "live" ? [recordId] : [],
    ),
  );
  return recordIds.filter((id) => !linked.has(id));
};

function wantedFor({
  ask,
  rules,
  asked,
  objects: found,
  keyOf,
  alone,
}: {
  ask: BatchRequest;
  rules: Rules;
  asked: readonly ObjectId[];
  objects: ReadonlyMap<ObjectId, HubSpotObject>;
  keyOf: KeyOf;
  alone: boolean;
}): Wanted {
  const objects = [...found.values()];
  const { objectType: type } = ask;
  const { mappings, push, pull } = rules.settings[type];
  return {
    alone,
    fields: [
      ...new Set([
        ...Object.keys(descriptorOf(type).fields),
        ...mappings.map(({ field }) => field),
        ...[push, pull].flatMap(
          ({ conditions }) => conditions.customField?.field ?? [],
        ),
      ]),
    ],
    recordIds: ask.recordIds,
    objectIds: [
      ...new Set([
        ...asked,
        ...objects.flatMap((object) => [object.id, ...object.mergedIds]),
      ]),
    ],
    identities: [
      ...new Set(objects.flatMap((object) => identitiesOf(type, object))),
    ],
    creationKeys: objects.flatMap((object) => keyOf(object) ?? []),
  };
}
