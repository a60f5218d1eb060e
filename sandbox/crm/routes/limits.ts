import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import type { ObjectStore } from "../object-store.ts";
import type { ObjectType } from "../object-type.ts";
import { stores } from "./association-view.ts";
import { ok } from "./respond.ts";

/**
 * The limits of an account with a paid subscription, unless a portal option sets one. Only those of labels, custom properties,
 * and custom object types are from sources; README.md says which are not.
 */
const most = {
  customObjectTypes: 10,
  customPropertiesInAll: 10_000,
  calculatedProperties: 200,
  pipelines: 100,
  records: 15_000_000,
  labels: 50,
  associations: 10_000,
};

/** An account's limits and their usage, under one version's path. */
export function limitRoutes(base: string): Route[] {
  const records = `${base}/associations/records`;
  const route = (
    template: string,
    handle: (call: Call) => Answer,
    scopes: readonly string[] = [],
  ): Route => ({
    method: "GET",
    template,
    scopes: () => scopes,
    limit: "general",
    handle,
  });
  return [
    route(`${base}/custom-properties`, customProperties),
    route(`${base}/calculated-properties`, calculatedProperties),
    route(
      `${base}/custom-object-types`,
      () => ok(share(0, most.customObjectTypes)),
      ["crm.schemas.custom.read"],
    ),
    route(`${base}/pipelines`, pipelines),
    route(`${base}/records`, allRecords),
    route(`${base}/associations/labels`, labels),
    route(`${records}/from`, () => ok({ results: [] })),
    route(`${records}/{from}/to`, () => ok({ results: [] })),
    route(`${records}/{from}/{to}`, associations),
  ];
}

function share(usage: number, limit: number) {
  const percentage = limit === 0 ? 100 : (100 * usage) / limit;
  return { limit, usage, percentage };
}

function named({ id, singular, name }: ObjectType) {
  return { objectTypeId: id, singularLabel: singular, pluralLabel: name };
}

/** Returns each type's usage of a limit that applies per type. */
function byType(
  call: Call,
  limit: number,
  usageOf: (store: ObjectStore) => number,
) {
  return [...call.portal.crm.stores.values()].map((store) => ({
    ...named(store.type),
    ...share(usageOf(store), limit),
  }));
}

function overall(usage: number, limit: number) {
  const all = share(usage, limit);
  return {
    overallLimit: limit,
    overallUsage: usage,
    overallPercentage: all.percentage,
  };
}

const noCustomObjects = { byObjectType: [], ...overall(0, most.records) };

function customProperties(call: Call): Answer {
  const limit = call.portal.options.customProperties;
  const byObjectType = byType(call, limit, ({ properties }) =>
    properties.customCount(),
  );
  const usage = byObjectType.reduce((sum, type) => sum + type.usage, 0);
  // The overall limit is one of its own, and not the sum of the others (HubSpot's guide on limits).
  const inAll = Math.min(
    most.customPropertiesInAll,
    limit * byObjectType.length,
  );
  return ok({ byObjectType, ...overall(usage, inAll) });
}

function calculatedProperties(call: Call): Answer {
  const byObjectType = [...call.portal.crm.stores.values()].map((store) => ({
    ...named(store.type),
    usage: store.properties
      .list(false)
      .filter(({ calculated, hubspotDefined }) => calculated && !hubspotDefined)
      .length,
  }));
  const usage = byObjectType.reduce((sum, type) => sum + type.usage, 0);
  return ok({ byObjectType, ...overall(usage, most.calculatedProperties) });
}

function pipelines(call: Call): Answer {
  const { crm } = call.portal;
  return ok({
    customObjectTypes: noCustomObjects,
    hubspotDefinedObjectTypes: byType(
      call,
      most.pipelines,
      ({ type }) => crm.pipelines.list(type.name).length,
    ).filter(({ usage }) => usage > 0),
  });
}

function allRecords(call: Call): Answer {
  return ok({
    customObjectTypes: noCustomObjects,
    hubspotDefinedObjectTypes: byType(
      call,
      most.records,
      ({ order }) => order.filter(({ state }) => state === "live").length,
    ),
  });
}

/** Lists the pairs of types with custom labels. `fromObjectTypeId` and `toObjectTypeId` filter them. */
function labels(call: Call): Answer {
  const { crm } = call.portal;
  const asked = (name: string, { id }: ObjectType) =>
    (call.query.get(name) ?? id) === id;
  const all = [...crm.stores.values()].map(({ type }) => type);
  const results = all.flatMap((from) =>
    all.flatMap((to) => {
      const own = crm.labels
        .list(from.name, to.name)
        .filter(({ category }) => category === "USER_DEFINED");
      return own.length === 0 ||
        !asked("fromObjectTypeId", from) ||
        !asked("toObjectTypeId", to)
        ? []
        : {
            allLabels: own.flatMap(({ label }) => label ?? []),
            fromObjectType: named(from),
            toObjectType: named(to),
            ...share(own.length, most.labels),
          };
    }),
  );
  return ok({ results });
}

/** No object of the sandbox reaches this limit. */
function associations(call: Call): Answer {
  stores(call);
  return ok({
    limit: most.associations,
    totalRecordsAtLimit: 0,
    totalRecordsNearLimit: 0,
    atLimitFromRecordSamples: [],
    nearLimitFromRecordSamples: [],
  });
}
