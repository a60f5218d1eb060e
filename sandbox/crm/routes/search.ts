import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { compileView } from "../objects/view.ts";
import { searchRows } from "../search/search.ts";
import { readSearch } from "../search/read-search.ts";
import { storeOf } from "./objects.ts";
import { ok } from "./respond.ts";
import { objectScopes } from "./scopes.ts";

/** Search, under one version's path. */
export function searchRoutes(base: string): Route[] {
  const template = `${base}/{objectType}/search`;
  return [
    {
      method: "POST",
      template,
      scopes: objectScopes("read"),
      limit: "search",
      handle: search,
    },
  ];
}

function search(call: Call): Answer {
  const { crm } = call.portal;
  const store = storeOf(call);
  const request = readSearch(store, call.body, call.bodyLength);
  const { total, rows, next } = searchRows(crm, store, request);
  const view = compileView(crm, store, { properties: request.properties });
  const paging =
    next === undefined ? "" : `,"paging":{"next":{"after":"${next}"}}`;
  return ok(
    `{"total":${String(total)},"results":[${rows.map((row) => view(row)).join(",")}]${paging}}`,
  );
}
