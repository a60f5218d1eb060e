import { apiRoutes } from "../../server/http/api/routes.ts";
import type { ApiRoute } from "../../server/http/api/route.ts";
import { queryOf } from "./card-shots.ts";
import { mutate } from "./mutate.ts";
import { oddValue } from "./odd-values.ts";
import type { Random } from "./random.ts";
import { Raw, writeJson } from "./raw-json.ts";
import type { Shot, Target } from "./shot.ts";

/** What ends the storm for the portal itself: its uninstall, and the end of its key. */
const spared = new Set([
  "delete /installation",
  "post /installation/api-key",
  "post /installation/hold",
]);

const routes = apiRoutes.filter(
  ({ method, path }) => !spared.has(`${method} ${path}`),
);

/** A request to any route of the API, its path, query, and body changed in some places. */
export function apiShot(target: Target, random: Random): Shot {
  const route = random.pick(routes);
  const path = route.path.replaceAll(/\{\w+\}/g, () =>
    pathPart(target, random),
  );
  const query = queryOf(
    random.chance(0.5) ? queryFor(route, target, random) : {},
    random,
  );
  const body = bodyFor(route, target, random);
  return {
    client: "api",
    method: route.method.toUpperCase(),
    path: `/api/v1${path}${query === "" ? "" : `?${query}`}`,
    headers: {
      authorization: `Bearer ${target.apiKey}`,
      ...(body === null ? {} : { "content-type": "application/json" }),
    },
    body,
  };
}

function pathPart(target: Target, random: Random): string {
  const id = random.pick(target.recordIds);
  if (random.chance(0.6)) return id;
  if (random.chance(0.3)) return id.toUpperCase();
  const odd = oddValue(random, target.objectIds);
  const text = odd instanceof Raw ? odd.text : JSON.stringify(odd);
  return encodeURIComponent((text ?? "").slice(0, 500).toWellFormed());
}

function queryFor(
  route: ApiRoute,
  target: Target,
  random: Random,
): Record<string, string> {
  const values: Readonly<Record<string, string>> = {
    limit: random.pick(["1", "50", "200", "201", "0", "1e1", "-1", "x"]),
    cursor: random.pick([
      "bm8",
      Buffer.from("{}").toString("base64url"),
      Buffer.from('{"at":null,"id":"x"}').toString("base64url"),
      Buffer.from('"999999999999999999"').toString("base64url"),
      Buffer.from("[".repeat(200)).toString("base64url"),
    ]),
    synced: "yes",
    visible: random.pick(["true", "false", "all", "yes"]),
    updatedSince: random.pick([
      "2026-01-01T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "0001-01-01T00:00:00+23:59",
      "9999-12-31T23:59:59-23:59",
    ]),
    objectType: random.pick(["contact", "company", "deal"]),
    recordId: random.pick(target.recordIds),
    runId: random.pick(target.recordIds),
    state: "open",
    kind: "held",
  };
  const names = Object.keys(route.query?.shape ?? {});
  return Object.fromEntries(
    names
      .filter(() => random.chance(0.6))
      .map((name) => [name, values[name] ?? "x"]),
  );
}

function bodyFor(
  route: ApiRoute,
  target: Target,
  random: Random,
): Buffer | null {
  if (route.body === null && random.chance(0.9)) return null;
  const valid = validBody(route.path, target, random);
  const known = [...target.recordIds, ...target.objectIds];
  return Buffer.from(
    writeJson(random.chance(0.9) ? mutate(valid, random, known) : valid),
  );
}

function validBody(path: string, target: Target, random: Random): unknown {
  const id = random.pick(target.recordIds);
  const properties = {
    first_name: "Ada",
    city: "London",
    seats: 12.5,
    tags: ["a", "b"],
    note: "x",
  };
  const deal = {
    name: "Deal",
    amount: "12.5",
    pipeline: "default",
    stage: "qualifiedtobuy",
    close_date: "2026-12-24",
  };
  if (path.endsWith("/batch"))
    return {
      inputs: Array.from({ length: 1 + random.below(4) }, () => ({
        id: random.chance(0.7) ? random.pick(target.recordIds) : null,
        properties,
        companyId: random.chance(0.2) ? id : null,
      })),
    };
  if (path.startsWith("/sync/"))
    return random.pick([
      { objectType: "contact", ids: [id] },
      { objectType: "company", hubspotIds: [random.pick(target.objectIds)] },
      { objectType: "contact", changed: true },
      { objectType: "deal", ids: [id] },
    ]);
  if (path.endsWith("/resolve"))
    return random.pick([
      { choice: "hubspot" },
      { choice: "link_existing", hubspotId: random.pick(target.objectIds) },
    ]);
  if (path === "/settings" || path === "/settings/check")
    return target.settings;
  return {
    properties: path.startsWith("/deals") ? deal : properties,
    companyId: null,
  };
}
