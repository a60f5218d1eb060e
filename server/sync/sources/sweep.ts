import type { Db } from "../../database/database.ts";
import type { Fence } from "../../database/fence.ts";
import type { HubSpotObject } from "../../hubspot/gateway.ts";
import { heldCodes } from "../brake/pure/wording.ts";
import { chunksOf } from "../../hubspot/chunks.ts";
import type {
  ObjectId,
  PortalId,
  RecordId,
} from "../../settings/object-type.ts";
import { parentKindsOf } from "../../settings/types/index.ts";
import type { Engine } from "../engine.ts";
import { runPassHalving } from "../pass/pass-halving.ts";
import { STALE } from "../decide/decide.ts";
import { automatic } from "../decide/triggers.ts";
import type { PassInput } from "../pass/pass-input.ts";
import type { PassItem } from "../decide/plan.ts";
import { pipelineOf, selectsPipeline } from "../decide/pipelines.ts";
import {
  loadRules,
  pipelineProperties,
  primaryProperties,
} from "../pairs/rules.ts";
import { checkEntriesNotSeen } from "../pairs/object-entries.ts";
import { addPage, endRun } from "../runs/runs.ts";
import type { Run, RunItem } from "../runs/runs.ts";
import { edgesOfPage } from "./page-edges.ts";
import { compareWithLinks } from "./sweep-compare.ts";
import type { Discrepancy } from "./sweep-compare.ts";
import {
  dropFound,
  dropMissing,
  noteMissing,
  takeMissing,
} from "./sweep-missing.ts";
import type { MissingItem } from "./sweep-missing.ts";
import { findOwed, nextOwed } from "./sweep-owed.ts";
import { storeSweepResult } from "./sweep-result.ts";
import { loadStanding } from "../installation/standing.ts";

const pageSize = 100;

/**
 * How far a sweep is: first the list of a type's objects by id, then the workspace's own records by id, then what the
 * list lacked.
 */
interface Position {
  readonly phase?: "list" | "records" | "counted" | "missing";
  readonly after?: string;
  readonly afterRecord?: RecordId;
  /** The greatest id that was listed. */
  readonly above?: ObjectId;
  readonly checked?: number;
  readonly differences?: number;
  readonly repaired?: number;
  /** Deletions that wait for a person. */
  readonly held?: number;
}

/**
 * One page of a sweep, the proof that both sides agree (DESIGN.md, "Completeness"). What agrees costs no pass. Ends its
 * run itself when nothing is left.
 */
export async function sweepStep(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  fence: Fence,
): Promise<{ done: boolean }> {
  const position = run.position as Position;
  if (position.phase === undefined || position.phase === "list") {
    await sweepPage(engine, portalId, run, position, fence);
    return { done: false };
  }
  if (position.phase === "records") {
    await sweepRecords(engine, portalId, run, position, fence);
    return { done: false };
  }
  return sweepMissing(engine, portalId, run, position, fence);
}

async function sweepPage(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  position: Position,
  fence: Fence,
): Promise<void> {
  const { objectType: type } = run;
  const kinds = parentKindsOf(type);
  const listedAt = engine.now();
  const page = await engine.hubspot.portal(portalId).list(
    type,
    {
      properties: [...primaryProperties(type), ...pipelineProperties(type)],
      limit: pageSize,
      ...(position.after === undefined ? {} : { after: position.after }),
      ...(kinds.length === 0 ? {} : { parents: kinds }),
    },
    { priority: "bulk" },
  );
  const { missing, settings } = await engine.database.inPortal(portalId, (db) =>
    loadStanding(db, portalId),
  );
  const parents = await edgesOfPage(
    engine,
    portalId,
    kinds,
    page.objects,
    ({ name }) => missing[`read-associations:${name}`] === undefined,
  );
  const discrepancies =
    page.objects.length === 0
      ? []
      : await engine.database.inPortal(portalId, (db) =>
          compareWithLinks(db, portalId, type, {
            objects: page.objects,
            byKind: parents,
            isOutside: ({ properties }) =>
              !selectsPipeline(settings, type, pipelineOf(type, properties)),
          }),
        );
  const ids = page.objects.map((object) => object.id);
  const above = greatest([position.above ?? "0", ...ids]);

  await pass(engine, portalId, {
    run,
    fence,
    asked: discrepancies,
    finish: async (db, items) => {
      const counted = judge(discrepancies, items);
      const next: Position = {
        ...position,
        phase: page.next === null ? "records" : "list",
        above,
        checked: (position.checked ?? 0) + ids.length,
        differences: (position.differences ?? 0) + counted.differences,
        repaired: (position.repaired ?? 0) + counted.repaired,
      };
      await noteMissing(db, portalId, run, {
        above: position.above ?? "0",
        upTo: page.next === null ? null : above,
        ids,
        listedAt,
      });
      await addPage(
        db,
        portalId,
        run.id,
        [...items, ...agreeing(run, page.objects, discrepancies)],
        { ...next, ...(page.next === null ? {} : { after: page.next }) },
      );
    },
  });
}

/** A page of the workspace's records: what the rules call for, and got lost, is done as any change of the workspace's. */
async function sweepRecords(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  position: Position,
  fence: Fence,
): Promise<void> {
  const { rules, page } = await engine.database.inPortal(
    portalId,
    async (db) => {
      const read = await loadRules(db, portalId, run.objectType);
      const after = position.afterRecord ?? null;
      return {
        rules: read,
        page: await nextOwed(db, portalId, run, read, after),
      };
    },
  );
  const certain = new Set(
    page.owed.flatMap((each) => (each.certain ? [each.recordId] : [])),
  );
  let counted = { differences: 0, repaired: 0 };
  for (const part of chunksOf(page.owed, pageSize)) {
    const recordIds = part.map(({ recordId }) => recordId);
    let found = { differences: 0, repaired: 0 };
    await runPassHalving(engine, portalId, {
      objectType: run.objectType,
      recordIds,
      trigger: automatic("workspace"),
      account: { source: "sweep", by: run.requestedBy, runId: run.id },
      priority: "bulk",
      fence,
      edges: { kind: "if-moved" },
      finish: async (db, items) => {
        const left = new Set(
          (await findOwed(db, portalId, run, rules, recordIds)).map(
            ({ recordId }) => recordId,
          ),
        );
        found = judgeRecords(items, certain, left);
        const { differences, repaired, ...place } = position;
        await addPage(db, portalId, run.id, items, {
          ...place,
          differences:
            (differences ?? 0) + counted.differences + found.differences,
          repaired: (repaired ?? 0) + counted.repaired + found.repaired,
        });
      },
    });
    counted = {
      differences: counted.differences + found.differences,
      repaired: counted.repaired + found.repaired,
    };
  }
  await engine.database.inPortal(portalId, async (db) => {
    await fence(db);
    const next: Position = {
      ...position,
      phase: page.after === null ? "counted" : "records",
      ...(page.after === null ? {} : { afterRecord: page.after }),
      differences: (position.differences ?? 0) + counted.differences,
      repaired: (position.repaired ?? 0) + counted.repaired,
    };
    await addPage(db, portalId, run.id, [], { ...next });
  });
}

/** Of the records that were looked at: what was really owed, and what of that is done or was put where it is done later. */
function judgeRecords(
  items: readonly PassItem[],
  certain: ReadonlySet<RecordId>,
  left: ReadonlySet<RecordId>,
): { differences: number; repaired: number } {
  const owed = items.filter(
    ({ recordId, outcome }) =>
      recordId !== null &&
      (certain.has(recordId) || !["unchanged", "skipped"].includes(outcome)),
  );
  return {
    differences: owed.length,
    repaired: owed.filter(
      ({ recordId, outcome }) =>
        outcome !== "failed" && outcome !== "held" && !left.has(recordId ?? ""),
    ).length,
  };
}

async function sweepMissing(
  engine: Engine,
  portalId: PortalId,
  run: Run,
  position: Position,
  fence: Fence,
): Promise<{ done: boolean }> {
  const begun = await engine.database.inPortal(portalId, async (db) => {
    await fence(db);
    if (position.phase === "counted") await dropFound(db, portalId, run);
    const batch = await takeMissing(db, portalId, run.id, pageSize);
    if (batch.length > 0) return batch;
    await finish(db);
    return null;
  });
  if (begun === null) return { done: true };
  await recheckMissing(engine, portalId, {
    run,
    position,
    fence,
    missing: begun,
  });
  return { done: false };

  async function finish(db: Db): Promise<void> {
    const sentence = await storeSweepResult(
      db,
      portalId,
      run.objectType,
      {
        checked: position.checked ?? 0,
        differences: position.differences ?? 0,
        repaired: position.repaired ?? 0,
        held: position.held ?? 0,
      },
      engine.now(),
    );
    await checkEntriesNotSeen(db, portalId, run.objectType, run.id);
    await endRun(db, portalId, run.id, "done", sentence);
  }
}

/** Missing is only a hint: the pass reads each by its id, follows merges, and deletes on what the archive says. */
async function recheckMissing(
  engine: Engine,
  portalId: PortalId,
  {
    run,
    position,
    fence,
    missing,
  }: {
    readonly run: Run;
    readonly position: Position;
    readonly fence: Fence;
    readonly missing: readonly MissingItem[];
  },
): Promise<void> {
  const asked = missing.map(({ objectId }) => ({ objectId, certain: false }));
  await pass(engine, portalId, {
    run,
    fence,
    asked,
    finish: async (db, items) => {
      // An object that answers under another id was merged away without our hearing of it.
      const moved = items.flatMap(({ objectId }) =>
        objectId === null || asked.some((each) => each.objectId === objectId)
          ? []
          : [{ objectId, certain: true }],
      );
      const counted = judge([...asked, ...moved], items);
      const next: Position = {
        ...position,
        phase: "missing",
        differences: (position.differences ?? 0) + counted.differences,
        repaired: (position.repaired ?? 0) + counted.repaired,
        held:
          (position.held ?? 0) +
          items.filter(({ code }) => code === heldCodes.delete).length,
      };
      await dropMissing(db, portalId, run.id, missing);
      await addPage(db, portalId, run.id, items, { ...next });
    },
  });
}

/** Brings the objects in step; without any, only `finish` is carried out. */
async function pass(
  engine: Engine,
  portalId: PortalId,
  {
    run,
    fence,
    asked,
    finish,
  }: {
    readonly run: Run;
    readonly fence: Fence;
    readonly asked: readonly Discrepancy[];
    readonly finish: NonNullable<PassInput["finish"]>;
  },
): Promise<void> {
  if (asked.length === 0) {
    await engine.database.inPortal(portalId, async (db) => {
      await fence(db);
      await finish(db, []);
    });
    return;
  }
  await runPassHalving(engine, portalId, {
    objectType: run.objectType,
    objectIds: asked.map(({ objectId }) => objectId),
    trigger: automatic("hubspot"),
    account: { source: "sweep", by: run.requestedBy, runId: run.id },
    priority: "bulk",
    fence,
    edges: { kind: "read" },
    // All that the list lacks is noted before the first of it is looked at.
    isSettled: (_plan, flow) => flow === "to_workspace",
    finish,
  });
}

/**
 * What of the objects that were looked at was really a difference, and whether it is repaired. A date alone is none:
 * a property that is not mapped moves it too.
 */
function judge(
  asked: readonly Discrepancy[],
  items: readonly PassItem[],
): { differences: number; repaired: number } {
  const certain = new Set(
    asked.filter((each) => each.certain).map(({ objectId }) => objectId),
  );
  const differing = items.filter(
    ({ objectId, outcome }) =>
      outcome !== "skipped" &&
      (outcome !== "unchanged" || (objectId !== null && certain.has(objectId))),
  );
  return {
    differences: differing.length,
    repaired: differing.filter(
      ({ outcome, code }) =>
        outcome !== "failed" && outcome !== "held" && code !== STALE,
    ).length,
  };
}

const agreeing = (
  run: Run,
  objects: readonly HubSpotObject[],
  discrepancies: readonly Discrepancy[],
): RunItem[] => {
  const differing = new Set(discrepancies.map(({ objectId }) => objectId));
  return objects
    .filter((object) => !differing.has(object.id))
    .map((object) => ({
      objectType: run.objectType,
      recordId: null,
      objectId: object.id,
      outcome: "unchanged",
      code: "verified",
      reason: "",
    }));
};

/** Ids outgrow a double. */
const greatest = (ids: readonly ObjectId[]): ObjectId =>
  ids.reduce((most, id) => (BigInt(id) > BigInt(most) ? id : most));
