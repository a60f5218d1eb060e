import { Router } from "express";
import { listedTypes } from "../../settings/types/index.ts";
import { FIELDS, fieldRoutes } from "../api/fields.ts";
import { firstPullRoutes } from "../api/first-pull.ts";
import { definitionsRoute, installationRoutes } from "../api/installation.ts";
import { ownerRoutes } from "../api/owners.ts";
import { pipelineRoutes } from "../api/pipelines.ts";
import type { ApiRoute } from "../api/route.ts";
import { settingsCheckRoute } from "../api/settings-check.ts";
import { settingsPresetRoute } from "../api/settings-presets.ts";
import { settingsReplayRoute } from "../api/settings-replay.ts";
import { settingsSuggestOptionsRoute } from "../api/settings-suggest-options.ts";
import { settingsTryRoute } from "../api/settings-try.ts";
import { settingsVersionRoutes } from "../api/settings-versions.ts";
import { settingsRoutes } from "../api/settings.ts";
import { userRoutes } from "../api/users.ts";
import { askerIn } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import type { RequestsInProgress } from "../requests-in-progress.ts";
import { answerPerson } from "./answer-person.ts";
import { askingHubSpot } from "./asking-hubspot.ts";
import { requireRested } from "./check-now.ts";

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

/** The paths of the API that the page uses, such as "/pipelines/deals". */
export const apiPaths: readonly string[] = shared.map(({ path }) => path);

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

/** Routes of the product's API that the page uses as they are: the same checks, the same writes, the same answers. */
export function apiRoutes(
  parts: HttpDependencies,
  checks: RequestsInProgress,
): Router {
  const router = Router();
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
