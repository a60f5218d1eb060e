import fc from "fast-check";
import type { FieldMapping } from "../../../server/settings/mapping.ts";
import { ownersSchema } from "../../../server/settings/owners.ts";
import { defaultSettings } from "../../../server/settings/schema.ts";
import type { Conditions } from "../../../server/settings/conditions.ts";
import type { Settings } from "../../../server/settings/schema.ts";
import {
  listedTypes,
  parentKindsOf,
} from "../../../server/settings/types/index.ts";
import type { ObjectType } from "../../../server/settings/types/index.ts";

/** Documents that the schema accepts, drawn from the whole of it. Few values of each, so that pairs agree here and there. */

const few = fc.constantFrom("lead", "customer", "Ünïted; K", "a,b");
const values = fc.array(few, { minLength: 1, maxLength: 3 });

const ownerEmails = fc.array(
  fc.constantFrom("ada@owners.example", "bob@owners.example"),
  { minLength: 1, maxLength: 2 },
);

const conditionsOf = (type: ObjectType): fc.Arbitrary<Conditions> =>
  fc.record({
    owners: fc.option(ownerEmails, { nil: null }),
    ...("wonOnly" in defaultSettings[type].push.conditions
      ? { wonOnly: fc.boolean() }
      : {}),
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

const rules = {
  source: fc.option(
    fc.record({
      property: fc.constantFrom("lead_source", "p_tier", "p_email_2"),
      value: fc.option(few),
    }),
  ),
  pushUnverifiedEmails: fc.boolean(),
  matching: fc.constantFrom("link", "ask"),
  pipelines: fc.option(fc.uniqueArray(few, { maxLength: 2 })),
  onReselect: fc.constantFrom("new", "restore"),
};

/** Of the rules that only some types have, those of a type. */
const rulesOf = (type: ObjectType) =>
  Object.fromEntries(
    Object.entries(rules).filter(([key]) =>
      Object.hasOwn(defaultSettings[type], key),
    ),
  );
const newOwner = fc.oneof(
  fc.record({ rule: fc.constantFrom("none" as const, "sync_user" as const) }),
  fc.record({
    rule: fc.constant("owner" as const),
    ownerEmail: fc.constantFrom("ann@example.com", "gone@example.com"),
  }),
);

const ofType = (type: ObjectType) =>
  fc.record({
    push: fc.record({
      enabled: fc.boolean(),
      conditions: conditionsOf(type),
    }),
    pull: fc.record({
      conditions: conditionsOf(type),
      visible: fc.boolean(),
    }),
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
    ...rulesOf(type),
    ...("newOwner" in defaultSettings[type] ? { newOwner } : {}),
    ...Object.fromEntries(
      parentKindsOf(type).flatMap(({ settings }) => [
        [settings.bring, fc.constantFrom("if-missing", "always", "never")],
        [settings.require, fc.boolean()],
      ]),
    ),
  });

/** An email's owner: two owners, so that some emails share one. */
const owners = fc
  .uniqueArray(
    fc.record({
      email: fc.constantFrom(
        "ann@example.com",
        "ann@old.example",
        "team@old.example",
      ),
      ownerId: fc.constantFrom("7", "8"),
      pulled: fc.boolean(),
    }),
    { selector: ({ email }) => email },
  )
  .filter((all) => ownersSchema.safeParse(all).success);

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
  unknownUsers: fc.constantFrom("allow" as const, "deny" as const),
  owners,
}) as unknown as fc.Arbitrary<Settings>;
