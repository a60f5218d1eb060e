import { Router } from "express";
import type { NextFunction, Request, Response } from "express";
import { z } from "zod";
import { boardOf } from "./board.ts";
import { objectName } from "./crm-properties.ts";
import type { DeskContext } from "./desk-context.ts";
import { listObjects } from "./list-objects.ts";
import { Refusal } from "./refusal.ts";

/** Associated objects shown on a page; a company may have thousands. */
const NEAR_SHOWN = 10;

const propertiesSchema = z.object({
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
const edgeSchema = z.object({
  fromType: z.string(),
  fromId: z.string(),
  toType: z.string(),
  toId: z.string(),
  primary: z.boolean().optional(),
});
const automaticSchema = z.object({ pull: z.boolean(), push: z.boolean() });

/** The routes that the desk's own page talks to, under `/desk/api/portals/:portalId`. The browser sees no key of the app. */
export function deskApi(context: DeskContext): Router {
  const router = Router({ mergeParams: true });
  const { sandbox } = context;
  const object = "/objects/:type/:id";

  router.get("/", async (request, response) => {
    const portalId = portalOf(request);
    const { user, users, owners } = await context.portal(
      portalId,
      userIn(request.query),
    );
    const cards = context.parts.cards.map(
      ({ uid, title, location, objectTypeIds }) => ({
        uid,
        title,
        location,
        objectTypeIds,
        url: `/desk/extensions/${uid}.js`,
      }),
    );
    const { appId, appName, serverUrl, settings } = context.parts;
    response.json({
      portalId,
      user,
      users: users.filter(({ active }) => active),
      owners,
      cards,
      settings: settings && { url: `/desk/extensions/${settings.uid}.js` },
      appId,
      appName,
      serverUrl,
    });
  });

  router.get("/objects/:type", async (request, response) => {
    response.json(
      await listObjects(
        sandbox,
        portalOf(request),
        context.objectType(request.params.type),
        request.query,
      ),
    );
  });

  router.get("/pipelines/:type", async (request, response) => {
    const { id } = context.objectType(request.params.type);
    response.json({
      results: await sandbox.pipelines(portalOf(request), id),
    });
  });

  router.get("/objects/:type/board", async (request, response) => {
    response.json(
      await boardOf(
        sandbox,
        portalOf(request),
        context.objectType(request.params.type),
        request.query,
      ),
    );
  });

  router.post("/objects/:type", async (request, response) => {
    const { properties } = propertiesSchema.parse(request.body);
    const { id } = await sandbox.create(
      portalOf(request),
      request.params.type,
      { properties },
    );
    response.status(201).json({ id });
  });

  router.get(object, async (request, response) => {
    const { type, id } = request.params;
    const portalId = portalOf(request);
    const found = await sandbox.object(portalId, type, id);
    if (!found)
      throw new Refusal(
        404,
        `There is no ${context.objectType(type).singular.toLowerCase()} ${id} here.`,
      );
    const { properties, associations, archived, mergedInto } = found;
    response.json({
      id,
      name: objectName(type, id, properties),
      properties,
      associations,
      archived,
      mergedInto,
    });
  });

  router.get(`${object}/near/:other`, async (request, response) => {
    const { type, id, other } = request.params;
    const portalId = portalOf(request);
    const found = await sandbox.object(portalId, type, id);
    const edges = (found?.associations ?? []).filter(
      ({ toObjectTypeId }) => toObjectTypeId === other,
    );
    const shown = edges
      .toSorted((a, b) => Number(b.primary) - Number(a.primary))
      .slice(0, NEAR_SHOWN);
    const near = shown.map(async ({ toObjectId, primary }) => {
      const neighbour = await sandbox.object(portalId, other, toObjectId);
      return {
        id: toObjectId,
        primary,
        name: objectName(other, toObjectId, neighbour?.properties ?? {}),
      };
    });
    response.json({ results: await Promise.all(near), total: edges.length });
  });

  router.patch(object, async (request, response) => {
    const { type, id } = request.params;
    await sandbox.update(
      portalOf(request),
      type,
      id,
      propertiesSchema.parse(request.body).properties,
    );
    response.json({});
  });

  router.delete(object, async (request, response) => {
    await sandbox.delete(
      portalOf(request),
      request.params.type,
      request.params.id,
    );
    response.json({});
  });

  router.post(`${object}/restore`, async (request, response) => {
    await sandbox.restore(
      portalOf(request),
      request.params.type,
      request.params.id,
    );
    response.json({});
  });

  router.post(`${object}/privacy-delete`, async (request, response) => {
    await sandbox.privacyDelete(
      portalOf(request),
      request.params.type,
      request.params.id,
    );
    response.json({});
  });

  router.post(`${object}/merge`, async (request, response) => {
    const { other } = z
      .object({ other: z.string().min(1) })
      .parse(request.body);
    const { id } = await sandbox.merge(
      portalOf(request),
      request.params.type,
      request.params.id,
      other,
    );
    response.json({ id });
  });

  router.put("/associations", async (request, response) => {
    await sandbox.associate(
      portalOf(request),
      edgeSchema.parse(request.body),
      "PUT",
    );
    response.json({});
  });

  router.delete("/associations", async (request, response) => {
    await sandbox.associate(
      portalOf(request),
      edgeSchema.parse(request.body),
      "DELETE",
    );
    response.json({});
  });

  router.get(`${object}/record`, async (request, response) => {
    const { type, id } = request.params;
    const portalId = portalOf(request);
    const { records } = context.objectType(type);
    const workspace = await context.workspace(portalId);
    if (!workspace) return void response.json({ state: "not-installed" });
    const known =
      typeof request.query["recordId"] === "string"
        ? request.query["recordId"]
        : null;
    const recordId =
      known ?? (await context.linkedRecordId(portalId, type, id));
    const record =
      recordId === null ? null : await workspace.record(records, recordId);
    response.json(record ? { state: "linked", record } : { state: "none" });
  });

  router.patch("/records/:records/:recordId", async (request, response) => {
    const { records, recordId } = request.params;
    const workspace = await installed(context, request);
    await workspace.update(
      records,
      recordId,
      z
        .object({ properties: z.record(z.string(), z.unknown()) })
        .parse(request.body).properties,
    );
    response.json({});
  });

  router.delete("/records/:records/:recordId", async (request, response) => {
    const workspace = await installed(context, request);
    await workspace.delete(request.params.records, request.params.recordId);
    response.json({});
  });

  router.get("/automatic-sync", async (request, response) => {
    const workspace = await context.workspace(portalOf(request));
    response.json({
      automatic: workspace ? await workspace.automatic() : null,
    });
  });

  router.put("/automatic-sync", async (request, response) => {
    const workspace = await installed(context, request);
    response.json({
      automatic: await workspace.setAutomatic(
        automaticSchema.parse(request.body),
      ),
    });
  });

  router.use(
    (
      error: unknown,
      _request: Request,
      response: Response,
      _next: NextFunction,
    ) => {
      const { status, message } = answerTo(error);
      response.status(status).json({ message });
    },
  );
  return router;
}

/** The user whom a page's address names; null: the first one. */
export function userIn(query: unknown): number | null {
  const { data } = z
    .object({ user: z.coerce.number().int().positive() })
    .safeParse(query);
  return data?.user ?? null;
}

function portalOf(request: { params: unknown }): number {
  const { portalId } = z
    .object({ portalId: z.coerce.number().int().positive() })
    .parse(request.params);
  return portalId;
}

async function installed(context: DeskContext, request: Request) {
  const workspace = await context.workspace(portalOf(request));
  if (!workspace)
    throw new Refusal(409, "The app is not installed in this portal.");
  return workspace;
}

function answerTo(error: unknown): { status: number; message: string } {
  if (error instanceof Refusal)
    return { status: error.status, message: error.message };
  if (error instanceof z.ZodError)
    return { status: 400, message: z.prettifyError(error) };
  return {
    status: 500,
    message: error instanceof Error ? error.message : "The desk failed.",
  };
}
