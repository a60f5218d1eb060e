import type { Request, RequestHandler, Response } from "express";
import express, { Router } from "express";
import { jsonOf } from "../json-body.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { Problem } from "../problem.ts";
import type { ActivePortals } from "../active-portals.ts";
import type { PortalShare } from "../requests-in-progress.ts";
import { RequestsInProgress } from "../requests-in-progress.ts";
import { SeenSteps } from "../seen-steps.ts";
import { runMiddleware } from "../run-middleware.ts";
import { actorName } from "../../sync/people/pure/actor.ts";
import { actorOf, writeFor } from "./acting-user.ts";
import type { Asker, Authentication } from "./authenticate.ts";
import { openApiDocument } from "./openapi.ts";
import { parseInput } from "./parse.ts";
import type { ApiAnswer, ApiCall, ApiRoute } from "./route.ts";
import { apiRoutes } from "./routes.ts";

/** A batch of 1,000 records with long texts; a single field may have 65,536 characters. */
const BODY_LIMIT = "8mb";

/** Half of the connections of a web process, at most; the product's own concurrency is seldom more. */
const SHARE: PortalShare = {
  most: 6,
  mostBesideOthers: 2,
  waiting: 60,
  waitMs: 10_000,
  rests: 0,
};

/**
 * Lists, batches, checks, and try-outs, beside the others: each may take megabytes and a thousand rows. They are served
 * one after the other, and what costs much works for a third of the time at most, so that the processor is others' as
 * well: with two at once, the slowest of another portal's cards took three times as long as without them.
 */
const HEAVY_SHARE: PortalShare = {
  most: 1,
  mostBesideOthers: 1,
  waiting: 60,
  waitMs: 10_000,
  rests: 2,
};

const isHeavy = ({ path, query }: ApiRoute): boolean =>
  path.endsWith("/batch") ||
  path.endsWith("/check") ||
  path.endsWith("/replay") ||
  path.endsWith("/try") ||
  path.endsWith("/suggest-options") ||
  path.endsWith("/reassign") ||
  (query !== null && "limit" in query.shape);

/** /api/v1: the product's API. Every route except the document itself requires the key of one portal. */
export function apiRouter(
  parts: HttpDependencies,
  authentication: Authentication,
  active: ActivePortals,
): Router {
  const router = Router();
  // Anybody may ask for it, and few do: it is written once, when it is asked for.
  let document: string | undefined;
  router.get("/openapi.json", (_request, response) => {
    document ??= JSON.stringify(
      openApiDocument(apiRoutes, parts.config.publicUrl),
    );
    response.type("json").send(document);
  });
  const light = new RequestsInProgress(SHARE, active);
  const heavy = new RequestsInProgress(HEAVY_SHARE, active);
  const keysSeen = new SeenSteps(parts, "key");
  for (const route of apiRoutes) {
    const inProgress = isHeavy(route) ? heavy : light;
    router[route.method](
      route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      async (request: Request, response: Response) => {
        const check = (): Promise<Asker> =>
          authentication.check(request, response);
        const serve = async (asker: Asker): Promise<void> => {
          keysSeen.saw(asker.portalId);
          const given = await act(parts, route, asker, request, response);
          if (given.issuedKey !== undefined)
            authentication.expect(given.issuedKey, asker.portalId);
          send(response, given);
        };
        // A portal that asks much waits before its key is checked: that is a transaction, too.
        const guess = authentication.guess(request);
        if (guess !== null)
          return inProgress.run(guess, response, async () =>
            serve(await check()),
          );
        const asker = await check();
        return inProgress.run(asker.portalId, response, () => serve(asker));
      },
    );
  }
  router.use((request) => {
    const methods = methodsAt(request.path);
    throw methods.length === 0
      ? new Problem(404, "no_such_route", "This address doesn't exist.")
      : new Problem(
          405,
          "method_not_allowed",
          `This address accepts ${methods.join(", ")}.`,
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

/** The bytes that came, decompressed. */
const readBytes: RequestHandler = express.raw({
  type: () => true,
  limit: BODY_LIMIT,
});

async function act(
  parts: HttpDependencies,
  route: ApiRoute,
  { portalId, apiKey }: Asker,
  request: Request,
  response: Response,
): Promise<ApiAnswer> {
  // Checked before the body is read, which may be large.
  const params =
    route.params && parseInput(route.params, request.params, "params");
  const query = route.query && parseInput(route.query, request.query, "query");
  const actor = await actorOf(request, (work) =>
    parts.database.inPortal(portalId, work),
  );
  const inPortal: ApiCall<unknown, unknown, unknown>["inPortal"] = (work) =>
    parts.database.inPortal(portalId, async (db) => {
      if (route.method !== "get") await writeFor(db, actor);
      return work(db);
    });
  return route.handle({
    portalId,
    apiKey,
    actor,
    by: actorName(actor),
    parts,
    params,
    query,
    body: route.body && (await bodyOf(route.body, request, response)),
    inPortal,
  });
}

function send(response: Response, { status, body, headers }: ApiAnswer): void {
  response.status(status).set(headers ?? {});
  if (body === undefined) response.end();
  else response.json(body);
}

async function bodyOf(
  schema: NonNullable<ApiRoute["body"]>,
  request: Request,
  response: Response,
): Promise<unknown> {
  if (!request.is("application/json") && request.get("Content-Type"))
    throw new Problem(415, "not_json", "Send the body as application/json.");
  await runMiddleware(readBytes, request, response);
  return parseInput(schema, jsonOf(request), "body");
}
