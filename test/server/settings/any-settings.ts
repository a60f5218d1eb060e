import fc from "fast-check";
import type { FieldMapping } from "../../../server/settings/mapping.ts";
import { defaultSettings } from "../../../server/settings/schema.ts";
import type { Conditions, Settings } from "../../../server/settings/schema.ts";
import {
  listedTypes,
  parentKindsOf,
} from "../../../server/settings/types/index.ts";
import type { ObjectType } from "../../../server/settings/types/index.ts";

/** Documents that the schema accepts, drawn from the whole of it. Few values of each, so that pairs agree here and there. */

const few = fc.constantFrom("lead", "customer", "Ünïted; K", "a,b");
const values = fc.array(few, { minLength: 1, maxLength: 3 });

const conditions: fc.Arbitrary<Conditions> = fc.record({
  stages: fc.option(values),
  emailStatuses: fc.option(values),
  customField: fc.option(
    fc.record({ field: fc.constantFrom("region", "stage"), values }),
  ),
});

const limit = fc.option(fc.constantFrom(0, 1, 2_500));
const limits = fc.record({ toHubSpot: limit, toWorkspace: limit });
const policy = fc.constantFrom(
  "initiator" as const,
  "hubspot" as const,
  "workspace" as const,
  "newest" as const,
  "hold" as const,
);

const mapping: fc.Arbitrary<FieldMapping> = fc
  .record({
    field: fc.constantFrom(
      "first_name",
      "email",
      "linkedin_url",
      "tier",
      "constructor",
    ),
    direction: fc.constantFrom(
      "both" as const,
      "pull" as const,
      "push" as const,
    ),
    policy: fc.option(policy, { nil: undefined }),
    write: fc.constantFrom(undefined, "overwrite" as const, "fill" as const),
    clear: fc.boolean(),
    conversion: fc.oneof(
      fc.record({
        kind: fc.constantFrom(
          "text" as const,
          "email" as const,
          "number" as const,
          "date" as const,
          "datetime" as const,
          "boolean" as const,
          "set" as const,
          "owner" as const,
        ),
      }),
      fc.record({
        kind: fc.constant("options" as const),
        pairs: fc.array(fc.record({ workspace: few, hubspot: few }), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
    ),
  })
  .chain((one) =>
    fc.constantFrom("", "_2").map((ending): FieldMapping => {
      const { policy: own, write, ...rest } = one;
      return {
        ...rest,
        // No other field has the same one: a property is written once.
        property: `p_${one.field}${ending}`,
        ...(own === undefined ? {} : { policy: own }),
        ...(write === undefined ? {} : { write }),
      };
    }),
  );

const ofType = (type: ObjectType) =>
  fc.record({
    push: fc.record({ enabled: fc.boolean(), conditions }),
    pull: fc.record({ conditions }),
    deletionSync: fc.boolean(),
    mergeSync: fc.boolean(),
    brakes: fc.record({
      deletions: fc.option(
        fc.record({
          count: fc.constantFrom(1, 20),
          share: fc.constantFrom(0, 0.05, 1),
        }),
      ),
      creations: limits,
      updates: limits,
      windowMinutes: fc.constantFrom(1, 60),
      expiryDays: fc.constantFrom(1, 7),
    }),
    policy,
    mappings: fc.uniqueArray(mapping, {
      selector: ({ field }) => field,
      maxLength: 4,
    }),
    ...("enabled" in defaultSettings[type] ? { enabled: fc.boolean() } : {}),
    ...Object.fromEntries(
      parentKindsOf(type).flatMap(({ settings }) => [
        [settings.bring, fc.constantFrom("if-missing", "always", "never")],
        [settings.require, fc.boolean()],
      ]),
    ),
  });

/** Any document that the schema accepts. */
export const anySettings: fc.Arbitrary<Settings> = fc.record({
  ...Object.fromEntries(listedTypes.map((type) => [type, ofType(type)])),
  productName: fc.constantFrom("Orbit", "your product", "x".repeat(40)),
  recordUrl: fc.option(
    fc.constantFrom(
      "https://app.example.com/{type}/{id}",
      `https://app.example.com/${"x".repeat(900)}/{id}`,
    ),
  ),
  automatic: fc.record({ pull: fc.boolean(), push: fc.boolean() }),
  retention: fc.record({ journalDays: fc.constantFrom(1, 90) }),
}) as unknown as fc.Arbitrary<Settings>;
