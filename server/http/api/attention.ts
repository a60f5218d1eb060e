import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { z } from "zod";
import type { Db } from "../../database/database.ts";
import { readPage } from "../../database/bounded-page.ts";
import type { PageOf } from "../../database/bounded-page.ts";
import { isoTime } from "../../database/iso-time.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import {
  choices,
  choicesOf,
  namedObjects,
} from "../../sync/attention/pure/choices.ts";
import type { Choice } from "../../sync/attention/pure/choices.ts";
import { listParts } from "../../sync/brake/parts.ts";
import { objectPage } from "../../sync/values/object-page.ts";
import type { AttentionAnswer } from "../dependencies.ts";
import { Problem } from "../problem.ts";
import { requireEntryPermission } from "../require-entry-permission.ts";
import { cursorTime, readCursor, writeCursor } from "./cursor.ts";
import { heldItem, heldItemSchema } from "./held-item.ts";
import type { ApiCall, ApiAnswer, ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import {
  hubspotIdSchema,
  idParams,
  idSchema,
  pageOf,
  pageQuery,
  timeSchema,
  typeSchema,
} from "./schemas.ts";

const attentionSchema = z
  .object({
    id: z.guid(),
    kind: z.enum(["problem", "held", "drift"]),
    state: z.enum(["open", "resolved"]),
    code: z.string(),
    objectType: typeSchema,
    recordId: z.guid().nullable(),
    hubspotId: z.string().nullable(),
    field: z.string().nullable().meta({
      description:
        "The field in conflict, or whose mapping no longer fits; empty if the entry is about the whole record.",
    }),
    cause: z.string(),
    fix: z.string(),
    details: z.record(z.string(), z.unknown()).meta({
      description:
        "Details, depending on the code. For a mapping that no longer fits (drift), `path` is its place in the settings and `records` the number of records concerned. For a conflict over an email or domain, `objects` lists the HubSpot objects that have it, each with its page and the record that it was linked to when last checked.",
    }),
    choices: z.array(z.enum(choices)).meta({
      description:
        "The choices that resolve accepts: the side whose value to keep; `link_existing`, which links the record to an object of `details.objects`, or confirms that the two are the same, and unlinks the record that has it; `approve` or `refuse`, for many changes that need approval together.",
    }),
    partOf: z.guid().nullable().meta({
      description:
        "The entry that contains this change together with others, and is resolved for all of them.",
    }),
    expiresAt: timeSchema.nullable().meta({
      description:
        "If nobody decides by then, deletions count as refused, so nothing is deleted. Creations and updates stay pending, and need approval again with their next change.",
    }),
    initiator: z.enum(["hubspot", "workspace"]),
    attempts: z.int(),
    retryAt: timeSchema.nullable(),
    runId: z.guid().nullable(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    resolvedAt: timeSchema.nullable(),
    resolvedBy: z.string().nullable(),
  })
  .meta({ id: "Attention" });

type AttentionRow = {
  id: string;
  kind: string;
  state: string;
  code: string;
  object_type: ObjectType;
  record_id: string | null;
  object_id: string | null;
  field: string;
  cause: string;
  fix: string;
  details: Record<string, unknown>;
  initiator: "hubspot" | "workspace";
  tries: number;
  retry_at: Date | null;
  run_id: string | null;
  created_at: Date;
  updated_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
  part_of: string | null;
  expires_at: Date | null;
  at: string;
  ui_domain: string | null;
};

/** What needs a person: problems to retry, what is held for a choice, and what no longer fits the settings in HubSpot. */
export const attentionRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "attention",
    method: "get",
    path: "/attention",
    summary:
      "List what needs attention, newest first; only open entries by default",
    query: z.strictObject({
      ...pageQuery,
      state: z.enum(["open", "resolved"]).default("open"),
      kind: z.enum(["problem", "held", "drift"]).optional(),
      code: z
        .string()
        .regex(/^[a-z_]{1,100}$/, "isn't a code")
        .optional(),
      objectType: typeSchema.optional(),
      recordId: idSchema.optional(),
    }),
    answers: {
      200: { description: "A page", schema: pageOf(attentionSchema) },
    },
    handle: async ({ inPortal, portalId, query }) => {
      const after = readCursor(
        z.object({ at: cursorTime, id: z.guid() }),
        query.cursor,
      );
      const { limit } = query;
      const { rows, more } = await inPortal((db) =>
        select(
          db,
          portalId,
          [
            sql`state = ${query.state}`,
            // Of many that wait together, the one entry; asked for a record, its own part.
            ...(query.recordId === undefined ? [sql`part_of is null`] : []),
            ...(query.kind === undefined ? [] : [sql`kind = ${query.kind}`]),
            ...(query.code === undefined ? [] : [sql`code = ${query.code}`]),
            ...(query.objectType === undefined
              ? []
              : [sql`object_type = ${query.objectType}`]),
            ...(query.recordId === undefined
              ? []
              : [sql`record_id = ${query.recordId}::uuid`]),
            ...(after === null
              ? []
              : [
                  sql`(created_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`,
                ]),
          ],
          limit,
        ),
      );
      const last = rows.at(-1);
      return {
        status: 200,
        body: {
          results: rows.map((row) => attentionDocument(portalId, row)),
          next: more && last ? writeCursor({ at: last.at, id: last.id }) : null,
        },
      };
    },
  }),
  apiRoute({
    tag: "attention",
    method: "get",
    path: "/attention/{id}",
    summary: "Get an entry",
    params: idParams,
    answers: {
      200: { description: "The current entry", schema: attentionSchema },
    },
    handle: async ({ inPortal, portalId, params }) => ({
      status: 200,
      body: await inPortal((db) => findDocument(db, portalId, params.id)),
    }),
  }),
  apiRoute({
    tag: "attention",
    method: "get",
    path: "/attention/{id}/items",
    summary: "List the changes of an entry that an approval would make",
    params: idParams,
    query: z.strictObject({
      cursor: pageQuery.cursor,
      limit: z.coerce.number().int().min(1).max(100).default(25),
    }),
    answers: {
      200: { description: "A page", schema: pageOf(heldItemSchema) },
    },
    handle: async ({ inPortal, portalId, params, query }) => {
      const after = readCursor(z.object({ id: z.guid() }), query.cursor);
      const { limit } = query;
      return {
        status: 200,
        body: await inPortal(async (db) => {
          const entry = await findRow(db, portalId, params.id);
          const rows = await listParts(
            db,
            portalId,
            params.id,
            after?.id ?? null,
            limit + 1,
          );
          const last = rows[limit - 1];
          return {
            results: rows
              .slice(0, limit)
              .map((row) => heldItem(portalId, entry, row)),
            next:
              rows.length > limit && last ? writeCursor({ id: last.id }) : null,
          };
        }),
      };
    },
  }),
  apiRoute({
    tag: "attention",
    method: "post",
    path: "/attention/{id}/retry",
    summary: "Retry a problem, or check again whether a mapping fits HubSpot",
    params: idParams,
    answers: {
      200: { description: "The current entry", schema: attentionSchema },
    },
    handle: async (call) => {
      await permit(call, call.params.id, "retry");
      return acted(
        call,
        call.params.id,
        call.parts.engine.attention.retry(
          call.portalId,
          call.params.id,
          call.by,
        ),
      );
    },
  }),
  apiRoute({
    tag: "attention",
    method: "post",
    path: "/attention/{id}/resolve",
    summary:
      "Resolve an entry: keep one side's value, link to the existing object, or approve or refuse many changes",
    params: idParams,
    body: z.discriminatedUnion("choice", [
      z.strictObject({
        choice: z.enum(["workspace", "hubspot", "approve", "refuse"]).meta({
          description:
            "For many changes that need approval together, the side that they come from means `approve`, the other side `refuse`.",
        }),
      }),
      z.strictObject({
        choice: z.literal("link_existing"),
        hubspotId: hubspotIdSchema.optional().meta({
          description:
            "Which of `details.objects` to link to, if there are several.",
        }),
      }),
    ]),
    answers: {
      200: { description: "The current entry", schema: attentionSchema },
    },
    handle: async (call) => {
      await permit(call, call.params.id, call.body.choice);
      return acted(
        call,
        call.params.id,
        call.body.choice === "link_existing"
          ? call.parts.engine.attention.linkExisting(
              call.portalId,
              call.params.id,
              call.body.hubspotId ?? null,
              call.by,
            )
          : call.parts.engine.attention.resolve(
              call.portalId,
              call.params.id,
              call.body.choice,
              call.by,
            ),
      );
    },
  }),
];

const permit = (
  {
    inPortal,
    portalId,
    actor,
  }: Pick<
    ApiCall<unknown, unknown, unknown>,
    "inPortal" | "portalId" | "actor"
  >,
  id: string,
  choice: Choice | "retry",
): Promise<void> =>
  inPortal((db) => requireEntryPermission(db, portalId, actor, id, choice));

async function acted(
  call: Pick<ApiCall<unknown, unknown, unknown>, "inPortal" | "portalId">,
  id: string,
  act: Promise<AttentionAnswer>,
): Promise<ApiAnswer> {
  const answer = await act;
  const body = await call.inPortal((db) => findDocument(db, call.portalId, id));
  if (!answer.ok) throw new Problem(409, answer.code, answer.reason);
  return { status: 200, body };
}

async function findRow(
  db: Db,
  portalId: PortalId,
  id: string,
): Promise<AttentionRow> {
  const { rows } = await select(db, portalId, [sql`id = ${id}::uuid`], 1);
  const [row] = rows;
  if (!row)
    throw new Problem(404, "attention_not_found", "No entry has this id.");
  return row;
}

const findDocument = async (db: Db, portalId: PortalId, id: string) =>
  attentionDocument(portalId, await findRow(db, portalId, id));

async function select(
  db: Db,
  portalId: PortalId,
  conditions: readonly RawBuilder<unknown>[],
  limit: number,
): Promise<PageOf<AttentionRow>> {
  return readPage(db, {
    rows: sql`
      select id, kind, state, code, object_type, record_id, object_id::text as object_id, field, cause, fix, details,
        initiator, tries, retry_at, run_id, created_at, updated_at, resolved_at, resolved_by, part_of, expires_at,
        ${isoTime("created_at")} as at,
        (select account ->> 'uiDomain' from installation where portal_id = ${portalId}) as ui_domain,
        octet_length(details::text) + octet_length(cause) + octet_length(fix) as weight
      from attention
      where portal_id = ${portalId} and ${sql.join(conditions, sql` and `)}`,
    order: sql`created_at desc, id desc`,
    limit,
  });
}

function attentionDocument(portalId: PortalId, row: AttentionRow) {
  const { holders: _, ...details } = row.details;
  const named = namedObjects(row.details);
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    code: row.code,
    objectType: row.object_type,
    recordId: row.record_id,
    hubspotId: row.object_id,
    field: row.field || null,
    cause: row.cause,
    fix: row.fix,
    details: {
      ...details,
      ...(named.length === 0
        ? {}
        : {
            objects: named.map(({ objectId, recordId }) => ({
              hubspotId: objectId,
              url: objectPage(
                row.ui_domain,
                portalId,
                row.object_type,
                objectId,
              ),
              recordId,
            })),
          }),
    },
    choices: choicesOf({ ...row, partOf: row.part_of }),
    partOf: row.part_of,
    expiresAt: row.expires_at?.toISOString() ?? null,
    initiator: row.initiator,
    attempts: row.tries,
    retryAt: row.retry_at?.toISOString() ?? null,
    runId: row.run_id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    resolvedBy: row.resolved_by,
  };
}
