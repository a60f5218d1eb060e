import { Router } from "express";
import { z } from "zod";
import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import {
  forgetStep,
  markedSteps,
  recordStep,
} from "../../sync/installation/setup-steps.ts";
import { parseInput } from "../api/parse.ts";
import { typeSchema } from "../api/schemas.ts";
import { askerIn } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { jsonOf } from "../json-body.ts";
import { productNameOf, requireSettings } from "./answer-person.ts";
import { FirstPullForecasts } from "./first-pull-forecast.ts";
import { settingsPage } from "./page-document.ts";
import { inProductWords } from "./product-words.ts";
import { startTestPush } from "./test-push.ts";

const ofStep = z.object({ step: z.enum(markedSteps), done: z.boolean() });
const ofType = z.object({ objectType: typeSchema });

/** The page's document, and the steps of the set-up checklist. */
export function setupRoutes(parts: HttpDependencies): Router {
  const router = Router();
  const forecasts = new FirstPullForecasts(parts);

  router.get("/settings/page", async (_request, response) => {
    const asker = askerIn(response);
    const page = await parts.database.inPortal(asker.portalId, (db) =>
      settingsPage(db, asker, {
        publicUrl: parts.config.publicUrl,
        helpUrl: manifest.config.support.documentationUrl,
      }),
    );
    response.json(inProductWords(page, page.settings.productName));
  });

  router.get("/settings/first-pull", async (_request, response) => {
    const asker = askerIn(response);
    const forecast = await forecasts.of(asker);
    response.json(
      inProductWords(forecast, await productNameOf(parts, asker.portalId)),
    );
  });

  router.post("/settings/steps", async (request, response) => {
    const asker = askerIn(response);
    const { step, done } = parseInput(ofStep, jsonOf(request), "body");
    requireSettings(asker);
    await parts.database.inPortal(asker.portalId, (db) =>
      (done ? recordStep : forgetStep)(db, asker.portalId, step),
    );
    response.json({});
  });

  router.post("/settings/test-push", async (request, response) => {
    const asker = askerIn(response);
    const { objectType } = parseInput(ofType, jsonOf(request), "body");
    requireSettings(asker);
    const started = await parts.database.inPortal(asker.portalId, (db) =>
      startTestPush(db, parts.engine, asker, objectType),
    );
    response.json(started);
  });

  return router;
}
