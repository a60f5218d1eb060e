import type { ObjectType, ParentKind } from "../settings/types/index.ts";
import { descriptorOf } from "../settings/types/index.ts";

/** HubSpot's dated API version; supported for 18 months from September 2026. Every path is made here. */
const version = "2026-09";

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

const pathOf = (type: ObjectType): string => descriptorOf(type).hubspot.path;

/** Paths below the base URL, with their query. */
export const paths = {
  objects: (type: ObjectType, query: Query = {}): string =>
    withQuery(`/crm/objects/${version}/${pathOf(type)}`, query),
  object: (type: ObjectType, id: string, query: Query = {}): string =>
    withQuery(
      `/crm/objects/${version}/${pathOf(type)}/${encodeURIComponent(id)}`,
      query,
    ),
  batch: (type: ObjectType, action: BatchAction, query: Query = {}): string =>
    withQuery(`/crm/objects/${version}/${pathOf(type)}/batch/${action}`, query),
  search: (type: ObjectType): string =>
    `/crm/objects/${version}/${pathOf(type)}/search`,
  associations: ({ from, to }: ParentKind, action: BatchAction): string =>
    `/crm/associations/${version}/${pathOf(from)}/${pathOf(to)}/batch/${action}`,
  /** A user of the account, by id. */
  user: (id: number): string => `/settings/users/${version}/${id}`,
  owners: (query: Query): string => withQuery(`/crm/owners/${version}`, query),
  properties: (type: ObjectType, query: Query = {}): string =>
    withQuery(`/crm/properties/${version}/${pathOf(type)}`, query),
  property: (type: ObjectType, name: string): string =>
    `/crm/properties/${version}/${pathOf(type)}/${encodeURIComponent(name)}`,
  pipelines: (type: ObjectType): string =>
    `/crm/pipelines/${version}/${pathOf(type)}`,
  propertyGroups: (type: ObjectType): string =>
    `/crm/properties/${version}/${pathOf(type)}/groups`,
  propertyRules: (type: ObjectType): string =>
    `/crm/property-validations/${version}/${descriptorOf(type).hubspot.typeId}`,
  schema: (type: ObjectType): string =>
    `/crm-object-schemas/${version}/schemas/${descriptorOf(type).hubspot.typeId}`,
  accountDetails: `/account-info/${version}/details`,
  uninstall: `/appinstalls/${version}/external-install`,
  token: `/oauth/${version}/token`,
  introspect: `/oauth/${version}/token/introspect`,
  revoke: `/oauth/${version}/token/revoke`,
} as const;
