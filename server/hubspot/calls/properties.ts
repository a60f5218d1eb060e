import type { ObjectType } from "../../settings/object-type.ts";
import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import { RefusedError, UnavailableError } from "../errors.ts";
import type {
  CallOptions,
  NewProperty,
  PropertyDefinition,
} from "../gateway.ts";
import { asList, asRecord, asText } from "../json.ts";
import { resultsOf } from "../read-object.ts";
import { timingOf } from "../timing.ts";

function definitionOf(value: unknown): PropertyDefinition[] {
  const row = asRecord(value);
  const name = asText(row?.["name"]);
  if (row === null || name === null) return [];
  const text = (key: string): string => asText(row[key]) ?? "";
  const calculated = row["calculated"] === true;
  const readOnly =
    asRecord(row["modificationMetadata"])?.["readOnlyValue"] === true;
  return [
    {
      name,
      label: text("label"),
      type: text("type"),
      fieldType: text("fieldType"),
      groupName: text("groupName"),
      description: text("description"),
      options: asList(row["options"]).flatMap((entry) => {
        const option = asRecord(entry);
        const value = asText(option?.["value"]);
        if (value === null) return [];
        const label = asText(option?.["label"]) ?? value;
        return [{ label, value, hidden: option?.["hidden"] === true }];
      }),
      calculated,
      externalOptions: row["externalOptions"] === true,
      referencedObjectType: asText(row["referencedObjectType"]),
      hasUniqueValue: row["hasUniqueValue"] === true,
      hubspotDefined: row["hubspotDefined"] === true,
      hidden: row["hidden"] === true,
      // rollups are read-only without being called calculated
      writable: !calculated && !readOnly,
    },
  ];
}

/** All live definitions of a type. */
export async function readProperties(
  call: Caller,
  type: ObjectType,
  options: CallOptions,
): Promise<PropertyDefinition[]> {
  const { body } = await call(
    {
      method: "GET",
      path: paths.properties(type),
      write: false,
      limit: "general",
      capability: `read-properties:${type}`,
      kind: "properties",
    },
    timingOf(options),
  );
  return resultsOf(body).flatMap(definitionOf);
}

function onlyDefinition(body: unknown): PropertyDefinition {
  const [definition] = definitionOf(body);
  if (definition === undefined) {
    throw new UnavailableError("an answer without a property", 200);
  }
  return definition;
}

/** Creates a property; one that exists under its name already (409) is the answer. An archived one comes back. */
export async function createProperty(
  call: Caller,
  type: ObjectType,
  definition: NewProperty,
  options: CallOptions,
): Promise<PropertyDefinition> {
  const nature = { limit: "general", kind: "properties" } as const;
  try {
    const { body } = await call(
      {
        ...nature,
        method: "POST",
        path: paths.properties(type),
        body: { ...definition, formField: false, hidden: false, options: [] },
        write: true,
        capability: `create-property:${type}`,
      },
      timingOf(options),
    );
    return onlyDefinition(body);
  } catch (error) {
    const exists = error instanceof RefusedError && error.body.status === 409;
    if (!exists) throw error;
  }
  const { body } = await call(
    {
      ...nature,
      method: "GET",
      path: paths.property(type, definition.name),
      write: false,
      capability: `read-properties:${type}`,
    },
    timingOf(options),
  );
  return onlyDefinition(body);
}
