import { withTypeRules } from "./add-type-rules.ts";
import { defaultProductName } from "./product.ts";
import { defaultSettings } from "./schema.ts";
import type { ObjectType } from "./types/index.ts";
import { descriptorOf, listedTypes, parentKindsOf } from "./types/index.ts";
import { ownerFieldOf } from "./types/owner-field.ts";

/** A document as an earlier build stored it. */
export type StoredDocument = Readonly<Record<string, unknown>>;

/** What makes a document of before a change of the schema one of after it. Documents of after it stay as they are. */
export type Upgrade = {
  readonly name: string;
  readonly apply: (document: StoredDocument) => StoredDocument;
};

/**
 * The changes of the schema, oldest first. A step writes what a document meant when it was stored, whatever the defaults
 * have become since: so it has values of its own.
 */
export const upgrades: readonly Upgrade[] = [
  {
    // Until 2026-11-22, one mapping could pull into a field and another one push it.
    name: "map each field once",
    apply: (document) =>
      ofEachType(document, ({ mappings, ...chosen }) => ({
        ...chosen,
        ...(mappings === undefined
          ? {}
          : {
              mappings: Array.isArray(mappings)
                ? eachFieldOnce(mappings)
                : mappings,
            }),
      })),
  },
  {
    // Until 2026-11-29, there were no brakes. What was changed since needs approval by the limits that came with them.
    name: "add brakes",
    apply: (document) =>
      ofEachType(document, (chosen) => ({
        brakes: {
          deletions: { count: 20, share: 0.05 },
          creations: { toHubSpot: null, toWorkspace: null },
          updates: { toHubSpot: null, toWorkspace: null },
          windowMinutes: 60,
          expiryDays: 7,
        },
        ...chosen,
      })),
  },
  {
    // Until 2026-11-30, the product had no name and its records no address.
    name: "name the product",
    apply: (document) => ({
      productName: defaultProductName,
      recordUrl: null,
      ...document,
    }),
  },
  {
    // Until 2026-12-01, a mapping always replaced values.
    name: "say how mappings write",
    apply: (document) =>
      ofEachMapping(document, (mapping) => ({
        write: "overwrite",
        ...mapping,
      })),
  },
  {
    // A build that knows more types. What wasn't known wasn't synced, so an optional type is off.
    name: "add new types",
    apply: (document) => ({
      ...Object.fromEntries(
        listedTypes.map((type) => [type, defaultSettings[type]]),
      ),
      ...document,
    }),
  },
  {
    // A type that was always synced and can be switched off now.
    name: "add switches of optional types",
    apply: (document) =>
      ofEachType(document, (chosen, type) => ({
        ...(descriptorOf(type).hubspot.required ? {} : { enabled: false }),
        ...chosen,
      })),
  },
  {
    // A type that belongs to others it didn't belong to before.
    name: "add choices about parents",
    apply: (document) =>
      ofEachType(document, (chosen, type) => ({
        ...Object.fromEntries(
          parentKindsOf(type).flatMap(({ settings }) => [
            [settings.bring, "if-missing"],
            [settings.require, false],
          ]),
        ),
        ...chosen,
      })),
  },
  {
    // Until 2026-12-01, none of this could be chosen.
    name: "add rules of types",
    apply: (document) => ofEachType(document, withTypeRules),
  },
  {
    // Until 2026-12-01, every HubSpot user could pull and push, and a new object had its record's owner or none.
    name: "add people",
    apply: (document) => ({
      unknownUsers: "allow",
      ...ofEachType(document, (chosen, type) => ({
        ...(ownerFieldOf(descriptorOf(type)) === null
          ? {}
          : { newOwner: { rule: "none" } }),
        ...chosen,
      })),
    }),
  },
  {
    // Until 2026-12-02, an email was HubSpot's owner with that email, or no owner.
    name: "add owners",
    apply: (document) => ({ owners: [], ...document }),
  },
  {
    // Until 2026-12-02, new records couldn't be chosen by their owner, nor by whether their stage is won.
    name: "add conditions of types",
    apply: (document) =>
      ofEachType(document, (chosen, type) => ({
        ...chosen,
        ...Object.fromEntries(
          ["push", "pull"].flatMap((flow) => {
            const part = chosen[flow];
            return isObject(part) && isObject(part["conditions"])
              ? [[flow, withConditions(part, part["conditions"], type)]]
              : [];
          }),
        ),
      })),
  },
];

/** Returns a stored document of any age in the form of today's schema, if it had the form of its own time. */
export const upgraded = (document: unknown): unknown =>
  isObject(document)
    ? upgrades.reduce((before, { apply }) => apply(before), document)
    : document;

function ofEachType(
  document: StoredDocument,
  change: (chosen: StoredDocument, type: ObjectType) => StoredDocument,
): StoredDocument {
  return {
    ...document,
    ...Object.fromEntries(
      listedTypes.flatMap((type) => {
        const chosen = document[type];
        return isObject(chosen) ? [[type, change(chosen, type)]] : [];
      }),
    ),
  };
}

const withConditions = (
  flow: StoredDocument,
  conditions: StoredDocument,
  type: ObjectType,
): StoredDocument => ({
  ...flow,
  conditions: {
    ...(ownerFieldOf(descriptorOf(type)) === null ? {} : { owners: null }),
    ...(descriptorOf(type).hubspot.pipelines === undefined
      ? {}
      : { wonOnly: false }),
    ...conditions,
  },
});

/** What isn't a mapping stays as it is, because the schema names it. */
const ofEachMapping = (
  document: StoredDocument,
  change: (mapping: StoredDocument) => StoredDocument,
): StoredDocument =>
  ofEachType(document, ({ mappings, ...chosen }) => ({
    ...chosen,
    ...(mappings === undefined
      ? {}
      : {
          mappings: Array.isArray(mappings)
            ? mappings.map((each: unknown) =>
                isObject(each) ? change(each) : each,
              )
            : mappings,
        }),
  }));

/**
 * The first mapping of each field. Where another one synced the same property the other way, it syncs both ways now;
 * what another property had of the field is no longer mapped.
 */
function eachFieldOnce(mappings: readonly unknown[]): unknown[] {
  const byField = new Map<unknown, StoredDocument>();
  for (const mapping of mappings) {
    // The schema names what isn't a mapping.
    if (!isObject(mapping)) return [...mappings];
    const { field, property, direction } = mapping;
    const first = byField.get(field);
    if (first === undefined) byField.set(field, mapping);
    else if (first["property"] === property && first["direction"] !== direction)
      byField.set(field, { ...first, direction: "both" });
  }
  return [...byField.values()];
}

const isObject = (value: unknown): value is StoredDocument =>
  typeof value === "object" && value !== null && !Array.isArray(value);
