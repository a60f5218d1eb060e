import { sql } from "kysely";
import { z } from "zod";
import { cursorNumber, readCursor, writeCursor } from "./cursor.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import { pageOf, pageQuery, timeSchema } from "./schemas.ts";

const eventSchema = z
  .object({
    id: z.string(),
    receivedAt: timeSchema,
    reason: z.string().meta({
      description: "What couldn't be understood, or what failed.",
    }),
    length: z.number().meta({
      description:
        "The number of characters of the whole event; `event` may be shortened.",
    }),
    event: z.string().meta({ description: "The JSON that HubSpot sent." }),
  })
  .meta({ id: "SetAsideEvent" });

type EventRow = {
  id: string;
  received_at: Date;
  reason: string;
  length: number;
  event: string;
};

/** Webhook events that were not worked, for operators. */
export const setAsideRoutes: readonly ApiRoute[] = [
  apiRoute({
    tag: "installation",
    method: "get",
    path: "/set-aside-events",
    summary:
      "List webhook events of the last 30 days that couldn't be understood or kept failing, newest first",
    query: z.strictObject(pageQuery),
    answers: { 200: { description: "A page", schema: pageOf(eventSchema) } },
    handle: async ({ inPortal, portalId, query }) => {
      const before = readCursor(cursorNumber, query.cursor);
      const older = before === null ? sql`true` : sql`e.id < ${before}::bigint`;
      const { rows } = await inPortal((db) =>
        sql<EventRow>`
          select e.id::text as id, e.received_at, e.reason, e.length, e.event from set_aside_event e
          where e.portal_id = ${portalId} and ${older}
          order by e.id desc limit ${query.limit + 1}`.execute(db),
      );
      const page = rows.slice(0, query.limit);
      return {
        status: 200,
        body: {
          results: page.map(({ received_at, ...row }) => ({
            ...row,
            receivedAt: received_at.toISOString(),
          })),
          next: rows.length > query.limit ? writeCursor(page.at(-1)?.id) : null,
        },
      };
    },
  }),
];
