import type { Db } from "../../database/database.ts";
import type {
  ObjectType,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { DELETION_WAITS } from "../brake/pure/judge.ts";
import { quietSeconds } from "../brake/quiet.ts";
import { queueRecheck } from "../recheck/recheck.ts";
import type { Rules } from "../model.ts";
import {
  PUSHED_FIRST,
  pipelineOf,
  pipelineSent,
  selectsPipeline,
} from "../decide/pipelines.ts";
import type { AttemptResult } from "./pure/attempt-result.ts";
import type { Placed } from "./write-workspace.ts";

/** Soon enough for a person who waits for it, and a dozen looks at most while a dead worker's claim lasts. */
const laterSeconds = 5;

/**
 * Notes objects for another look that wait for a creation of ours: their record stays dirty, but once it is linked
 * with what the creation made, nothing else would lead to them.
 */
export const queuePendingRechecks = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  placed: readonly Placed[],
): Promise<void> =>
  queueRecheck(
    db,
    portalId,
    type,
    placed.flatMap(({ decision, pair }) =>
      decision.code === "creation_pending" && pair.object !== null
        ? [pair.object.id]
        : [],
    ),
    laterSeconds,
  );

/** Notes objects whose deletion is to be looked at with those that may follow it; a deleted record stays dirty instead. */
export const queueDeletedRechecks = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  placed: readonly Placed[],
): Promise<void> =>
  queueRecheck(
    db,
    portalId,
    type,
    placed.flatMap(({ decision, pair }) =>
      decision.code === DELETION_WAITS &&
      pair.record?.deletedAt === null &&
      pair.link !== null
        ? [pair.link.objectId]
        : [],
    ),
    quietSeconds,
  );

/** Notes objects that HubSpot changed along with a write of ours. Last in its transaction: it locks the inbox' lane. */
export const queueChangedRechecks = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  settled: readonly AttemptResult[],
): Promise<void> =>
  queueRecheck(
    db,
    portalId,
    type,
    settled.flatMap(({ changedAlong, objectId }) =>
      changedAlong && objectId !== null ? [objectId] : [],
    ),
    0,
  );

/**
 * Notes the objects of records that leave with their pipeline, once their changes have reached HubSpot: of those that were
 * pushed first, and of those that the workspace has moved to a pipeline that isn't selected. Last in its transaction.
 */
export const queueOutsideRechecks = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  {
    rules: { settings },
    placed,
    open,
  }: {
    readonly rules: Pick<Rules, "settings">;
    readonly placed: readonly Placed[];
    /** Records that are looked at again anyway, or whose write was refused as a whole and waits for a person. */
    readonly open: ReadonlySet<RecordId>;
  },
): Promise<void> =>
  queueRecheck(
    db,
    portalId,
    type,
    placed.flatMap(({ pair: { object }, decision, recordId }) => {
      const isPushed =
        decision.hubspot.kind === "update" ||
        decision.code === PUSHED_FIRST ||
        decision.link.kind === "create" ||
        decision.link.kind === "revive";
      if (object === null || recordId === null || !isPushed) return [];
      const pipeline =
        pipelineSent(type, decision) ?? pipelineOf(type, object.properties);
      return open.has(recordId) || selectsPipeline(settings, type, pipeline)
        ? []
        : [object.id];
    }),
    0,
  );

/** Notes unlinked objects whose pairs have moved on as often as they were decided on: nothing else would lead to them. */
export const queueMovedRechecks = (
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  moved: ReadonlySet<Placed>,
): Promise<void> =>
  queueRecheck(
    db,
    portalId,
    type,
    [...moved].flatMap(({ pair: { object, link } }) =>
      object !== null && link?.state !== "live" ? [object.id] : [],
    ),
    laterSeconds,
  );
