import type { CrmState } from "./crm-state.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Property, PropertyOption, PropertyType } from "./property.ts";
import { asObject, requiredText, type Json } from "./read-body.ts";
import { invalid, Refusal } from "./refusal.ts";
import { isoTime } from "./time.ts";

const types: readonly string[] =
  "bool date datetime enumeration number phone_number string".split(" ");
const fieldTypes: readonly string[] =
  "booleancheckbox calculation_equation checkbox date file html number phonenumber radio select text textarea".split(
    " ",
  );

/**
 * Defines a property; the name of an archived one brings that back, as it was.
 * @throws Refusal 409 when the name is taken, 400 for a bad definition or one too many
 */
export function createProperty(
  state: CrmState,
  store: ObjectStore,
  given: unknown,
  userId?: number,
): Property {
  const input = asObject(given);
  const name = requiredText(input, "name");
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) {
    throw invalid(
      `Property name "${name}" is not valid: lower-case letters, digits and underscores, a letter first`,
    );
  }
  if (store.properties.find(name) !== undefined) {
    throw new Refusal(409, {
      message: `A property named '${name}' already exists.`,
      category: "OBJECT_ALREADY_EXISTS",
      subCategory: "Properties.PROPERTY_WITH_NAME_EXISTS",
    });
  }
  const time = isoTime(state.tick());
  const archived = store.properties.findArchived(name);
  if (archived !== undefined) {
    const { archivedAt: _gone, ...rest } = archived;
    checkRoom(state, store, archived.hasUniqueValue);
    const restored: Property = { ...rest, archived: false, updatedAt: time };
    store.properties.set(restored);
    return restored;
  }
  const type = choice(input, "type", types);
  const fieldType = choice(input, "fieldType", fieldTypes);
  const groupName = groupIn(store, input);
  const options = readOptions(input["options"]);
  const externalOptions = input["externalOptions"] === true;
  if (type === "enumeration" && options.length === 0 && !externalOptions)
    throw invalid("Some required fields were not set: [options]");
  const hasUniqueValue = input["hasUniqueValue"] === true;
  checkRoom(state, store, hasUniqueValue);
  const property: Property = {
    name,
    label: requiredText(input, "label"),
    type: type as PropertyType,
    fieldType,
    groupName,
    description: optionalText(input, "description") ?? "",
    options:
      type === "bool" && input["options"] === undefined
        ? booleanOptions
        : options,
    displayOrder:
      typeof input["displayOrder"] === "number" ? input["displayOrder"] : -1,
    calculated: fieldType === "calculation_equation",
    externalOptions,
    ...(typeof input["referencedObjectType"] === "string"
      ? { referencedObjectType: input["referencedObjectType"] }
      : {}),
    hasUniqueValue,
    hidden: input["hidden"] === true,
    hubspotDefined: false,
    formField: input["formField"] === true,
    dataSensitivity: "non_sensitive",
    modificationMetadata: {
      archivable: true,
      readOnlyDefinition: false,
      readOnlyOptions: false,
      readOnlyValue: false,
    },
    createdAt: time,
    updatedAt: time,
    ...(userId === undefined
      ? {}
      : { createdUserId: String(userId), updatedUserId: String(userId) }),
    archived: false,
  };
  store.properties.set(property);
  return property;
}

/**
 * Changes a definition; `options` replaces the whole list. Whether values are unique can never change.
 * @throws Refusal 404, 400
 */
export function updateProperty(
  state: CrmState,
  store: ObjectStore,
  name: string,
  given: unknown,
  userId?: number,
): Property {
  const property = existing(store, name);
  const input = asObject(given);
  const fixed = property.modificationMetadata.readOnlyDefinition;
  const optionsOnly = Object.keys(input).every((key) => key === "options");
  if (fixed && !optionsOnly)
    throw invalid(
      `Property "${name}" is defined by HubSpot and cannot be changed`,
    );
  const label = optionalText(input, "label");
  const description = optionalText(input, "description");
  const updated: Property = {
    ...property,
    ...(label === undefined ? {} : { label }),
    ...(description === undefined ? {} : { description }),
    ...(input["groupName"] === undefined
      ? {}
      : { groupName: groupIn(store, input) }),
    ...(input["type"] === undefined
      ? {}
      : { type: choice(input, "type", types) as PropertyType }),
    ...(input["fieldType"] === undefined
      ? {}
      : { fieldType: choice(input, "fieldType", fieldTypes) }),
    ...(input["options"] === undefined
      ? {}
      : { options: readOptions(input["options"]) }),
    ...(typeof input["hidden"] === "boolean"
      ? { hidden: input["hidden"] }
      : {}),
    ...(typeof input["formField"] === "boolean"
      ? { formField: input["formField"] }
      : {}),
    ...(typeof input["displayOrder"] === "number"
      ? { displayOrder: input["displayOrder"] }
      : {}),
    updatedAt: isoTime(state.tick()),
    ...(userId === undefined ? {} : { updatedUserId: String(userId) }),
  };
  store.properties.set(updated);
  return updated;
}

/** Archives a property: reads no longer show it, writes are refused, its values wait for it to come back. */
export function archiveProperty(
  state: CrmState,
  store: ObjectStore,
  name: string,
): void {
  const property = existing(store, name);
  if (property.hubspotDefined)
    throw invalid(
      `Property "${name}" is defined by HubSpot and cannot be archived`,
    );
  store.properties.set({
    ...property,
    archived: true,
    archivedAt: isoTime(state.tick()),
  });
}

/** The definition of a property that is not archived. @throws Refusal 404 */
export function existing(store: ObjectStore, name: string): Property {
  const property = store.properties.find(name);
  if (property !== undefined) return property;
  throw new Refusal(404, {
    message: `Property "${name}" does not exist`,
    category: "OBJECT_NOT_FOUND",
  });
}

function groupIn(store: ObjectStore, input: Json): string {
  const name = requiredText(input, "groupName");
  if (store.properties.findGroup(name) === undefined)
    throw invalid(`Property group "${name}" does not exist`);
  return name;
}

const booleanOptions: readonly PropertyOption[] = ["true", "false"].map(
  (value, displayOrder) => ({
    label: value === "true" ? "Yes" : "No",
    value,
    displayOrder,
    hidden: false,
  }),
);

function checkRoom(state: CrmState, store: ObjectStore, unique: boolean): void {
  const { customProperties, uniqueProperties } = state.options;
  if (store.properties.customCount() >= customProperties) {
    throw invalid(
      `You have reached the limit of ${String(customProperties)} custom properties for ${store.type.name}`,
      {
        subCategory: "Properties.LIMIT_EXCEEDED",
      },
    );
  }
  if (unique && store.properties.customUniqueCount() >= uniqueProperties) {
    throw invalid(
      `You have reached the limit of ${String(uniqueProperties)} unique value properties`,
      {
        subCategory: "Properties.UNIQUE_LIMIT_EXCEEDED",
      },
    );
  }
}

function readOptions(given: unknown): PropertyOption[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw invalid("options must be a list");
  const seen = new Set<string>();
  return given.map((entry: unknown, index) => {
    const option = asObject(entry);
    const value = requiredText(option, "value");
    if (seen.has(value)) throw invalid(`Option value "${value}" appears twice`);
    seen.add(value);
    const description = optionalText(option, "description");
    return {
      label: requiredText(option, "label"),
      value,
      displayOrder:
        typeof option["displayOrder"] === "number"
          ? option["displayOrder"]
          : index,
      hidden: option["hidden"] === true,
      ...(description === undefined ? {} : { description }),
    };
  });
}

function optionalText(input: Json, field: string): string | undefined {
  const value = input[field];
  return typeof value === "string" ? value : undefined;
}

function choice(
  input: Json,
  field: string,
  allowed: readonly string[],
): string {
  const value = requiredText(input, field);
  if (allowed.includes(value)) return value;
  throw invalid(
    `Invalid input JSON: ${field} "${value}" is not one of [${allowed.join(", ")}]`,
  );
}
