import type { ObjectTypeName } from "../object-type.ts";
import type { Property, PropertyOption, PropertyType } from "../property.ts";
import { activityProperties } from "./activities.ts";
import { companiesProperties } from "./companies.ts";
import { contactsProperties } from "./contacts.ts";
import { dealsProperties } from "./deals.ts";
import { industries } from "./industries.ts";
import { languages } from "./languages.ts";
import { optionSets, optionsIn } from "./option-sets.ts";
import { ticketsProperties } from "./tickets.ts";

const booleanOptions: readonly PropertyOption[] = parseOptions(
  "true | True\nfalse | False",
);
const sets = new Map<string, readonly PropertyOption[]>([
  ["industry", parseOptions(industries)],
  ["hs_language", parseOptions(languages)],
  ...Object.entries(optionSets).map(
    ([name, text]) => [name, parseOptions(text)] as const,
  ),
]);

/**
 * HubSpot's own properties of every type. A line is `name | type/fieldType | group | flags | label`; flags are `readOnly`,
 * `calculated`, `unique`, `hidden`, `external` (options live elsewhere), `refers:TYPE` and `options:SET`, or `-` for none.
 */
export const hubspotProperties: ReadonlyMap<
  ObjectTypeName,
  readonly Property[]
> = new Map([
  ["contacts", parseProperties(contactsProperties)],
  ["companies", parseProperties(companiesProperties)],
  ["deals", parseProperties(dealsProperties)],
  ["tickets", parseProperties(ticketsProperties)],
  ...(
    ["tasks", "notes", "meetings", "calls", "emails", "communications"] as const
  ).map(
    (name) => [name, parseProperties(activityProperties[name] ?? "")] as const,
  ),
]);

function lines(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" | "));
}

function parseOptions(text: string): PropertyOption[] {
  return optionsIn(text).map(({ value, label }, displayOrder) => ({
    label,
    value,
    displayOrder,
    hidden: false,
  }));
}

function parseProperties(text: string): Property[] {
  return lines(text).map(
    ([name = "", kind = "", groupName = "", flagText = "", label = ""]) => {
      const [type = "", fieldType = ""] = kind.split("/");
      const flags = flagText.split(" ");
      const named = (prefix: string) =>
        flags.find((flag) => flag.startsWith(prefix))?.slice(prefix.length);
      const refers = named("refers:");
      const readOnlyValue = flags.includes("readOnly");
      return {
        name,
        label,
        type: type as PropertyType,
        fieldType,
        groupName,
        description: "",
        options:
          type === "bool"
            ? booleanOptions
            : (sets.get(named("options:") ?? "") ?? []),
        displayOrder: -1,
        calculated: flags.includes("calculated"),
        externalOptions: flags.includes("external"),
        ...(refers === undefined ? {} : { referencedObjectType: refers }),
        hasUniqueValue: flags.includes("unique"),
        hidden: flags.includes("hidden"),
        hubspotDefined: true,
        formField: !readOnlyValue && groupName === "contactinformation",
        dataSensitivity: "non_sensitive" as const,
        modificationMetadata: {
          archivable: true,
          readOnlyDefinition: true,
          readOnlyValue,
        },
        archived: false,
      };
    },
  );
}
