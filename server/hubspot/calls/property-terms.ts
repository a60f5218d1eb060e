import type { ObjectType } from "../../settings/object-type.ts";
import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import type { CallOptions, PropertyGroup, PropertyRules } from "../gateway.ts";
import { asList, asRecord, asText } from "../json.ts";
import { resultsOf } from "../read-object.ts";
import { timingOf } from "../timing.ts";

/** What HubSpot says of a type's properties beside their definitions. */

const read = async (
  call: Caller,
  type: ObjectType,
  path: string,
  options: CallOptions,
): Promise<unknown> =>
  (
    await call(
      {
        method: "GET",
        path,
        write: false,
        limit: "general",
        capability: `read-properties:${type}`,
        kind: "properties",
      },
      timingOf(options),
    )
  ).body;

/** All live groups of a type's properties. */
export async function readPropertyGroups(
  call: Caller,
  type: ObjectType,
  options: CallOptions,
): Promise<PropertyGroup[]> {
  const body = await read(call, type, paths.propertyGroups(type), options);
  return resultsOf(body).flatMap((value) => {
    const row = asRecord(value);
    const name = asText(row?.["name"]);
    if (name === null || row?.["archived"] === true) return [];
    const order = row?.["displayOrder"];
    return [
      {
        name,
        label: asText(row?.["label"]) ?? "",
        displayOrder: typeof order === "number" ? order : -1,
      },
    ];
  });
}

/** The properties of a type whose values HubSpot checks. Kinds of rules that this build doesn't know are kept, too. */
export async function readPropertyRules(
  call: Caller,
  type: ObjectType,
  options: CallOptions,
): Promise<PropertyRules[]> {
  const body = await read(call, type, paths.propertyRules(type), options);
  return resultsOf(body).flatMap((value) => {
    const row = asRecord(value);
    const property = asText(row?.["propertyName"]);
    const rules = asList(row?.["propertyValidationRules"]).flatMap((each) => {
      const rule = asRecord(each);
      const kind = asText(rule?.["ruleType"]);
      return kind === null
        ? []
        : [
            {
              type: kind,
              arguments: asList(rule?.["ruleArguments"]).flatMap(
                (argument) => asText(argument) ?? [],
              ),
            },
          ];
    });
    return property === null || rules.length === 0 ? [] : [{ property, rules }];
  });
}

/**
 * The properties that the schema of a type lists as required. Whether HubSpot lists there what an admin has made required
 * for new objects of its own types isn't documented: what is missing here may be required all the same.
 */
export async function readRequiredProperties(
  call: Caller,
  type: ObjectType,
  options: CallOptions,
): Promise<string[]> {
  const body = await read(call, type, paths.schema(type), options);
  return asList(asRecord(body)?.["requiredProperties"]).flatMap(
    (name) => asText(name) ?? [],
  );
}
