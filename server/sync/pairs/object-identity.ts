import type { HubSpotObject } from "../../hubspot/gateway.ts";
import type { ObjectType } from "../../settings/object-type.ts";
import {
  creationKeyProperty,
  identityKeyOf,
  identityOf,
  objectIdentity,
} from "../values/identity.ts";
import type { Rules } from "../model.ts";
import { mayComeOf } from "./open-creations.ts";
import type { OpenCreation } from "./open-creations.ts";

/** A contact's email or a company's domain, then its additional ones. Canonical. */
export function identitiesOf(
  type: ObjectType,
  object: HubSpotObject,
): string[] {
  const key = identityKeyOf(type);
  if (key === null) return [];
  const { property, additional } = key;
  const more = (object.properties[additional] ?? "").split(";");
  return [object.properties[property], ...more].flatMap(
    (value) => identityOf(type, value) ?? [],
  );
}

/** Those of its identities that its main property does not have. */
export function additionalIdentitiesOf(
  type: ObjectType,
  object: HubSpotObject,
): string[] {
  const first = objectIdentity(type, object.properties);
  return [...new Set(identitiesOf(type, object))].filter(
    (identity) => identity !== first,
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Which of our creations an object came of: by counterpart_record_id, or where a portal has none by what was sent. */
export type KeyOf = (object: HubSpotObject) => string | null;

export const keysBy =
  (
    rules: Pick<Rules, "settings" | "definitions">,
    type: ObjectType,
    open: readonly OpenCreation[],
  ): KeyOf =>
  (object) =>
    creationKeyOf(object) ??
    open.find((creation) => mayComeOf(rules, type, object, creation))
      ?.creationKey ??
    null;

function creationKeyOf(object: HubSpotObject): string | null {
  const key = object.properties[creationKeyProperty] ?? "";
  return uuid.test(key) ? key.toLowerCase() : null;
}
