import type { ObjectId, ObjectType } from "../../settings/object-type.ts";
import type { Caller } from "../caller.ts";
import { chunksByLength, chunksOf } from "../chunks.ts";
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
  groups: readonly SearchFilter[],
  properties: readonly string[],
  options: CallOptions,
  found: Map<ObjectId, HubSpotObject>,
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

/** Companies by domain; see Gateway.findCompaniesByDomain. */
export async function findCompaniesByDomain(
  call: Caller,
  domains: readonly string[],
  properties: readonly string[],
  options: CallOptions,
): Promise<HubSpotObject[]> {
  const found = new Map<ObjectId, HubSpotObject>();
  const names = ["domain", "hs_additional_domains"] as const;
  const asked = [...new Set([...properties, ...names])];
  // 100 values are the most of an IN; given three times, with their quotes, they must leave room in a body of 3,000
  // characters
  for (const values of chunksByLength(searchable(domains), 50, 750)) {
    const asStored = {
      // whoever writes over the API may have left "www." in
      domain: values.flatMap((value) => [value, `www.${value}`]),
      hs_additional_domains: values,
    };
    const groups = names.map(
      (propertyName) =>
        ({
          propertyName,
          operator: "IN",
          values: asStored[propertyName],
        }) as const,
    );
    try {
      await searchAll(call, "company", groups, asked, options, found);
    } catch (error) {
      // Nothing says that HubSpot searches additional domains, and no company could be created if it refuses to.
      if (!(error instanceof RefusedError)) throw error;
      const byMain = groups.slice(0, 1);
      await searchAll(call, "company", byMain, asked, options, found);
    }
  }
  return [...found.values()];
}

/** Contacts by additional email; see Gateway.findByAdditionalEmail. */
export async function findByAdditionalEmail(
  call: Caller,
  emails: readonly string[],
  properties: readonly string[],
  options: CallOptions,
): Promise<HubSpotObject[]> {
  const found = new Map<ObjectId, HubSpotObject>();
  const propertyName = "hs_additional_emails";
  const asked = [...new Set([...properties, propertyName])];
  // EQ is what is known to match one of several values; a search takes five groups
  for (const values of chunksOf(searchable(emails), 5)) {
    const groups = values.map(
      (value) => ({ propertyName, operator: "EQ", value }) as const,
    );
    await searchAll(call, "contact", groups, asked, options, found);
  }
  return [...found.values()];
}
