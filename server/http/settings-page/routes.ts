import { Router } from "express";
import { z } from "zod";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { readSettings } from "../../settings/store.ts";
import manifest from "../../../hubspot-project/src/app/app-hsmeta.json" with { type: "json" };
import { listedTypes } from "../../settings/types/index.ts";
import {
  listOptions,
  listProperties,
} from "../../sync/installation/property-list.ts";
import { FIELDS, fieldRoutes } from "../api/fields.ts";
import { firstPullRoutes } from "../api/first-pull.ts";
import { definitionsRoute, installationRoutes } from "../api/installation.ts";
import { ownerRoutes } from "../api/owners.ts";
import { parseInput } from "../api/parse.ts";
import { pipelineRoutes } from "../api/pipelines.ts";
import type { ApiRoute } from "../api/route.ts";
import { typeSchema } from "../api/schemas.ts";
import { settingsCheckRoute } from "../api/settings-check.ts";
import { settingsReplayRoute } from "../api/settings-replay.ts";
import { settingsTryRoute } from "../api/settings-try.ts";
import { settingsPresetRoute } from "../api/settings-presets.ts";
import { settingsSuggestOptionsRoute } from "../api/settings-suggest-options.ts";
import { settingsVersionRoutes } from "../api/settings-versions.ts";
import { settingsRoutes } from "../api/settings.ts";
import { peopleQuery, userRoutes } from "../api/users.ts";
import { askerIn, ownQuery, rememberAsker } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import type { PortalShare } from "../requests-in-progress.ts";
import { RequestsInProgress } from "../requests-in-progress.ts";
import { jsonOf } from "../json-body.ts";
import {
  forgetStep,
  markedSteps,
  recordStep,
} from "../../sync/installation/setup-steps.ts";
import {
  answerPerson,
  productNameOf,
  requireSettings,
} from "./answer-person.ts";
import { askingHubSpot } from "./asking-hubspot.ts";
import { findInput, findRecords } from "./find-records.ts";
import { FirstPullForecasts } from "./first-pull-forecast.ts";
import { countByRules, countInput } from "./rule-count.ts";
import { SuperAdmins } from "../super-admins.ts";
import { requireRested } from "./check-now.ts";
import { declaredField, fittingWith, listNamedFields } from "./fields.ts";
import { settingsPage } from "./page-document.ts";
import { peopleInput, readPeople } from "./people.ts";
import { readSyncUser, readSyncUserChoices } from "./sync-user.ts";
import { startTestPush } from "./test-push.ts";
import { inProductWords } from "./product-words.ts";

/** Routes of the product's API that the page uses as they are: the same checks, the same writes, the same answers. */
const shared: readonly ApiRoute[] = [
  ...settingsRoutes,
  ...settingsVersionRoutes,
  settingsCheckRoute,
  settingsReplayRoute,
  settingsTryRoute,
  settingsPresetRoute,
  settingsSuggestOptionsRoute,
  ...listedTypes.flatMap(fieldRoutes),
  ...installationRoutes,
  ...firstPullRoutes,
  ...userRoutes,
  ...ownerRoutes,
  ...pipelineRoutes,
];

/** Where the page's paths begin: those of cards are others. */
const pagePaths: string[] = [
  ...new Set(
    ["/settings", ...shared.map(({ path }) => path)].map((path) =>
      path.slice(0, (path + "/").indexOf("/", 1)),
    ),
  ),
];

/**
 * What may read hundreds of thousands of records, thousands of lines of the journal, or all of HubSpot's definitions, or
 * search HubSpot.
 */
const costly: ReadonlySet<ApiRoute> = new Set([
  settingsCheckRoute,
  settingsReplayRoute,
  settingsTryRoute,
  settingsSuggestOptionsRoute,
  definitionsRoute,
  ...ownerRoutes,
  // Those that count: the change of one is a save like any other.
  ...pipelineRoutes.filter(({ method }) => method !== "patch"),
  ...firstPullRoutes,
  ...shared.filter(({ tag, method }) => tag === FIELDS && method !== "get"),
]);

/** A portal's people have one of these at a time. */
const CHECKS: PortalShare = { most: 1, waiting: 10, waitMs: 6_000, rests: 1 };

const ofStep = z.object({ step: z.enum(markedSteps), done: z.boolean() });

const searched = z.object({ q: peopleQuery });
const ofType = z.object({ objectType: typeSchema });
const ofProperty = ofType.extend({ property: z.string().min(1).max(200) });
const ofFittingFields = ofProperty.partial({ property: true });
const ofField = ofType.extend({ field: z.string().min(1).max(200) });

/**
 * /ui/settings, /ui/installation, /ui/users, /ui/owners, and /ui/pipelines: what the settings page in HubSpot asks and requests. Everybody
 * in the account may look; who may change is decided by `refusalToSave`, for every route that is no GET.
 */
export function settingsPageRoutes(parts: HttpDependencies): Router {
  const router = Router();
  const checks = new RequestsInProgress(CHECKS);
  const superAdmins = new SuperAdmins(parts);

  router.use(pagePaths, async (_request, response, next) => {
    rememberAsker(response, await superAdmins.look(askerIn(response)));
    next();
  });

  /** What is read in a portal, with the product's name in its sentences. */
  const inWords = async (
    portalId: PortalId,
    read: (db: Db) => Promise<unknown>,
  ): Promise<unknown> => {
    const [found, { settings }] = await parts.database.inPortal(
      portalId,
      async (db) => [await read(db), await readSettings(db, portalId)],
    );
    return inProductWords(found, settings.productName);
  };

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

  const forecasts = new FirstPullForecasts(parts);
  router.get("/settings/first-pull", async (_request, response) => {
    const asker = askerIn(response);
    const forecast = await forecasts.of(asker);
    const { settings } = await parts.database.inPortal(asker.portalId, (db) =>
      readSettings(db, asker.portalId),
    );
    response.json(inProductWords(forecast, settings.productName));
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

  router.get("/settings/people", async (request, response) => {
    const { portalId } = askerIn(response);
    const input = parseInput(peopleInput, request.query, "query");
    response.json(
      await inWords(portalId, (db) => readPeople(db, portalId, input)),
    );
  });

  router.get("/settings/sync-user", async (_request, response) => {
    const { portalId } = askerIn(response);
    response.json(await inWords(portalId, (db) => readSyncUser(db, portalId)));
  });

  router.get("/settings/sync-user-choices", async (request, response) => {
    const { portalId } = askerIn(response);
    const { q } = parseInput(searched, request.query, "query");
    const choices = await parts.database.inPortal(portalId, (db) =>
      readSyncUserChoices(db, q),
    );
    response.json(choices);
  });

  router.get("/settings/fields", async (request, response) => {
    const { portalId } = askerIn(response);
    const query = parseInput(ofFittingFields, request.query, "query");
    const list = await parts.database.inPortal(portalId, (db) =>
      listNamedFields(db, portalId, query.objectType, query.property ?? null),
    );
    response.json(list);
  });

  router.get("/settings/field", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType, field } = parseInput(ofField, request.query, "query");
    const found = await parts.database.inPortal(portalId, (db) =>
      declaredField(db, portalId, objectType, field),
    );
    response.json(found);
  });

  router.get("/settings/fitting", async (request, response) => {
    const { portalId } = askerIn(response);
    const { objectType, property, field } = parseInput(
      ofProperty.extend(ofField.shape),
      request.query,
      "query",
    );
    const answer = await parts.database.inPortal(portalId, async (db) => ({
      productName: (await readSettings(db, portalId)).settings.productName,
      fitting: await fittingWith(db, portalId, objectType, { property, field }),
    }));
    response.json(inProductWords(answer.fitting, answer.productName));
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

  router.post("/settings/count", async (request, response) => {
    const asker = askerIn(response);
    requireSettings(asker);
    const input = parseInput(countInput, jsonOf(request), "body");
    await checks.run(asker.portalId, response, async () => {
      const found = await countByRules(parts, asker, input);
      response.json(
        inProductWords(found, await productNameOf(parts, asker.portalId)),
      );
    });
  });

  router.get("/settings/find", async (request, response) => {
    const asker = askerIn(response);
    const input = parseInput(findInput, ownQuery(request.query), "query");
    requireSettings(asker);
    await checks.run(asker.portalId, response, async () => {
      response.json(await findRecords(parts, asker, input));
    });
  });

  for (const route of shared)
    router[route.method](
      route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      async (request, response) => {
        const asker = askerIn(response);
        const answer = () =>
          askingHubSpot(async () => {
            if (route === definitionsRoute) await requireRested(parts, asker);
            return answerPerson(parts, route, asker, request);
          });
        const { status, body, headers } = await (costly.has(route)
          ? checks.run(asker.portalId, response, answer)
          : answer());
        response.status(status).set(headers ?? {});
        if (body === undefined) response.end();
        else response.json(body);
      },
    );
  return router;
}
