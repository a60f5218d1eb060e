import type {
  ObjectId,
  ObjectType,
  PortalId,
} from "../../settings/object-type.ts";
import { descriptorOf } from "../../settings/types/index.ts";

/** The address of an object's page in HubSpot. `uiDomain` is what HubSpot says of the portal; without it, the usual one. */
export function objectPage(
  uiDomain: unknown,
  portalId: PortalId,
  type: ObjectType,
  objectId: ObjectId,
): string {
  return `${accountPages(uiDomain, portalId)}/record/${descriptorOf(type).hubspot.typeId}/${objectId}`;
}

/** Returns the address of the list of a type's objects in HubSpot. */
export function objectListPage(
  uiDomain: unknown,
  portalId: PortalId,
  type: ObjectType,
): string {
  return `${accountPages(uiDomain, portalId)}/objects/${descriptorOf(type).hubspot.typeId}/views/all`;
}

/** Returns the address of an account's connected apps in HubSpot, where each app has its settings. */
export const connectedAppsPage = (
  uiDomain: unknown,
  portalId: PortalId,
): string =>
  `${accountDomain(uiDomain)}/integrations-settings/${portalId}/installed`;

const accountPages = (uiDomain: unknown, portalId: PortalId): string =>
  `${accountDomain(uiDomain)}/contacts/${portalId}`;

function accountDomain(uiDomain: unknown): string {
  const domain =
    typeof uiDomain === "string" && uiDomain !== ""
      ? uiDomain
      : "app.hubspot.com";
  return `https://${domain}`;
}
