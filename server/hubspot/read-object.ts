import type { ObjectType, ParentKind } from "../settings/types/index.ts";
import { descriptorOf } from "../settings/types/index.ts";
import { mergedIdsProperty } from "./api.ts";
import { UnavailableError } from "./errors.ts";
import type { HistoryEntry, HubSpotObject, ListedParents } from "./gateway.ts";
import { asList, asRecord, asText, type JsonRecord } from "./json.ts";
import { withoutInherited } from "../own-properties.ts";

function dateOf(value: unknown): Date {
  const text = typeof value === "number" ? value : (asText(value) ?? "");
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

type Properties = Readonly<Record<string, string | null>>;

function isProperties(value: JsonRecord): value is Properties {
  for (const name in value) {
    const held = value[name];
    if (typeof held !== "string" && held !== null) return false;
  }
  return true;
}

/** The parsed object itself if all its values are what HubSpot says they are: rows come by the hundred. */
function propertiesOf(value: unknown): Properties {
  const properties = asRecord(value) ?? {};
  if (isProperties(properties)) return withoutInherited(properties);
  return withoutInherited(
    Object.fromEntries(
      Object.entries(properties).map(([name, held]) => [name, textOf(held)]),
    ),
  );
}

/** HubSpot's values are text; a number or truth value in a row is taken for its text all the same. */
function textOf(value: unknown): string | null {
  return typeof value === "boolean" ? String(value) : asText(value);
}

function idList(value: string | null | undefined): readonly string[] {
  if (value === null || value === undefined || value === "") return [];
  return value
    .split(";")
    .map((id) => id.trim())
    .filter((id) => id !== "");
}

function parentsOf(row: JsonRecord, { to }: ParentKind): ListedParents {
  const list = asRecord(
    asRecord(row["associations"])?.[descriptorOf(to).hubspot.path],
  );
  const ids = asList(list?.["results"])
    .map((entry) => asText(asRecord(entry)?.["id"]))
    .filter((id) => id !== null);
  const cut = asRecord(list?.["paging"])?.["next"] !== undefined;
  // a parent appears once for each label of its edge
  return { ids: [...new Set(ids)], complete: !cut };
}

function historyOf(value: unknown): Record<string, readonly HistoryEntry[]> {
  const history: Record<string, readonly HistoryEntry[]> = withoutInherited({});
  for (const [name, entries] of Object.entries(asRecord(value) ?? {})) {
    history[name] = asList(entries).flatMap((entry) => {
      const held = asRecord(entry);
      if (held === null) return [];
      return [
        {
          value: textOf(held["value"]),
          timestamp: dateOf(held["timestamp"]),
          sourceType: asText(held["sourceType"]) ?? "",
          sourceId: asText(held["sourceId"]),
        },
      ];
    });
  }
  return history;
}

/** One row of an answer as an object; null when it has no id. `parents`: the kinds that were asked for; absent: none. */
export function readObject(
  type: ObjectType,
  value: unknown,
  parents?: readonly ParentKind[],
): HubSpotObject | null {
  const row = asRecord(value);
  const id = asText(row?.["id"]);
  if (row === null || id === null) return null;
  const properties = propertiesOf(row["properties"]);
  return {
    id,
    objectType: type,
    properties,
    createdAt: dateOf(row["createdAt"]),
    updatedAt: dateOf(row["updatedAt"]),
    archived: row["archived"] === true,
    mergedIds: idList(properties[mergedIdsProperty]),
    ...(parents === undefined
      ? {}
      : {
          parents: Object.fromEntries(
            parents.map((kind) => [kind.name, parentsOf(row, kind)]),
          ),
        }),
    ...(row["propertiesWithHistory"] === undefined
      ? {}
      : { history: historyOf(row["propertiesWithHistory"]) }),
  };
}

/**
 * The rows of an answer that must have some, or none. An answer without the list is no empty list: a page that ended
 * a listing too early would make everything behind it look deleted. Throws UnavailableError.
 */
export function resultsOf(body: unknown): readonly unknown[] {
  const results = asRecord(body)?.["results"];
  if (Array.isArray(results)) return results;
  throw new UnavailableError("an answer without results", 200);
}

/** Every object of an answer's `results`. Throws UnavailableError when there is no such list. */
export function readObjects(
  type: ObjectType,
  body: unknown,
  parents?: readonly ParentKind[],
): HubSpotObject[] {
  return resultsOf(body)
    .map((row) => readObject(type, row, parents))
    .filter((object) => object !== null);
}

/** `paging.next.after`, or null at the end. The `link` beside it still names an old path: unused. */
export function nextAfter(body: unknown): string | null {
  const paging = asRecord(asRecord(body)?.["paging"]);
  return asText(asRecord(paging?.["next"])?.["after"]);
}
