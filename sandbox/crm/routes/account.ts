import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { utcOffset } from "../time-zone.ts";
import { ok } from "./respond.ts";

/** Account details, under one version's path. */
export function accountRoutes(account: string): Route[] {
  return [
    {
      method: "GET",
      template: `${account}/details`,
      scopes: () => ["oauth"],
      limit: "general",
      handle: details,
    },
  ];
}

function details(call: Call): Answer {
  const { timeZone, currencies } = call.portal.options;
  const [companyCurrency = "EUR", ...additionalCurrencies] = currencies ?? [];
  const offset = utcOffset(timeZone, call.portal.now());
  return ok({
    portalId: call.portal.portalId,
    accountType: "DEVELOPER_TEST",
    timeZone,
    companyCurrency,
    additionalCurrencies,
    utcOffset: offset.text,
    utcOffsetMilliseconds: offset.ms,
    uiDomain: "app.hubspot.com",
    dataHostingLocation: "na1",
  });
}
