import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { mergedIdsProperty, paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import type {
  CallOptions,
  ChangedPage,
  ChangedQuery,
  FindQuery,
  HubSpotObject,
  InQuery,
  ValueFilter,
} from "../gateway.ts";
import { asNumber, asRecord } from "../json.ts";
import { readObjects } from "../read-object.ts";
import { RESPONSE_BYTES } from "../response-bytes.ts";
import { timingOf } from "../timing.ts";
import { readByIds } from "./read.ts";
import { withFewer } from "./with-fewer.ts";

/** HubSpot refuses a search body of more than 3,000 characters. */
const longestBody = 2_900;
const pageSize = 200;

export type SearchFilter = {
  readonly propertyName: string;
  readonly operator: "GTE" | "LTE" | "GT" | "EQ" | "IN" | "HAS_PROPERTY";
  readonly value?: string;
  readonly values?: readonly string[];
};

export type Search = {
  /** Any group of which all filters hold. */
  readonly filterGroups: readonly {
    readonly filters: readonly SearchFilter[];
  }[];
  /** Words that some value of a name, an email, or a domain begins with. */
  readonly query?: string;
  readonly properties: readonly string[];
  readonly limit: number;
};

function bodyOf(search: Search, properties: readonly string[]): object {
  return {
    filterGroups: search.filterGroups,
    ...(search.query === undefined ? {} : { query: search.query }),
    // one sort is all that HubSpot takes
    sorts: [{ propertyName: "hs_object_id", direction: "ASCENDING" }],
    properties: [...new Set([...properties, mergedIdsProperty])],
    limit: search.limit,
    after: "0",
  };
}

/** One page of a search, ascending by id: of fewer objects than its limit, if they are very large. */
export const searchPage = (
  call: Caller,
  type: ObjectType,
  search: Search,
  options: CallOptions,
): Promise<ChangedPage> =>
  withFewer(search.limit, (limit) =>
    searchOnce(call, type, { ...search, limit }, options),
  );

/** Properties that would make the body too long are read by a second call. */
async function searchOnce(
  call: Caller,
  type: ObjectType,
  search: Search,
  options: CallOptions,
): Promise<ChangedPage> {
  const whole = bodyOf(search, search.properties);
  const tooLong = JSON.stringify(whole).length > longestBody;
  const { body } = await call(
    {
      method: "POST",
      path: paths.search(type),
      body: tooLong ? bodyOf(search, []) : whole,
      write: false,
      limit: "search",
      mostBytes: search.limit > 1 ? RESPONSE_BYTES : undefined,
      capability: `read:${type}`,
      kind: "search",
    },
    timingOf(options),
  );
  const objects = readObjects(type, body);
  const total = asNumber(asRecord(body)?.["total"]) ?? objects.length;
  const lastId = objects.at(-1)?.id ?? null;
  if (!tooLong) return { objects, total, lastId };
  const { properties } = search;
  const ids = objects.map(({ id }) => id);
  const read = await readByIds(
    call,
    type,
    ids,
    {
      properties,
      ...(search.limit > 1 ? { mostBytes: RESPONSE_BYTES } : {}),
    },
    options,
  );
  return {
    // what went or was merged since the index was written has a later event of its own
    objects: ids.flatMap((id) => {
      const object = read.get(id);
      return object?.id === id ? [object] : [];
    }),
    total,
    lastId,
  };
}

/** How many objects have all of these values; see Gateway.count. */
export async function countObjects(
  call: Caller,
  type: ObjectType,
  filters: readonly ValueFilter[],
  options: CallOptions,
): Promise<number> {
  const { total } = await searchPage(
    call,
    type,
    {
      filterGroups:
        filters.length === 0
          ? []
          : [
              {
                filters: filters.map(({ property, values }): SearchFilter =>
                  values === null
                    ? { propertyName: property, operator: "HAS_PROPERTY" }
                    : { propertyName: property, operator: "IN", values },
                ),
              },
            ],
      properties: [],
      limit: 1,
    },
    options,
  );
  return total;
}

/** Objects by words of their name, email, or domain; see Gateway.find. */
export async function findObjects(
  call: Caller,
  type: ObjectType,
  { words, properties, limit }: FindQuery,
  options: CallOptions,
): Promise<readonly HubSpotObject[]> {
  const page = await searchPage(
    call,
    type,
    { filterGroups: [], query: words, properties, limit },
    options,
  );
  return page.objects;
}

/** A page of what changed within a window; see Gateway.searchChanged. */
export function searchChanged(
  call: Caller,
  type: ObjectType,
  query: ChangedQuery,
  options: CallOptions,
): Promise<ChangedPage> {
  const propertyName = descriptorOf(type).hubspot.modifiedProperty;
  const window: SearchFilter[] = [
    { propertyName, operator: "GTE", value: String(query.from.getTime()) },
    { propertyName, operator: "LTE", value: String(query.to.getTime()) },
  ];
  const { afterId } = query;
  if (afterId !== null) window.push(idsAfter(afterId));
  return searchPage(
    call,
    type,
    {
      filterGroups: [{ filters: window }],
      properties: query.properties,
      limit: query.limit ?? pageSize,
    },
    options,
  );
}

/** A page of the objects with a value; see Gateway.searchIn. */
export const searchIn = (
  call: Caller,
  type: ObjectType,
  { property, value, afterId, properties }: InQuery,
  options: CallOptions,
): Promise<ChangedPage> =>
  searchPage(
    call,
    type,
    {
      filterGroups: [
        {
          filters: [
            { propertyName: property, operator: "EQ", value },
            ...(afterId === null ? [] : [idsAfter(afterId)]),
          ],
        },
      ],
      properties,
      limit: pageSize,
    },
    options,
  );

export function idsAfter(id: ObjectId): SearchFilter {
  return { propertyName: "hs_object_id", operator: "GT", value: id };
}
