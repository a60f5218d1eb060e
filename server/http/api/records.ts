import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { ObjectType, PortalId } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { Actor } from "../../sync/people/pure/actor.ts";
import { listRecords, readRecords } from "../../workspace/read-records.ts";
import { MAX_RECORD_BYTES, tooLarge } from "../../workspace/record-bytes.ts";
import type { RecordView } from "../../workspace/record.ts";
import type {
  RecordInput,
  RecordWrite,
} from "../../workspace/write-records.ts";
import { deleteRecord, writeRecords } from "../../workspace/write-records.ts";
import { Problem } from "../problem.ts";
import { syncViewSchema } from "../sync-view.ts";
import { cursorTime, readCursor, writeCursor } from "./cursor.ts";
import { refusedOwnerChanges } from "./owner-change.ts";
import { cutFaults } from "./parse.ts";
import { recordDocument } from "./record-document.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoute } from "./route.ts";
import {
  idParams,
  pageOf,
  pageQuery,
  recordInputSchema,
  recordSchema,
} from "./schemas.ts";

const listQuery = z.strictObject({
  ...pageQuery,
  synced: z.enum(["yes", "no"]).optional(),
  visible: z.enum(["true", "false", "all"]).default("true").meta({
    description:
      "Hidden are records that were only pulled, if the settings say so (`pull.visible`).",
  }),
  hidden: z.literal("include").optional().meta({
    description: "The same as visible=all: hidden records are listed too.",
  }),
  updatedSince: z.iso.datetime({ offset: true }).optional(),
});

const position = z.object({ at: cursorTime.nullable(), id: z.guid() });

/** The routes of one object type's records, but for the batch. */
export function recordRoutes(type: ObjectType): ApiRoute[] {
  const { route, plural } = descriptorOf(type).names;
  const base = { tag: plural };
  return [
    apiRoute({
      ...base,
      method: "get",
      path: `/${route}`,
      summary: `List the ${plural} that aren't deleted: by id, or by time of change with updatedSince`,
      query: listQuery,
      answers: {
        200: { description: "A page", schema: pageOf(recordSchema) },
      },
      handle: async ({ inPortal, portalId, query }) => {
        const after = readCursor(position, query.cursor);
        const { records, next } = await inPortal((db) =>
          listRecords(db, portalId, type, {
            limit: query.limit,
            after,
            synced: query.synced === undefined ? null : query.synced === "yes",
            visible:
              query.visible === "all" || query.hidden === "include"
                ? null
                : query.visible === "true",
            updatedSince:
              query.updatedSince === undefined
                ? null
                : new Date(query.updatedSince),
          }),
        );
        return {
          status: 200,
          body: {
            results: records.map(recordDocument),
            next: next && writeCursor(next),
          },
        };
      },
    }),
    apiRoute({
      ...base,
      method: "post",
      path: `/${route}`,
      summary: `Create a ${type}`,
      body: recordInputSchema(type),
      answers: {
        201: { description: "The new record", schema: recordSchema },
      },
      handle: async ({ inPortal, portalId, actor, body }) => {
        const record = await inPortal((db) =>
          writeRecord(db, portalId, type, actor, {
            id: null,
            properties: body.properties,
            companyId: body.companyId,
          }),
        );
        return {
          status: 201,
          body: recordDocument(record),
          headers: { Location: `/api/v1/${route}/${record.id}` },
        };
      },
    }),
    apiRoute({
      ...base,
      method: "get",
      path: `/${route}/{id}`,
      summary: `Get a ${type}, also if it is deleted; the id of a merged one returns the survivor`,
      params: idParams,
      answers: { 200: { description: "The record", schema: recordSchema } },
      handle: async ({ inPortal, portalId, params }) => ({
        status: 200,
        body: recordDocument(
          await inPortal((db) => existing(db, portalId, type, params.id)),
        ),
      }),
    }),
    apiRoute({
      ...base,
      method: "patch",
      path: `/${route}/{id}`,
      summary: `Change some fields of a ${type}; null clears a field`,
      params: idParams,
      body: recordInputSchema(type).partial(),
      answers: {
        200: { description: "The updated record", schema: recordSchema },
      },
      handle: async ({ inPortal, portalId, actor, params, body }) => ({
        status: 200,
        body: recordDocument(
          await inPortal((db) =>
            writeRecord(db, portalId, type, actor, {
              id: params.id,
              properties: body.properties ?? {},
              companyId: body.companyId,
            }),
          ),
        ),
      }),
    }),
    apiRoute({
      ...base,
      method: "delete",
      path: `/${route}/{id}`,
      summary: `Delete a ${type}; it can still be read by its id, with deletedAt`,
      params: idParams,
      answers: { 204: { description: "The record is deleted" } },
      handle: async ({ inPortal, portalId, params }) => {
        if (
          !(await inPortal((db) => deleteRecord(db, portalId, type, params.id)))
        )
          throw notFound(type);
        return { status: 204 };
      },
    }),
    apiRoute({
      ...base,
      method: "get",
      path: `/${route}/{id}/sync`,
      summary: `Get what the card shows for a ${type}, also if HubSpot doesn't have it`,
      params: idParams,
      answers: {
        200: { description: "The sync status", schema: syncViewSchema },
      },
      handle: async ({ inPortal, parts, portalId, actor, params }) => {
        const record = await inPortal((db) =>
          existing(db, portalId, type, params.id),
        );
        const view = await parts.engine.card.view(
          portalId,
          { objectType: type, recordId: record.id },
          actor,
        );
        if (view === null) throw notFound(type);
        return { status: 200, body: view };
      },
    }),
  ];
}

async function existing(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  id: string,
): Promise<RecordView> {
  const record = (await readRecords(db, portalId, type, [id])).get(id);
  if (!record) throw notFound(type);
  return record;
}

async function writeRecord(
  db: Db,
  portalId: PortalId,
  type: ObjectType,
  actor: Actor,
  input: RecordInput,
): Promise<RecordView> {
  const [refused] = await refusedOwnerChanges(db, portalId, type, actor, [
    input,
  ]);
  if (refused) throw refused;
  const [written] = await writeRecords(db, portalId, type, [input]);
  if (!written?.ok) throw writeProblem(type, written ?? missing);
  return existing(db, portalId, type, written.id);
}

type Refused = Exclude<RecordWrite, { ok: true }>;

/** What is not there after it was written is gone again. */
export const missing: Refused = { ok: false, code: "not-found" };

/** Why a record was not written, as a problem. */
export function writeProblem(type: ObjectType, refused: Refused): Problem {
  switch (refused.code) {
    case "not-found":
      return notFound(type);
    case "deleted":
      return new Problem(409, "record_deleted", `This ${type} was deleted.`);
    case "twice":
      return new Problem(
        409,
        "named_twice",
        `An earlier input of this batch changes the same ${type}.`,
      );
    case "unknown-company":
      return new Problem(
        400,
        "unknown_company",
        "There is no company with this companyId.",
        {
          errors: [{ path: "companyId", message: "isn't the id of a company" }],
        },
      );
    case "misfit": {
      const errors = cutFaults(
        refused.misfits.map(({ field, message }) => ({
          path: ["properties", field],
          message,
        })),
      );
      return new Problem(
        400,
        "invalid_input",
        `This ${type} isn't valid: ${errors[0]?.path} ${errors[0]?.message}.`,
        { errors },
      );
    }
    case "too-large":
      return new Problem(
        413,
        "record_too_large",
        `${tooLarge(type, refused.bytes)} Shorten its longest values, or keep them in a table of your own.`,
        { bytes: refused.bytes, limit: MAX_RECORD_BYTES },
      );
  }
}

function notFound(type: ObjectType): Problem {
  return new Problem(404, "record_not_found", `There is no such ${type}.`);
}
