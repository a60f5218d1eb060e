import type { Request, RequestHandler, Response } from "express";
import express, { Router } from "express";
import { keepDigits } from "../../database/json.ts";
import { portalOfKey } from "../../database/api-key.ts";
import type { Parts } from "../parts.ts";
import { Problem } from "../problem.ts";
import { openApiDocument } from "./openapi.ts";
import { parseInput } from "./parse.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoutes } from "./routes.ts";

/** A batch of 1,000 records with long texts; a single field may have 65,536 characters. */
const BODY_LIMIT = "8mb";

/** /api/v1: the product's door. Every route but the document itself asks for the key of one portal. */
export function apiRouter(parts: Parts, limitRefused: RequestHandler): Router {
  const router = Router();
  const readJson = express.json({
    limit: BODY_LIMIT,
    strict: true,
    reviver: keepDigits,
  });
  const document = openApiDocument(apiRoutes, parts.config.publicUrl);
  router.get("/openapi.json", (_request, response) => {
    response.json(document);
  });
  for (const route of apiRoutes) {
    router[route.method](
      route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      async (request: Request, response: Response, next) => {
        Object.assign(
          response.locals,
          await authenticate(parts, limitRefused, request, response),
        );
        next();
      },
      ...(route.body ? [requireJson, readJson] : []),
      async (request: Request, response: Response) => {
        await answer(parts, route, request, response);
      },
    );
  }
  router.use((request) => {
    const methods = methodsAt(request.path);
    throw methods.length === 0
      ? new Problem(404, "no_such_route", "There is nothing at this address.")
      : new Problem(
          405,
          "method_not_allowed",
          `This address answers ${methods.join(", ")}.`,
          {},
          { Allow: methods.join(", ") },
        );
  });
  return router;
}

/** The methods of the routes at a path, as their names are written. */
function methodsAt(path: string): string[] {
  return apiRoutes
    .filter((route) =>
      new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`).test(
        path,
      ),
    )
    .map(({ method }) => method.toUpperCase());
}

async function answer(
  parts: Parts,
  route: ApiRoute,
  request: Request,
  response: Response,
): Promise<void> {
  const portalId = Number(response.locals["portalId"]);
  const { status, body, headers } = await route.handle({
    portalId,
    apiKey: String(response.locals["apiKey"]),
    parts,
    params: route.params && parseInput(route.params, request.params, "params"),
    query: route.query && parseInput(route.query, request.query, "query"),
    body: route.body && parseInput(route.body, request.body, "body"),
    inPortal: (work) => parts.database.inPortal(portalId, work),
  });
  response.status(status).set(headers ?? {});
  if (body === undefined) response.end();
  else response.json(body);
}

async function authenticate(
  parts: Parts,
  limitRefused: RequestHandler,
  request: Request,
  response: Response,
): Promise<{ portalId: number; apiKey: string }> {
  const [, key] =
    /^Bearer +(\S+)$/i.exec(request.get("Authorization") ?? "") ?? [];
  const portalId =
    key === undefined ? null : await portalOfKey(parts.database, key);
  if (key !== undefined && portalId !== null) return { portalId, apiKey: key };
  await new Promise<void>((resolve, reject) => {
    void limitRefused(request, response, (error?: unknown) => {
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
  throw new Problem(
    401,
    key === undefined ? "key_missing" : "key_unknown",
    key === undefined
      ? "Send the portal's API key as Authorization: Bearer …"
      : "This API key is not known; a newer one may have replaced it.",
    {},
    { "WWW-Authenticate": 'Bearer realm="counterpart"' },
  );
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is("application/json") || !request.get("Content-Type")) next();
  else throw new Problem(415, "not_json", "The body must be application/json.");
};
