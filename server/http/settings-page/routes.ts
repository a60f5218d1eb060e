import { Router } from "express";
import { z } from "zod";
import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import {
  listOptions,
  listProperties,
} from "../../sync/installation/property-list.ts";
import { installationRoutes } from "../api/installation.ts";
import { parseInput } from "../api/parse.ts";
import type { ApiRoute } from "../api/route.ts";
import { typeSchema } from "../api/schemas.ts";
import { settingsCheckRoute } from "../api/settings-check.ts";
import { settingsPresetRoute } from "../api/settings-presets.ts";
import { settingsVersionRoutes } from "../api/settings-versions.ts";
import { settingsRoutes } from "../api/settings.ts";
import { askerIn } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import type { PortalShare } from "../requests-in-progress.ts";
import { RequestsInProgress } from "../requests-in-progress.ts";
import { jsonOf } from "../json-body.ts";
import { answerPerson, requireSettings } from "./answer-person.ts";
import { settingsPage } from "./page-document.ts";
import { startTestPush } from "./test-push.ts";
import { inProductWords } from "./product-words.ts";

/** Routes of the product's API that the page uses as they are: the same checks, the same writes, the same answers. */
const shared: readonly ApiRoute[] = [
  ...settingsRoutes,
  ...settingsVersionRoutes,
  settingsCheckRoute,
  settingsPresetRoute,
  ...installationRoutes,
];

/** A check may read 200,000 records of a type: a portal's people have one at a time. */
const CHECKS: PortalShare = { most: 1, waiting: 10, waitMs: 8_000, rests: 1 };

const ofType = z.object({ objectType: typeSchema });
const ofProperty = ofType.extend({ property: z.string().min(1).max(200) });

/**
 * /ui/settings and /ui/installation: what the settings page in HubSpot asks and requests. Everybody in the account may
 * look; who may change is decided by `refusalToSave`, for every route that is no GET.
 */
export function settingsPageRoutes(parts: HttpDependencies): Router {
  const router = Router();
  const checks = new RequestsInProgress(CHECKS);

  router.get("/settings/page", async (_request, response) => {
    const asker = askerIn(response);
    const page = await parts.database.inPortal(asker.portalId, (db) =>
      settingsPage(db, asker, {
        connectUrl: `${parts.config.publicUrl}/oauth/install`,
        helpUrl: manifest.config.support.documentationUrl,
      }),
    );
    response.json(inProductWords(page, page.settings.productName));
  });

  router.get("/settings/properties", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType } = parseInput(ofType, request.query, "query");
    const list = await parts.database.inPortal(portalId, (db) =>
      listProperties(db, portalId, objectType),
    );
    response.json(list);
  });

  router.get("/settings/options", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType, property } = parseInput(
      ofProperty,
      request.query,
      "query",
    );
    const results = await parts.database.inPortal(portalId, (db) =>
      listOptions(db, portalId, objectType, property),
    );
    response.json({ results });
  });

  router.post("/settings/test-push", async (request, response) => {
    const asker = askerIn(response);
    const { objectType } = parseInput(ofType, jsonOf(request), "body");
    requireSettings(asker);
    const started = await parts.database.inPortal(asker.portalId, (db) => {
      return startTestPush(db, parts.engine, asker, objectType);
    });
    response.json(started);
  });

  for (const route of shared)
    router[route.method](
      route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      async (request, response) => {
        const asker = askerIn(response);
        const answer = () => answerPerson(parts, route, asker, request);
        const { status, body, headers } = await (route === settingsCheckRoute
          ? checks.run(asker.portalId, response, answer)
          : answer());
        response.status(status).set(headers ?? {});
        if (body === undefined) response.end();
        else response.json(body);
      },
    );
  return router;
}
