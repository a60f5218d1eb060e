import type {
  ObjectId,
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import type { Settings } from "../../settings/schema.ts";
import { UnavailableError } from "../../hubspot/errors.ts";
import { noFence } from "../../database/fence.ts";
import { skipForbidden } from "../installation/capabilities.ts";
import type { Engine } from "../engine.ts";
import { decide } from "../decide/decide.ts";
import type { Installation } from "../installation/installation.ts";
import { readInstallation } from "../installation/installation.ts";
import { refusalOf } from "../installation/pure/installation-gate.ts";
import type { Decision, Pair, Properties, Rules } from "../model.ts";
import {
  automatic,
  bothWays,
  manualTrigger,
  startedBy,
} from "../decide/triggers.ts";
import type { Actor } from "../people/pure/actor.ts";
import { actorName, personNamed } from "../people/pure/actor.ts";
import { previewEach } from "../pass/preview.ts";
import type { CreatedParents } from "../pass/preview.ts";
import type { Planned } from "../decide/plan.ts";
import { loadRules } from "../pairs/rules.ts";
import { forbidden, hubSpotRefusal } from "./hubspot-refusal.ts";
import type { HubSpotRefusal } from "./hubspot-refusal.ts";
import { loadFacts } from "./load-facts.ts";
import type { Facts } from "./load-facts.ts";
import { findRecord } from "./stored-sync.ts";
import type { StoredSync, Subject } from "./stored-sync.ts";

/** The pair as decide sees it, and what decide says of it for each button and for automatic sync. */
export interface Reading {
  readonly pair: Pair;
  readonly pull: Planned;
  readonly push: Planned;
  /** Sync now: both ways at once. */
  readonly sync: Planned;
  /** Parents that aren't in HubSpot, which a push creates first. */
  readonly parents: readonly CreatedParents[];
  readonly automatic: {
    readonly hubspot: Decision;
    readonly workspace: Decision;
  };
}

/** Everything that a card shows, before it is put into sentences. */
export interface CardData {
  readonly now: Date;
  /** The page where an admin reconnects HubSpot. */
  readonly connectUrl: string | null;
  readonly portalId: PortalId;
  readonly objectType: ObjectType;
  readonly installation: Installation;
  /** For whom the card is read: what the actor may not do, its buttons don't offer. */
  readonly actor: Actor;
  readonly rules: Rules;
  readonly record: {
    readonly id: RecordId;
    readonly properties: Properties;
  } | null;
  readonly objectId: ObjectId | null;
  readonly linked: boolean;
  readonly facts: Facts;
  /** Null if HubSpot wasn't read. */
  readonly reading: Reading | null;
  /** Why HubSpot wasn't read although the installation's state allows it. */
  readonly unreadable: HubSpotRefusal | null;
  /** What is stored of the record's sync, if HubSpot wasn't read. */
  readonly stored: StoredSync | null;
}

/**
 * Reads one pair: HubSpot is read once for all buttons, and decide says what each would do. If HubSpot can't be read, or
 * its responses together take longer than `withinMs`, returns what is stored. Null: there is no such record, and HubSpot
 * has no such object.
 * @param known the installation, if the request has just read it
 */
export async function readCard(
  engine: Engine,
  portalId: PortalId,
  subject: Subject,
  actor: Actor,
  {
    withinMs = null,
    known,
  }: {
    readonly withinMs?: number | null;
    readonly known?: Installation | undefined;
  } = {},
): Promise<CardData | null> {
  const { objectType } = subject;
  const installation =
    known ??
    (await engine.database.inPortal(portalId, (db) =>
      readInstallation(db, portalId),
    ));
  if (installation === null) return null;
  const common = {
    now: engine.now(),
    connectUrl: engine.connectUrl?.() ?? null,
    portalId,
    objectType,
    installation,
    actor,
  };
  const missing = installation.missingCapabilities[`read:${objectType}`];
  let unreadable: HubSpotRefusal | null =
    missing === undefined ? null : forbidden(`read:${objectType}`);
  // If nothing may sync, nothing is read either, because reading also applies merges.
  if (
    unreadable === null &&
    refusalOf(installation, "pull", objectType) === null
  ) {
    try {
      const late = new AbortController();
      const both = skipForbidden(
        engine,
        portalId,
        noFence,
        [`read:${objectType}`],
        () =>
          readBothSides(engine, portalId, subject, {
            common,
            signal: late.signal,
          }),
      );
      return await (withinMs === null ? both : inTime(both, withinMs, late));
    } catch (error) {
      unreadable = hubSpotRefusal(error, engine.now());
      if (unreadable === null) throw error;
    }
  }
  return readStored(engine, portalId, subject, {
    ...common,
    unreadable,
  });
}

/**
 * Each call to HubSpot has a deadline, but one reading can need several calls, and the person waits for all of them. What
 * the reading would still write is canceled, because sync may be paused by then.
 */
export async function inTime<T>(
  reading: Promise<T>,
  ms: number,
  late: AbortController,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      late.abort();
      reject(new UnavailableError("no answer in time", null));
    }, ms);
  });
  try {
    return await Promise.race([reading, silence]);
  } finally {
    clearTimeout(timer);
  }
}

type Common = Pick<
  CardData,
  "now" | "connectUrl" | "portalId" | "objectType" | "installation" | "actor"
>;

/** Card data whose two sides were read. */
export type ReadCard = CardData & { readonly reading: Reading };

/**
 * Reads a pair from HubSpot, and what decide says of it. Null: neither side has it.
 * @param trial settings to go by instead of the stored ones; nothing is written
 */
export async function readBothSides(
  engine: Engine,
  portalId: PortalId,
  subject: Subject,
  {
    common,
    signal,
    trial,
  }: {
    readonly common: Common;
    readonly signal: AbortSignal;
    readonly trial?: Settings;
  },
): Promise<ReadCard | null> {
  const { objectType } = subject;
  const person = personNamed(actorName(common.actor));
  const { gathered, plans, parents } = await previewEach(
    engine,
    portalId,
    {
      objectType,
      ...("objectId" in subject
        ? { objectIds: [subject.objectId] }
        : { recordIds: [subject.recordId] }),
      priority: "interactive",
      signal,
      edges: { kind: "read" },
      trial,
    },
    [
      startedBy(manualTrigger("workspace", true), person),
      startedBy(manualTrigger("hubspot", true), person),
      startedBy(bothWays, person),
    ],
  );
  const { rules } = gathered;
  const place = placeOf(gathered.pairs, subject);
  const pair = gathered.pairs[place];
  const push = plans[0]?.[place];
  const pull = plans[1]?.[place];
  const sync = plans[2]?.[place];
  if (
    pair === undefined ||
    push === undefined ||
    pull === undefined ||
    sync === undefined
  )
    return null;
  const objectId = pair.object?.id ?? pair.link?.objectId ?? null;
  return {
    ...common,
    rules,
    record:
      pair.record === null
        ? null
        : { id: pair.record.id, properties: pair.record.properties },
    objectId,
    linked: pair.link?.state === "live",
    facts: await engine.database.inPortal(portalId, (db) =>
      loadFacts(db, portalId, objectType, {
        recordId: pair.record?.id ?? null,
        objectId,
        synced: common.installation.types.enabled,
        properties: mappedProperties(rules, objectType),
        companies: [pull, push]
          .flatMap(({ edges }) => edges)
          .flatMap(({ outcome: { undoes } }) =>
            undoes === undefined
              ? []
              : [undoes.lost.parentId, undoes.kept.parentId],
          ),
      }),
    ),
    reading: {
      pair,
      pull,
      push,
      sync,
      parents,
      automatic: {
        hubspot: decide(rules, pair, automatic("hubspot")),
        workspace: decide(rules, pair, automatic("workspace")),
      },
    },
    unreadable: null,
    stored: null,
  };
}

/** A merged object is returned under another id; then it is the only pair that was requested. */
function placeOf(pairs: readonly Pair[], subject: Subject): number {
  const named = pairs.findIndex(({ record, object, link }) =>
    "objectId" in subject
      ? object?.id === subject.objectId || link?.objectId === subject.objectId
      : record?.id === subject.recordId,
  );
  return Math.max(0, named);
}

async function readStored(
  engine: Engine,
  portalId: PortalId,
  subject: Subject,
  common: Common & Pick<CardData, "unreadable">,
): Promise<CardData | null> {
  return engine.database.inPortal(portalId, async (db) => {
    const row = await findRecord(db, portalId, subject);
    if (row === null && "recordId" in subject) return null;
    const objectId =
      "objectId" in subject ? subject.objectId : (row?.objectId ?? null);
    const recordId = row?.id ?? null;
    const rules = await loadRules(db, portalId, subject.objectType);
    return {
      ...common,
      rules,
      record: row === null ? null : { id: row.id, properties: row.properties },
      objectId,
      linked: row?.linked ?? false,
      facts: await loadFacts(db, portalId, subject.objectType, {
        recordId,
        objectId,
        synced: common.installation.types.enabled,
        properties: mappedProperties(rules, subject.objectType),
      }),
      reading: null,
      stored: row,
    };
  });
}

const mappedProperties = (rules: Rules, type: ObjectType): string[] =>
  rules.settings[type].mappings.map(({ property }) => property);
