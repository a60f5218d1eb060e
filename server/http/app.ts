import express from "express";
import type { Express, RequestHandler } from "express";
import helmet from "helmet";
import { ActivePortals } from "./active-portals.ts";
import { Authentication } from "./api/authenticate.ts";
import { apiRouter } from "./api/router.ts";
import { BodyBudget } from "./body-budget.ts";
import { handleErrors } from "./error-handler.ts";
import { limitRate } from "./limit-rate.ts";
import type { AddressLimit } from "./limit-rate.ts";
import { measureRequests } from "./measure.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import type { HttpDependencies } from "./dependencies.ts";
import { Problem } from "./problem.ts";
import { cardRoutes } from "./ui.ts";
import { receiveWebhooks } from "./webhooks.ts";

/**
 * The web process: webhooks, cards, OAuth and the product's API. `parts.health` answers first and is neither limited
 * nor measured.
 */
export function createHttp(parts: HttpDependencies): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  app.set("etag", false);
  // Behind a proxy every caller would otherwise share its address, and one limit.
  app.set("trust proxy", parts.config.trustProxy);
  const limit = (): AddressLimit =>
    limitRate(parts.config.publicRequestsPerMinute, parts.log);
  const limitRefused = limit();
  const budget = new BodyBudget();
  const active = new ActivePortals();
  const authentication = new Authentication(parts.database, limitRefused);

  if (parts.health) app.use(parts.health);
  app.use(measureRequests(parts.metrics));
  if (parts.wake) app.use(wakeAfterWrites(parts.wake));
  // Before the headers for browsers: HubSpot reads none of them, and this is the busiest route.
  app.post(
    "/webhooks/hubspot",
    ...receiveWebhooks(
      { ...parts, database: parts.control },
      limitRefused,
      budget,
    ),
  );
  app.use(helmet(browserHeaders(parts.config.publicUrl)));
  app.use(
    "/ui",
    cardRoutes(
      { ...parts, database: parts.database.as("card") },
      limitRefused,
      budget,
      active,
    ),
  );
  app.use("/oauth", oauthRoutes(parts, limit(), authentication));
  app.use("/api/v1", apiRouter(parts, authentication, active));
  app.use(() => {
    throw new Problem(404, "no_such_route", "This address doesn't exist.");
  });
  app.use(handleErrors(parts.log));
  return app;
}

/** Whatever a request has stored is worked on at once, and not at the lanes' next look. */
function wakeAfterWrites(wake: () => void): RequestHandler {
  return (request, response, next) => {
    if (request.method !== "GET") {
      response.once("finish", () => {
        if (response.statusCode < 400) wake();
      });
    }
    next();
  };
}

// Over plain HTTP (a demo, a test) browsers must not be told to insist on HTTPS.
function browserHeaders(publicUrl: string): Parameters<typeof helmet>[0] {
  return publicUrl.startsWith("https:")
    ? {}
    : {
        strictTransportSecurity: false,
        contentSecurityPolicy: {
          directives: { "upgrade-insecure-requests": null },
        },
      };
}
