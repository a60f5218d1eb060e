import type { ObjectStore } from "./object-store.ts";
import type { PropertyGroup } from "./property-registry.ts";
import { asObject, requiredText, type Json } from "./read-body.ts";
import { invalid, Refusal } from "./refusal.ts";

/**
 * Makes a group of properties; the name of an archived one brings that back.
 * @throws Refusal 409 when the name is taken, 400 for a bad body
 */
export function createGroup(store: ObjectStore, given: unknown): PropertyGroup {
  const { properties } = store;
  const input = asObject(given);
  const name = requiredText(input, "name");
  if (properties.findGroup(name) !== undefined)
    throw new Refusal(409, {
      message: `A property group named '${name}' already exists.`,
      category: "OBJECT_ALREADY_EXISTS",
    });
  const group = {
    name,
    label: requiredText(input, "label"),
    displayOrder: displayOrderIn(input) ?? -1,
    archived: false,
  };
  properties.setGroup(group);
  return group;
}

/** Changes a group's label or place. @throws Refusal 404, 400 */
export function updateGroup(
  store: ObjectStore,
  name: string,
  given: unknown,
): PropertyGroup {
  const group = existingGroup(store, name);
  const input = asObject(given);
  const updated = {
    ...group,
    label:
      input["label"] === undefined ? group.label : requiredText(input, "label"),
    displayOrder: displayOrderIn(input) ?? group.displayOrder,
  };
  store.properties.setGroup(updated);
  return updated;
}

/** Archives a group that holds no property, archived ones apart. @throws Refusal 404, 400 */
export function archiveGroup(store: ObjectStore, name: string): void {
  const group = existingGroup(store, name);
  const inUse = store.properties
    .list(false)
    .some(({ groupName }) => groupName === name);
  if (inUse)
    throw invalid("Can't delete or purge a group with active properties", {
      subCategory: "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
    });
  store.properties.setGroup({ ...group, archived: true });
}

/** @throws Refusal 404 */
export function existingGroup(store: ObjectStore, name: string): PropertyGroup {
  const group = store.properties.findGroup(name);
  if (group !== undefined) return group;
  throw new Refusal(404, {
    message: `Property group "${name}" does not exist`,
    category: "OBJECT_NOT_FOUND",
  });
}

function displayOrderIn(input: Json): number | undefined {
  const value = input["displayOrder"];
  return typeof value === "number" ? value : undefined;
}
