import { Router } from "express";
import { parseInput } from "../api/parse.ts";
import { askerIn, ownQuery } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { jsonOf } from "../json-body.ts";
import type { RequestsInProgress } from "../requests-in-progress.ts";
import { productNameOf, requireSettings } from "./answer-person.ts";
import { findInput, findRecords } from "./find-records.ts";
import { inProductWords } from "./product-words.ts";
import { countByRules, countInput } from "./rule-count.ts";

/** How many records rules apply to, and records to try them on. */
export function ruleRoutes(
  parts: HttpDependencies,
  checks: RequestsInProgress,
): Router {
  const router = Router();

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

  return router;
}
