import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import type { Identity } from "../../settings/types/descriptor.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type { Caller } from "../caller.ts";
import { chunksByLength } from "../chunks.ts";
import { RefusedError } from "../errors.ts";
import type { CallOptions, HubSpotObject } from "../gateway.ts";
import { idsAfter, searchPage, type SearchFilter } from "./search.ts";

const pageSize = 200;

/** Text filters compare in lower case, and IN finds nothing otherwise. */
function searchable(values: readonly string[]): string[] {
  const lower = values.map((value) => value.trim().toLowerCase());
  return [...new Set(lower)].filter((value) => value !== "");
}

/** Every object that one of the groups finds, however many pages that takes, into `found`. */
async function searchAll(
  call: Caller,
  type: ObjectType,
  {
    groups,
    properties,
    options,
    found,
  }: {
    readonly groups: readonly SearchFilter[];
    readonly properties: readonly string[];
    readonly options: CallOptions;
    readonly found: Map<ObjectId, HubSpotObject>;
  },
): Promise<void> {
  let afterId: ObjectId | null = null;
  do {
    const after: SearchFilter[] = afterId === null ? [] : [idsAfter(afterId)];
    const page = await searchPage(
      call,
      type,
      {
        filterGroups: groups.map((filter) => ({ filters: [filter, ...after] })),
        properties,
        limit: pageSize,
      },
      options,
    );
    for (const object of page.objects) found.set(object.id, object);
    afterId = page.total > page.objects.length ? page.lastId : null;
  } while (afterId !== null);
}

/** Objects by email or domain; see Gateway.searchByIdentity. */
export async function searchByIdentity(
  call: Caller,
  type: ObjectType,
  identities: readonly string[],
  properties: readonly string[],
  options: CallOptions,
): Promise<HubSpotObject[]> {
  const { identity } = descriptorOf(type);
  if (identity === null) return [];
  const found = new Map<ObjectId, HubSpotObject>();
  const asked = [
    ...new Set([...properties, identity.property, identity.additional]),
  ];
  // 100 values are the most of an IN; given three times, with their quotes, they must leave room in a body of 3,000
  // characters
  for (const values of chunksByLength(searchable(identities), 50, 750)) {
    const byMain: SearchFilter = {
      propertyName: identity.property,
      operator: "IN",
      values: values.flatMap((value) => spellings(identity.kind, value)),
    };
    const byAdditional: SearchFilter = {
      propertyName: identity.additional,
      operator: "IN",
      values,
    };
    try {
      const groups = [byMain, byAdditional];
      await searchAll(call, type, {
        groups,
        properties: asked,
        options,
        found,
      });
    } catch (error) {
      // Nothing says that HubSpot searches additional domains, and no company could be created if it refuses to.
      if (!(error instanceof RefusedError)) throw error;
      await searchAll(call, type, {
        groups: [byMain],
        properties: asked,
        options,
        found,
      });
    }
  }
  return [...found.values()];
}

/** The forms in which HubSpot can have a value: whoever writes a domain over the API may have left "www." in. */
const spellings = (kind: Identity["kind"], value: string): string[] =>
  kind === "domain" ? [value, `www.${value}`] : [value];
