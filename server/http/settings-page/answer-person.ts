import type { Request } from "express";
import type { Db } from "../../database/database.ts";
import type { PortalId } from "../../settings/object-type.ts";
import { named } from "../../settings/product.ts";
import { readSettings } from "../../settings/store.ts";
import { parseInput } from "../api/parse.ts";
import type { ApiAnswer, ApiRoute } from "../api/route.ts";
import { ownQuery } from "../asker.ts";
import type { Asker } from "../asker.ts";
import type { HttpDependencies } from "../dependencies.ts";
import { jsonOf } from "../json-body.ts";
import { refusalToSave } from "../../sync/people/pure/actor.ts";
import { notPermitted } from "../require-permission.ts";
import { Problem } from "../problem.ts";
import { inProductWords } from "./product-words.ts";

/**
 * Serves a route of the product's API to a person in HubSpot: the same checks and writes, in that person's name, and the
 * answer in the product's words. Throws a 403 for a route that changes something, if the person may not.
 */
export async function answerPerson(
  parts: HttpDependencies,
  route: ApiRoute,
  asker: Asker,
  request: Request,
): Promise<ApiAnswer> {
  const { portalId, user, actor } = asker;
  const inPortal = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
    parts.database.inPortal(portalId, work);
  const productName = () => productNameOf(parts, portalId);
  if (route.method !== "get") requireSettings(asker);
  try {
    const answer = await route.handle({
      portalId,
      apiKey: null,
      actor,
      by: user.email || `user ${user.id}`,
      parts,
      params:
        route.params && parseInput(route.params, request.params, "params"),
      query:
        route.query &&
        parseInput(route.query, ownQuery(request.query), "query"),
      body: route.body && parseInput(route.body, jsonOf(request), "body"),
      inPortal,
    });
    return answer.body === undefined
      ? answer
      : {
          ...answer,
          body: inProductWords(answer.body, await productName()),
        };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status, code, message, extra, headers } = error;
    const name = await productName();
    const words = inProductWords(extra, name) as typeof extra;
    throw new Problem(status, code, named(message, name), words, headers);
  }
}

/** Returns what a portal calls the product. */
export const productNameOf = async (
  { database }: Pick<HttpDependencies, "database">,
  portalId: PortalId,
): Promise<string> =>
  (await database.inPortal(portalId, (db) => readSettings(db, portalId)))
    .settings.productName;

/** Throws a 403 with the reason, unless a person may change settings. */
export function requireSettings({ installation, actor }: Asker): void {
  const refusal = refusalToSave(actor, installation.syncUser);
  if (refusal !== null) throw notPermitted(refusal);
}
