import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { ObjectState } from "../model.ts";
import { isWrittenByUs } from "../values/written-by-us.ts";

/** An object that HubSpot has shown, as matching and decide see it. Pure. */
export function objectState(object: HubSpotObject, appId: number): ObjectState {
  const history = Object.entries(object.history ?? {});
  return {
    id: object.id,
    properties: object.properties,
    updatedAt: object.updatedAt.getTime(),
    createdAt: object.createdAt.getTime(),
    archived: object.archived,
    mergedIds: object.mergedIds,
    writtenByUs: new Set(
      history.flatMap(([name, [latest]]) =>
        latest !== undefined && isWrittenByUs(latest, appId) ? [name] : [],
      ),
    ),
    ourValues: Object.fromEntries(
      history.map(([name, entries]) => [
        name,
        entries
          .filter((entry) => isWrittenByUs(entry, appId))
          .map((entry) => ({
            value: entry.value,
            at: entry.timestamp.getTime(),
          })),
      ]),
    ),
  };
}
