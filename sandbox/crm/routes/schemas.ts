import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { storeOf } from "./objects.ts";
import { ok } from "./respond.ts";

/** Object schemas, under one version's path. The list names custom objects only, and the sandbox has none. */
export function schemaRoutes(base: string): Route[] {
  return [
    {
      method: "GET",
      template: base,
      scopes: () => ["crm.schemas.custom.read"],
      limit: "general",
      handle: () => ok({ results: [] }),
    },
    {
      method: "GET",
      template: `${base}/{objectType}`,
      scopes: () => ["oauth"],
      limit: "general",
      handle: get,
    },
  ];
}

/** Returns the schema of one of HubSpot's own types. */
function get(call: Call): Answer {
  const { crm } = call.portal;
  const { type, properties, rules } = storeOf(call);
  const associations = [...crm.stores.values()].flatMap((other) =>
    crm.labels.list(type.name, other.type.name).map((label) => ({
      id: String(label.typeId),
      fromObjectTypeId: type.id,
      toObjectTypeId: other.type.id,
      name: `${type.singular}_to_${other.type.singular}`,
    })),
  );
  const name = type.singular.toUpperCase();
  return ok({
    id: type.id,
    objectTypeId: type.id,
    name,
    fullyQualifiedName: name,
    labels: { singular: type.singular, plural: type.name },
    requiredProperties: rules.listed ? rules.required : [],
    searchableProperties: type.search.query,
    secondaryDisplayProperties: [],
    properties: properties.list(false),
    associations,
    allowsSensitiveProperties: false,
    archived: false,
  });
}
