import type { ObjectType } from "../settings/object-type.ts";

/** HubSpot's dated API version; supported for 18 months from September 2026. Every path is made here. */
const version = "2026-09";

const pathNames = {
  contact: "contacts",
  company: "companies",
} as const satisfies Record<ObjectType, string>;

/** The property that carries an object's modified date: contacts have a name of their own for it. */
export const modifiedProperty = {
  contact: "lastmodifieddate",
  company: "hs_lastmodifieddate",
} as const satisfies Record<ObjectType, string>;

/** The ids that were merged into an object, as "51;1551". */
export const mergedIdsProperty = "hs_merged_object_ids";

type Query = Readonly<Record<string, string | undefined>>;

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") search.set(name, value);
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

type BatchAction =
  "read" | "create" | "update" | "upsert" | "archive" | "labels/archive";

/** Paths below the base URL, with their query. */
export const paths = {
  objects: (type: ObjectType, query: Query = {}): string =>
    withQuery(`/crm/objects/${version}/${pathNames[type]}`, query),
  object: (type: ObjectType, id: string, query: Query = {}): string =>
    withQuery(
      `/crm/objects/${version}/${pathNames[type]}/${encodeURIComponent(id)}`,
      query,
    ),
  batch: (type: ObjectType, action: BatchAction, query: Query = {}): string =>
    withQuery(
      `/crm/objects/${version}/${pathNames[type]}/batch/${action}`,
      query,
    ),
  search: (type: ObjectType): string =>
    `/crm/objects/${version}/${pathNames[type]}/search`,
  associations: (
    from: ObjectType,
    to: ObjectType,
    action: BatchAction,
  ): string =>
    `/crm/associations/${version}/${pathNames[from]}/${pathNames[to]}/batch/${action}`,
  owners: (query: Query): string => withQuery(`/crm/owners/${version}`, query),
  properties: (type: ObjectType, query: Query = {}): string =>
    withQuery(`/crm/properties/${version}/${pathNames[type]}`, query),
  property: (type: ObjectType, name: string): string =>
    `/crm/properties/${version}/${pathNames[type]}/${encodeURIComponent(name)}`,
  accountDetails: `/account-info/${version}/details`,
  uninstall: `/appinstalls/${version}/external-install`,
  token: `/oauth/${version}/token`,
  introspect: `/oauth/${version}/token/introspect`,
  revoke: `/oauth/${version}/token/revoke`,
} as const;
