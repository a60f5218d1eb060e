import { Router } from "express";
import type { ActivePortals } from "../active-portals.ts";
import { askerIn, rememberAsker } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import type { PortalShare } from "../requests-in-progress.ts";
import { RequestsInProgress } from "../requests-in-progress.ts";
import { SuperAdmins } from "../super-admins.ts";
import { apiPaths, apiRoutes } from "./api-routes.ts";
import { mappingRoutes } from "./mapping-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import { ruleRoutes } from "./rule-routes.ts";
import { setupRoutes } from "./setup-routes.ts";

/** Where the page's paths begin: those of cards are others. */
const pagePaths: string[] = [
  ...new Set(
    ["/settings", ...apiPaths].map((path) =>
      path.slice(0, (path + "/").indexOf("/", 1)),
    ),
  ),
];

/** A portal's people have one of these at a time. */
const CHECKS: PortalShare = {
  most: 1,
  mostBesideOthers: 1,
  waiting: 10,
  waitMs: 6_000,
  rests: 1,
};

/**
 * /ui/settings, /ui/installation, /ui/users, /ui/owners, /ui/fields, and /ui/pipelines: what the settings page in HubSpot
 * asks and requests. Everybody in the account may look; who may change is decided by `refusalToSave`, for every route that
 * is no GET.
 */
export function settingsPageRoutes(
  parts: HttpDependencies,
  active: ActivePortals,
): Router {
  const router = Router();
  const checks = new RequestsInProgress(CHECKS, active);
  const superAdmins = new SuperAdmins(parts);

  router.use(pagePaths, async (_request, response, next) => {
    rememberAsker(response, await superAdmins.look(askerIn(response)));
    next();
  });
  router.use(setupRoutes(parts));
  router.use(mappingRoutes(parts));
  router.use(peopleRoutes(parts));
  router.use(ruleRoutes(parts, checks));
  // Last: the page's own paths are read as written, and some of the API's have parameters.
  router.use(apiRoutes(parts, checks));
  return router;
}
