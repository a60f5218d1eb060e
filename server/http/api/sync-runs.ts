import { sql } from "kysely";
import { z } from "zod";
import { readPage } from "../../database/bounded-page.ts";
import {
  descriptorOf,
  firstPushedKindOf,
  pushedKindsOf,
} from "../../settings/types/index.ts";
import { pushChildrenOf } from "../../sync/card/push-children.ts";
import { readInstallation } from "../../sync/installation/installation.ts";
import { Problem } from "../problem.ts";
import { requirePermissions } from "../require-permission.ts";
import { cursorNumber, cursorTime, readCursor, writeCursor } from "./cursor.ts";
import { listRuns, readRun } from "./read-runs.ts";
import { requireRunning } from "./require-running.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import {
  hubspotIdSchema,
  idParams,
  idSchema,
  pageOf,
  pageQuery,
  runSchema,
  typeSchema,
} from "./schemas.ts";

const MAX_SELECTION = 10_000;

const selectionShape = {
  objectType: typeSchema,
  ids: z.array(idSchema).min(1).max(MAX_SELECTION).optional(),
  hubspotIds: z.array(hubspotIdSchema).min(1).max(MAX_SELECTION).optional(),
  all: z.literal(true).optional(),
  changed: z.literal(true).optional(),
};

const namesOne = (body: {
  ids?: unknown;
  hubspotIds?: unknown;
  all?: unknown;
  changed?: unknown;
}): boolean =>
  [body.ids, body.hubspotIds, body.all, body.changed].filter(
    (each) => each !== undefined,
  ).length === 1;
const nameOne = "Send exactly one of ids, hubspotIds, all, and changed.";

const forcingShape = {
  ...selectionShape,
  confirm: z
    .boolean()
    .optional()
    .describe(
      "Also replace newer values of the other side. Without confirm, records that have newer values aren't changed, and count as needsConfirmation.",
    ),
};

const selections = {
  both: z.strictObject(selectionShape).refine(namesOne, nameOne),
  pull: z.strictObject(forcingShape).refine(namesOne, nameOne),
  push: z
    .strictObject({
      ...forcingShape,
      children: z
        .array(typeSchema)
        .min(1)
        .optional()
        .describe(
          "With records named in ids: push what belongs to them after them, such as the contacts and deals of companies",
        ),
      contacts: z
        .literal(true)
        .optional()
        .describe("The same as children with contacts. Use children")
        .meta({ deprecated: true }),
    })
    .refine(namesOne, nameOne)
    .refine(
      ({ contacts, objectType, ids }) =>
        contacts === undefined ||
        (firstPushedKindOf(objectType) !== null && ids !== undefined),
      "To push contacts too, name their companies in ids.",
    )
    .superRefine(({ children = [], objectType, ids }, context) => {
      const pushed = pushedKindsOf(objectType).map(({ from }) => from);
      for (const [place, type] of children.entries())
        if (!pushed.includes(type))
          context.addIssue({
            code: "custom",
            path: ["children", place],
            message: `${descriptorOf(type).names.label.plural} can't be pushed after ${descriptorOf(objectType).names.plural}.`,
          });
      if (children.length > 0 && ids === undefined)
        context.addIssue({
          code: "custom",
          path: ["children"],
          message: "To push children too, name their parents in ids.",
        });
    }),
};

type PushSelection = z.infer<(typeof selections)["push"]>;

const startedSchema = z.object({
  runId: z.guid(),
  contactsRunId: z
    .guid()
    .nullable()
    .optional()
    .describe(
      "The run of the contacts, if contacts was sent; null if there are none",
    )
    .meta({ deprecated: true }),
  childRuns: z
    .array(z.object({ objectType: typeSchema, runId: z.guid() }))
    .optional()
    .describe(
      "The runs of the children, if they were requested; none for types of which there are no children",
    ),
});

const summaries = {
  both: "Sync both ways: each field from the side that changed; conflicts need a choice. If a full run is in progress, that run is returned",
  pull: "Pull chosen records, all, or what changed. If a full pull is in progress, that run is returned",
  push: "Push chosen records, all, or what changed. If a full push is in progress, that run is returned",
};

const startRoute = (kind: "both" | "pull" | "push"): ApiRoute =>
  apiRoute({
    tag: "sync",
    method: "post",
    path: `/sync/${kind}`,
    summary: summaries[kind],
    body: selections[kind],
    answers: {
      202: { description: "The run to follow", schema: startedSchema },
    },
    handle: async ({ inPortal, parts, portalId, actor, by, body }) => {
      const started = await inPortal(async (db) => {
        await requirePermissions(
          db,
          portalId,
          actor,
          kind === "both" ? ["push", "pull"] : [kind],
        );
        const installation = await readInstallation(db, portalId);
        if (installation !== null)
          requireRunning(
            installation,
            kind === "both" ? "push" : kind,
            body.objectType,
          );
        const confirmed = "confirm" in body && body.confirm === true;
        const { runId } = await parts.engine.startRun(db, portalId, {
          kind,
          objectType: body.objectType,
          mode: body.all ? "full" : body.changed ? "changed" : "selection",
          ...(body.ids ? { scope: { recordIds: body.ids } } : {}),
          ...(body.hubspotIds ? { scope: { objectIds: body.hubspotIds } } : {}),
          // What changed is what the schedule would bring, only sooner; Sync now forces nothing either.
          manual: kind !== "both" && body.changed === undefined,
          confirmed,
          source: "api",
          requestedBy: by,
        });
        // Only a push can name children (selections.push).
        const { ids, contacts, children = [] }: PushSelection = body;
        const first = firstPushedKindOf(body.objectType)?.from;
        const types = pushedKindsOf(body.objectType)
          .map(({ from }) => from)
          .filter(
            (type) =>
              children.includes(type) || (contacts === true && type === first),
          );
        if (types.length === 0 || ids === undefined) return { runId };
        if (installation !== null)
          for (const type of types) requireRunning(installation, "push", type);
        const runs = await pushChildrenOf(db, portalId, body.objectType, {
          parentIds: ids,
          children: types,
          account: { source: "api", by },
          confirmed,
        });
        return {
          runId,
          ...(contacts === true
            ? {
                contactsRunId:
                  runs.find(({ type }) => type === first)?.runId ?? null,
              }
            : {}),
          childRuns: runs.map((run) => ({
            objectType: run.type,
            runId: run.runId,
          })),
        };
      });
      return {
        status: 202,
        body: started,
        headers: { Location: `/api/v1/runs/${started.runId}` },
      };
    },
  });

const runPosition = z.object({ at: cursorTime, id: z.guid() });

const itemSchema = z
  .object({
    id: z.string(),
    outcome: z.enum(["skipped", "held", "failed"]),
    objectType: typeSchema,
    recordId: z.guid().nullable(),
    hubspotId: z.string().nullable(),
    code: z.string(),
    reason: z.string(),
  })
  .meta({ id: "RunItem" });

type ItemRow = {
  id: string;
  outcome: string;
  object_type: string;
  record_id: string | null;
  object_id: string | null;
  code: string;
  reason: string;
};

/** Starting pulls and pushes, and looking at runs. */
export const syncRoutes: readonly ApiRoute[] = [
  startRoute("both"),
  startRoute("pull"),
  startRoute("push"),
  apiRoute({
    tag: "runs",
    method: "get",
    path: "/runs",
    summary: "List runs, newest first",
    query: z.strictObject(pageQuery),
    answers: { 200: { description: "A page", schema: pageOf(runSchema) } },
    handle: async ({ inPortal, portalId, query }) => {
      const after = readCursor(runPosition, query.cursor);
      const { results, next } = await inPortal((db) =>
        listRuns(db, portalId, query.limit, after),
      );
      return {
        status: 200,
        body: { results, next: next && writeCursor(next) },
      };
    },
  }),
  apiRoute({
    tag: "runs",
    method: "get",
    path: "/runs/{id}",
    summary: "Get a run: its state and counts",
    params: idParams,
    answers: { 200: { description: "The run", schema: runSchema } },
    handle: async ({ inPortal, portalId, params }) => {
      const run = await inPortal((db) => readRun(db, portalId, params.id));
      if (run === null) throw noSuchRun();
      return { status: 200, body: run };
    },
  }),
  apiRoute({
    tag: "runs",
    method: "get",
    path: "/runs/{id}/items",
    summary:
      "List what a run didn't change, and why; its changes are in the journal under its runId",
    params: idParams,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: "A page", schema: pageOf(itemSchema) } },
    handle: async ({ inPortal, portalId, params, query }) => {
      const after = readCursor(cursorNumber, query.cursor) ?? "0";
      const page = await inPortal(async (db) => {
        if ((await readRun(db, portalId, params.id)) === null)
          throw noSuchRun();
        return readPage<ItemRow>(db, {
          rows: sql`
            select i.id as number, i.id::text as id, i.outcome, i.object_type, i.record_id, i.object_id::text as object_id,
              i.code, i.reason, octet_length(i.reason) as weight
            from run_item i
            where i.portal_id = ${portalId} and i.run_id = ${params.id}::uuid and i.id > ${after}::bigint`,
          order: sql`number`,
          limit: query.limit,
        });
      });
      return {
        status: 200,
        body: {
          results: page.rows.map((row) => ({
            id: row.id,
            outcome: row.outcome,
            objectType: row.object_type,
            recordId: row.record_id,
            hubspotId: row.object_id,
            code: row.code,
            reason: row.reason,
          })),
          next: page.more ? writeCursor(page.rows.at(-1)?.id) : null,
        },
      };
    },
  }),
];

function noSuchRun(): Problem {
  return new Problem(404, "run_not_found", "There is no such run.");
}
