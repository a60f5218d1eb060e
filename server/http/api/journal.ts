import { sql } from "kysely";
import { z } from "zod";
import { readPage } from "../../database/bounded-page.ts";
import { cursorNumber, readCursor, writeCursor } from "./cursor.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import {
  idSchema,
  pageOf,
  pageQuery,
  timeSchema,
  typeSchema,
} from "./schemas.ts";

const entrySchema = z
  .object({
    id: z.string(),
    at: timeSchema,
    objectType: typeSchema,
    recordId: z.guid().nullable(),
    hubspotId: z.string().nullable(),
    action: z.string(),
    source: z.string(),
    by: z.string(),
    initiator: z.enum(["hubspot", "workspace"]),
    runId: z.guid().nullable(),
    code: z.string(),
    reason: z.string(),
    changes: z.array(
      z
        .object({
          field: z.string(),
          side: z.enum(["workspace", "hubspot"]),
        })
        .loose(),
    ),
  })
  .meta({ id: "JournalEntry" });

type JournalRow = {
  id: string;
  at: Date;
  object_type: string;
  record_id: string | null;
  object_id: string | null;
  action: string;
  source: string;
  by_user: string;
  initiator: string;
  run_id: string | null;
  code: string;
  reason: string;
  changes: unknown[];
};

/** What each decision changed, with the values before and after. */
export const journalRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "journal",
    method: "get",
    path: "/journal",
    summary: "List changes: what, by whom, and why, newest first",
    query: z.strictObject({
      ...pageQuery,
      objectType: typeSchema.optional(),
      recordId: idSchema.optional(),
      runId: idSchema.optional(),
    }),
    answers: { 200: { description: "A page", schema: pageOf(entrySchema) } },
    handle: async ({ inPortal, portalId, query }) => {
      const before = readCursor(cursorNumber, query.cursor);
      const conditions = [
        sql`j.portal_id = ${portalId}`,
        ...(query.objectType === undefined
          ? []
          : [sql`j.object_type = ${query.objectType}`]),
        // The entries of records that were merged into this one are its own.
        ...(query.recordId === undefined
          ? []
          : [
              sql`j.record_id in (
                select coalesce(a.record_id, ${query.recordId}::uuid) from (select) one
                left join record_alias a on a.portal_id = ${portalId} and a.old_id = ${query.recordId}::uuid
                union
                select ${query.recordId}::uuid
                union
                select a.old_id from record_alias a where a.portal_id = ${portalId} and a.record_id = ${query.recordId}::uuid)`,
            ]),
        ...(query.runId === undefined
          ? []
          : [sql`j.run_id = ${query.runId}::uuid`]),
        ...(before === null ? [] : [sql`j.id < ${before}::bigint`]),
      ];
      const page = await inPortal((db) =>
        readPage<JournalRow>(db, {
          rows: sql`
            select j.id as number, j.id::text as id, j.at, j.object_type, j.record_id, j.object_id::text as object_id,
              j.action, j.source, j.by_user, j.initiator, j.run_id, j.code, j.reason, j.changes,
              octet_length(j.changes::text) + octet_length(j.reason) as weight
            from journal j where ${sql.join(conditions, sql` and `)}`,
          order: sql`number desc`,
          limit: query.limit,
        }),
      );
      return {
        status: 200,
        body: {
          results: page.rows.map((row) => ({
            id: row.id,
            at: row.at.toISOString(),
            objectType: row.object_type,
            recordId: row.record_id,
            hubspotId: row.object_id,
            action: row.action,
            source: row.source,
            by: row.by_user,
            initiator: row.initiator,
            runId: row.run_id,
            code: row.code,
            reason: row.reason,
            changes: row.changes,
          })),
          next: page.more ? writeCursor(page.rows.at(-1)?.id) : null,
        },
      };
    },
  }),
];
