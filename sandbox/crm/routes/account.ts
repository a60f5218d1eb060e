import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { utcOffset } from "../time-zone.ts";
import { ok } from "./respond.ts";

/** Account details, and how much room is left for custom properties. */
export function accountRoutes(account: string, limits: string): Route[] {
  return [
    {
      method: "GET",
      template: `${account}/details`,
      scopes: () => ["oauth"],
      limit: "general",
      handle: details,
    },
    {
      method: "GET",
      template: `${limits}/custom-properties`,
      limit: "general",
      handle: customProperties,
    },
  ];
}

function details(call: Call): Answer {
  const { timeZone } = call.portal.options;
  const offset = utcOffset(timeZone, call.portal.now());
  return ok({
    portalId: call.portal.portalId,
    accountType: "DEVELOPER_TEST",
    timeZone,
    companyCurrency: "EUR",
    additionalCurrencies: [],
    utcOffset: offset.text,
    utcOffsetMilliseconds: offset.ms,
    uiDomain: "app.hubspot.com",
    dataHostingLocation: "na1",
  });
}

function customProperties(call: Call): Answer {
  const { crm } = call.portal;
  const limit = crm.options.customProperties;
  const byObjectType = [...crm.stores.values()].map((store) => {
    const usage = store.properties.customCount();
    return {
      objectTypeId: store.type.id,
      singularLabel: store.type.singular,
      pluralLabel: store.type.name,
      limit,
      usage,
      percentage: limit === 0 ? 100 : (100 * usage) / limit,
    };
  });
  const overallLimit = limit * byObjectType.length;
  const overallUsage = byObjectType.reduce((sum, { usage }) => sum + usage, 0);
  const overallPercentage =
    overallLimit === 0 ? 100 : (100 * overallUsage) / overallLimit;
  return ok({ byObjectType, overallLimit, overallUsage, overallPercentage });
}
