import type { Answer } from "../answer.ts";
import type { Call, Route, RouteMatch } from "../call.ts";
import { Refusal } from "../refusal.ts";
import { accountRoutes } from "./account.ts";
import { associationV3Routes } from "./associations-v3.ts";
import { associationRoutes } from "./associations.ts";
import { batchRoutes } from "./batch.ts";
import { limitRoutes } from "./limits.ts";
import { objectRoutes } from "./objects.ts";
import { ownerRoutes } from "./owners.ts";
import { pipelineRoutes } from "./pipelines.ts";
import { propertyRoutes } from "./properties.ts";
import { RouteTree } from "./route-tree.ts";
import { schemaRoutes } from "./schemas.ts";
import { searchRoutes } from "./search.ts";
import { validationRoutes } from "./validations.ts";

const dated = ["2026-09", "2026-03"];

/** Every CRM path that the sandbox answers: the dated versions, and v3 and v4 for clients that have not moved. */
const crmRoutes: readonly Route[] = [
  ...dated.flatMap((version) => [
    ...objectRoutes(`/crm/objects/${version}`),
    ...batchRoutes(`/crm/objects/${version}`),
    ...searchRoutes(`/crm/objects/${version}`),
    ...associationRoutes(
      `/crm/objects/${version}`,
      `/crm/associations/${version}`,
      `/crm/associations/${version}`,
      { v4: false },
    ),
    ...propertyRoutes(`/crm/properties/${version}`, 200),
    ...ownerRoutes(`/crm/owners/${version}`),
    ...validationRoutes(`/crm/property-validations/${version}`),
    ...pipelineRoutes(`/crm/pipelines/${version}`),
    ...accountRoutes(`/account-info/${version}`),
    ...limitRoutes(`/crm/limits/${version}`),
    ...schemaRoutes(`/crm-object-schemas/${version}/schemas`),
  ]),
  ...objectRoutes("/crm/v3/objects"),
  ...batchRoutes("/crm/v3/objects"),
  ...searchRoutes("/crm/v3/objects"),
  ...associationV3Routes("/crm/v3/objects", "/crm/v3/associations"),
  ...associationRoutes(
    "/crm/v4/objects",
    "/crm/v4/associations",
    "/crm/associations/v4",
    { v4: true },
  ),
  ...associationRoutes(
    "/crm/v4/objects",
    "/crm/v4/associations",
    "/crm/v4/associations",
    { v4: true },
  ).filter(({ template }) => !/\/(batch|objects)\//.test(template)),
  ...propertyRoutes("/crm/v3/properties", 201),
  ...ownerRoutes("/crm/v3/owners"),
  ...pipelineRoutes("/crm/v3/pipelines"),
  ...accountRoutes("/account-info/v3"),
  ...limitRoutes("/crm/v3/limits"),
  ...schemaRoutes("/crm-object-schemas/v3/schemas"),
].map((route) => ({ ...route, handle: answerRefusals(route.handle) }));

const tree = new RouteTree(crmRoutes);

/** Finds the route of a request, with the named parts of its path decoded; undefined for a path that HubSpot does not have. */
export function matchRoute(
  method: string,
  path: string,
): RouteMatch | undefined {
  return tree.match(method, path);
}

function answerRefusals(
  handle: (call: Call) => Answer,
): (call: Call) => Answer {
  return (call) => {
    try {
      return handle(call);
    } catch (error) {
      if (error instanceof Refusal) return error.toAnswer();
      throw error;
    }
  };
}
