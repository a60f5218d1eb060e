import {
  CapabilityMissingError,
  DisconnectedError,
  UnavailableError,
  WaitError,
} from "../../server/hubspot/errors.ts";
import { SealError } from "../../server/hubspot/seal.ts";
import { causes, explanations } from "../../server/causes.ts";
import { settingsChanges } from "../../server/settings/differences/differences.ts";
import type { FieldMapping, Policy } from "../../server/settings/mapping.ts";
import { defaultSettings } from "../../server/settings/schema.ts";
import type { Settings } from "../../server/settings/schema.ts";
import {
  listedTypes,
  parentKindsOf,
} from "../../server/settings/types/index.ts";
import type { ObjectType } from "../../server/settings/types/index.ts";
import {
  entryText,
  itemSentence,
} from "../../server/sync/brake/pure/wording.ts";
import { hubSpotRefusal } from "../../server/sync/preview/hubspot-refusal.ts";
import { keptReason } from "../../server/sync/decide/kept-by-choice.ts";
import { ownerSentence } from "../../server/sync/decide/owner-of-creation.ts";
import { refusalOfActor } from "../../server/sync/people/pure/actor.ts";
import { permissions } from "../../server/sync/people/pure/permissions.ts";
import { unmetCondition } from "../../server/sync/decide/conditions.ts";
import { decide } from "../../server/sync/decide/decide.ts";
import { refusalOf } from "../../server/sync/installation/pure/installation-gate.ts";
import {
  effectCodes,
  effectSentence,
} from "../../server/sync/installation/pure/effect-wording.ts";
import { driftEntry } from "../../server/sync/installation/pure/drift-entry.ts";
import { mappingFindings } from "../../server/sync/installation/pure/mapping-findings.ts";
import { transitions } from "../../server/sync/installation/installation-state.ts";
import type { InstallationState } from "../../server/sync/installation/installation-state.ts";
import { mergedAwayReason } from "../../server/sync/decide/merged-away.ts";
import {
  refusalFor,
  syncCapabilities,
  describeMissing,
} from "../../server/sync/installation/pure/missing-scope.ts";
import type { LinkEnd, Pair, Rules, Trigger } from "../../server/sync/model.ts";
import type { SyncField } from "../../hubspot-project/src/app/cards/sync-view.ts";
import { startedBy } from "../../hubspot-project/packages/kit/times.ts";
import {
  fieldState,
  statusTags,
} from "../../hubspot-project/src/app/cards/wording.ts";
import {
  automaticPull,
  automaticPush,
  link,
  manualPull,
  manualPush,
  mapped,
  object,
  pair,
  record,
  retry,
  rulesWith,
} from "../server/sync/pure/situation.ts";

/** A heading and its sentences, as a person reads them: each once, in the order in which they first come. */
export type Group = readonly [heading: string, sentences: readonly string[]];

const fieldStates: readonly SyncField["state"][] = [
  "changed_in_workspace",
  "changed_in_hubspot",
  "changed_in_both",
  "differs",
  "parked",
  "held",
];

const both = (parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== "").join(" ");

const each = (heading: string, sentences: readonly string[]): Group => [
  heading,
  [...new Set(sentences)],
];

/** Returns what the pure functions say of every code, state, and type, put together as a person reads it. */
export function renderedSentences(): Group[] {
  return [
    each(
      "The status tag on a card",
      Object.entries(statusTags).map(
        ([status, { label }]) => `${status}: ${label}`,
      ),
    ),
    each(
      "The state of a field on a card",
      fieldStates.map((state) => `${state}: ${fieldState(state, "{product}")}`),
    ),
    each(
      "Who started a sync, after its time",
      [
        "schedule",
        "webhook",
        "product",
        "sweep",
        "merge",
        "reconnect",
        "setup",
        "api",
        "ada@example.com",
        "schedule+contact",
      ].map((by) => `${by}: ${startedBy(by, "{product}")}`),
    ),
    each("Why nothing can be pulled or pushed", refusals()),
    each(
      "A permission that HubSpot did not grant",
      syncCapabilities.flatMap((capability) => {
        const { reason, remedy } = refusalFor(capability);
        const { cause, fix } = describeMissing(capability, [
          "crm.objects.contacts.read",
        ]);
        return [both([reason, remedy]), both([cause, fix])];
      }),
    ),
    each("HubSpot can't be read", unreadable()),
    each(
      "Why work fails",
      causes.map((cause) =>
        both([explanations[cause].meaning, explanations[cause].remedy]),
      ),
    ),
    each("What decide says of a pair", decisions()),
    each("Whose a new object is, in the journal", newOwners()),
    each("Why a person may not do something", notPermitted()),
    each("Why a record is excluded", exclusions()),
    each("Many changes at once", approvals()),
    each("What differs between two versions of the settings", differences()),
    each(
      "What saving settings would do",
      listedTypes.flatMap((type) =>
        effectCodes.flatMap((code) =>
          [1, 1_200].map(
            (count) => `${code}: ${effectSentence(type, code, count, "exact")}`,
          ),
        ),
      ),
    ),
    each(
      "What saving settings would do, where not all is counted",
      listedTypes.flatMap((type) =>
        (["at-least", "at-most"] as const)
          .map((bound) =>
            effectSentence(type, "pipeline_removed", 1_200, bound),
          )
          .concat(
            effectSentence(type, "pipeline_added", 1_200, "at-least"),
            effectSentence(type, "pipeline_added", 0, "unknown"),
          ),
      ),
    ),
    each("What HubSpot says against a mapping", warnings()),
    each("A mapping that no longer fits", drifts()),
    each(
      "Merged in HubSpot while merge sync was off",
      listedTypes.flatMap((type) => [
        mergedAwayReason(type, null),
        mergedAwayReason(type, { objectId: "501", properties: null }),
        mergedAwayReason(type, {
          objectId: "501",
          properties: { first_name: "Ada", name: "Acme" },
        }),
      ]),
    ),
  ];
}

function refusals(): string[] {
  const states = Object.keys(transitions) as InstallationState[];
  return listedTypes.flatMap((type) =>
    states.flatMap((state) =>
      [null, "active" as const].flatMap((copiedFrom) =>
        [
          { enabled: listedTypes, preparing: [] },
          { enabled: listedTypes, preparing: listedTypes },
          { enabled: [], preparing: [] },
        ].flatMap((types) =>
          (["pull", "push"] as const).flatMap((action) => {
            const refusal = refusalOf(
              {
                state,
                windowEndsAt: new Date(0),
                firstPullEnded: {},
                types,
                copiedFrom,
              },
              action,
              type,
            );
            return refusal === null
              ? []
              : [`${refusal.code}: ${both([refusal.reason, refusal.remedy])}`];
          }),
        ),
      ),
    ),
  );
}

function unreadable(): string[] {
  const now = new Date(0);
  const body = {
    status: 403,
    category: null,
    subCategory: null,
    message: "",
    correlationId: null,
    policyName: null,
    context: {},
    details: [],
    requiredScopes: [],
  };
  const inMinutes = (minutes: number): Date => new Date(minutes * 60_000);
  return [
    new DisconnectedError(1, ""),
    new WaitError(inMinutes(0.5), "portal"),
    new WaitError(inMinutes(5), "portal"),
    new WaitError(inMinutes(180), "portal"),
    new UnavailableError("", 503),
    new SealError(""),
    ...(["read-owners", "account"] as const).map(
      (capability) => new CapabilityMissingError(capability, [], body),
    ),
    ...listedTypes.flatMap((type) => [
      new CapabilityMissingError(`read-properties:${type}`, [], body),
      new CapabilityMissingError(`create-property:${type}`, [], body),
    ]),
  ].map((error) => {
    const refusal = hubSpotRefusal(error, now);
    return `${refusal?.code}: ${both([refusal?.reason ?? null, refusal?.remedy ?? null])}`;
  });
}

const mappings = [mapped("email", "email"), mapped("first_name", "firstname")];

function rulesOf(type: ObjectType): Rules[] {
  const rules: Rules[] = [];
  const definitions = {
    firstname: {
      type: "string",
      readOnly: false,
      options: null,
      label: "First name",
    },
  };
  for (const deletionSync of [true, false])
    for (const automatic of [
      { pull: true, push: true },
      { pull: false, push: false },
    ])
      for (const policy of ["initiator", "hold"] as const)
        rules.push(
          rulesWith(
            {
              ...defaultSettings,
              automatic,
              [type]: {
                ...defaultSettings[type],
                mappings,
                policy,
                deletionSync,
              },
            },
            { definitions },
          ),
        );
  const [first] = rules;
  if (first === undefined) return [];
  const { settings } = first;
  return [
    ...rules,
    { ...first, mayCreateObjects: false },
    { ...first, uniqueProperty: false },
    {
      ...first,
      missing: {
        write: true,
        parents: {},
        edges: {},
      },
    },
    {
      ...first,
      settings: {
        ...settings,
        [type]: {
          ...settings[type],
          push: { ...settings[type].push, enabled: false },
        },
      },
    },
    {
      ...first,
      settings: {
        ...settings,
        [type]: {
          ...settings[type],
          requireCompany: true,
          pull: {
            conditions: {
              stages: ["customer"],
              emailStatuses: null,
              customField: null,
            },
          },
        },
      },
    },
  ];
}

const base = {
  email: { w: "ada@example.com", h: "ada@example.com", p: "email", c: "text" },
  first_name: { w: "Ada", h: "Ada", p: "firstname", c: "text" },
};

function pairsOf(objectType: ObjectType): Pair[] {
  const named = (first: string, email: string | null) => ({
    email,
    first_name: first,
  });
  const records = [
    null,
    record(named("Ada", "ada@example.com"), { objectType }),
    record(named("Augusta", "ada@example.com"), { objectType }),
    record({}, { objectType }),
    record(named("Ada", null), { objectType, deletedAt: 5 }),
    record(named("Ada", null), { objectType, omittedBytes: 2_000_000 }),
    record(named("Ada", null), { objectType, omittedBytes: 20 }),
  ];
  const objects = [
    { reading: "none" as const },
    { reading: "missing" as const },
    { reading: "archived" as const },
    { reading: "deleted-by-event" as const },
    { reading: "not-asked" as const },
    ...["Ada", "Countess"].map((firstname) => ({
      object: object({ email: "ada@example.com", firstname }),
    })),
    { object: object({ firstname: "Ada" }, { archived: true }) },
  ];
  const ends: LinkEnd[] = [
    "object-deleted",
    "record-deleted",
    "merged-away",
    "purged",
    "given-up",
    "unselected",
  ];
  const links = [
    null,
    link({ base }),
    link({ base, seenAt: Number.MAX_SAFE_INTEGER }),
    link({ base, keptAt: 1 }),
    ...ends.map((state) => link({ state, base, endedAt: 10 })),
    link({ state: "object-deleted", base, endedAt: 10, keptAt: 1 }),
  ];
  const conflict = (code: NonNullable<Pair["conflict"]>["code"]) => ({
    conflict: { code, message: "…", objectIds: [], holders: {} },
  });
  const creation = {
    id: "1",
    operation: "create",
    sent: {},
    creationKey: "key",
  };
  const contexts = [
    conflict("duplicate_email"),
    conflict("ambiguous_email"),
    conflict("domain_conflict"),
    conflict("linked_elsewhere"),
    { ambiguous: ["501", "502"] },
    {
      parents: parentKindsOf(objectType).map((kind) => ({
        kind,
        has: true,
        blockedBy: { code: "x", cause: "…" },
      })),
    },
    ...[true, false].map((recent) => ({
      attempts: [
        {
          ...creation,
          recent,
          underWay: recent,
        } as unknown as Pair["attempts"][number],
      ],
    })),
  ];
  const [, linked] = records;
  return [
    ...records.flatMap((one) =>
      objects.flatMap((other) =>
        links.map((tie) =>
          pair({ objectType, record: one, link: tie, ...other }),
        ),
      ),
    ),
    ...objects.flatMap((other) =>
      contexts.map((context) =>
        pair({ objectType, record: linked ?? null, ...other, ...context }),
      ),
    ),
    pair({
      objectType,
      object: object({ firstname: "Ada".repeat(400_000) }),
    }),
  ];
}

function decisions(): string[] {
  const triggers: Trigger[] = [
    automaticPull,
    automaticPush,
    manualPull,
    manualPush,
    retry,
    ...listedTypes
      .filter((type) => parentKindsOf(type).length > 0)
      .map((type): Trigger => ({ ...automaticPush, pushedWith: type })),
  ];
  const said = new Set<string>();
  for (const type of listedTypes) {
    const pairs = pairsOf(type);
    for (const rules of rulesOf(type))
      for (const one of pairs)
        for (const trigger of triggers) {
          const { code, reason, problem } = decide(rules, one, trigger);
          said.add(
            `${code}: ${problem === null ? reason : both([problem.cause, problem.fix])}`,
          );
        }
  }
  return [...said].sort((one, other) => one.localeCompare(other, "en"));
}

function newOwners(): string[] {
  const email = "ada@example.com";
  return [
    ...(["record", "person", "sync_user", "rule"] as const).map((of) =>
      ownerSentence({ of, email }),
    ),
    ownerSentence({ of: "nobody", unknown: email }),
  ];
}

function notPermitted(): string[] {
  const email = "ada@example.com";
  const users = [
    null,
    { permissions: [], active: false },
    { permissions: [], active: true },
  ];
  return permissions.flatMap((permission) =>
    users.flatMap((user) => {
      const refusal = refusalOfActor(
        { kind: "person", email, hubspotUserId: null, user },
        permission,
        "deny",
      );
      return refusal === null
        ? []
        : [`${refusal.code}: ${both([refusal.reason, refusal.remedy])}`];
    }),
  );
}

function exclusions(): string[] {
  const none = { stages: null, emailStatuses: null, customField: null };
  return listedTypes.flatMap((type) =>
    [
      { ...none, stages: ["customer", "lead"] },
      { ...none, emailStatuses: ["valid"] },
      { ...none, customField: { field: "region", values: ["EMEA"] } },
      { ...none, owners: ["ada@example.com"] },
      { ...none, wonOnly: true },
    ].flatMap((conditions) =>
      [{}, { email: "ada@example.com" }].flatMap((properties) => {
        const unmet = unmetCondition(type, conditions, properties, () => false);
        return unmet === null ? [] : [`${unmet.code}: ${unmet.reason}`];
      }),
    ),
  );
}

/** Settings in which every choice differs from those of a fresh installation. */
function otherSettings(
  policy: Policy,
  bring: string,
  direction: FieldMapping["direction"],
): Settings {
  const conditions = {
    stages: ["customer", "lead"],
    emailStatuses: ["verified"],
    customField: {
      field: "region",
      values: ["EMEA", "APAC", "AMER", "north", "south", "other"],
    },
  };
  const limits = { toHubSpot: 1_000, toWorkspace: 2_000 };
  const ofType = (type: ObjectType) => {
    const [, one, ...others] = defaultSettings[type].mappings;
    return {
      ...defaultSettings[type],
      push: { enabled: false, conditions },
      pull: { conditions },
      deletionSync: true,
      mergeSync: true,
      brakes: {
        deletions: null,
        creations: limits,
        updates: limits,
        windowMinutes: 1,
        expiryDays: 1,
      },
      policy,
      newOwner:
        bring === "always"
          ? { rule: "sync_user" }
          : { rule: "owner", ownerEmail: "ada@example.com" },
      // The first one isn't mapped, and one is new.
      mappings: [
        {
          ...one,
          property: "other",
          direction,
          policy,
          clear: true,
          conversion: {
            kind: "options",
            pairs: [{ workspace: "a", hubspot: "b" }],
          },
        },
        ...others.map((mapping, index) => ({
          ...mapping,
          conversion: {
            kind: conversionKinds[index] ?? mapping.conversion.kind,
          },
        })),
        { ...one, field: "tier", property: "account_tier", direction },
      ],
      ...Object.fromEntries(
        parentKindsOf(type).flatMap(({ settings }) => [
          [settings.bring, bring],
          [settings.require, true],
        ]),
      ),
    };
  };
  return {
    ...defaultSettings,
    ...Object.fromEntries(listedTypes.map((type) => [type, ofType(type)])),
    productName: "Orbit",
    recordUrl: "https://app.example.com/{type}/{id}",
    automatic: { pull: false, push: false },
    retention: { journalDays: 7 },
  };
}

const conversionKinds = [
  "email",
  "number",
  "date",
  "datetime",
  "boolean",
  "set",
  "owner",
] as const;

function differences(): string[] {
  const others = [
    otherSettings("hold", "always", "pull"),
    otherSettings("workspace", "never", "push"),
    otherSettings("hubspot", "never", "both"),
  ];
  return [
    ...others.flatMap((other) => settingsChanges(defaultSettings, other)),
    ...others.flatMap((other) => settingsChanges(other, defaultSettings)),
  ].map(({ sentence }) => sentence);
}

function findings() {
  const [text] = defaultSettings[listedTypes[0]].mappings;
  if (text === undefined) return [];
  const tier: FieldMapping = { ...text, field: "tier", property: "tier" };
  const facts = {
    definition: undefined,
    field: undefined,
    owners: { idByEmail: {}, emailById: { "7": "ann@example.com" } },
    held: [],
  };
  const definition = {
    type: "enumeration",
    label: "Tier",
    readOnly: false,
    options: ["gold"],
  };
  const field = { name: "tier", label: "Our tier", type: "number" as const };
  const pairs = ["LEAD", "MQL", "SQL"].map((hubspot) => ({
    workspace: hubspot.toLowerCase(),
    hubspot,
  }));
  const paired = (count: number): FieldMapping => ({
    ...tier,
    conversion: { kind: "options", pairs: pairs.slice(0, count) },
  });
  const option = { ...field, type: "option" as const, options: [] };
  return [
    mappingFindings(tier, facts),
    mappingFindings(tier, {
      ...facts,
      definition: { ...definition, readOnly: true },
    }),
    ...["number", "date", "datetime", "bool"].map((type) =>
      mappingFindings(tier, {
        ...facts,
        definition: { ...definition, type, options: null },
      }),
    ),
    ...[1, 3].map((count) =>
      mappingFindings(paired(count), { ...facts, definition }),
    ),
    ...[["silver"], ["silver", "tin"]].map((held) =>
      mappingFindings(tier, { ...facts, definition, held }),
    ),
    ...[["7"], ["7", "8"]].map((held) =>
      mappingFindings(
        { ...tier, conversion: { kind: "owner" } },
        { ...facts, definition: { ...definition, options: null }, held },
      ),
    ),
    mappingFindings(tier, {
      ...facts,
      definition,
      field: { ...field, options: [] },
    }),
    mappingFindings(tier, { ...facts, definition, field: option }),
    mappingFindings(paired(1), { ...facts, definition, field: option }),
  ]
    .flat()
    .map((finding) => ({ finding, mapping: tier }));
}

const warnings = (): string[] =>
  findings().flatMap(({ finding }) =>
    finding.places.map(({ cause, fix }) => both([cause, fix])),
  );

const drifts = (): string[] =>
  findings().flatMap(({ finding, mapping }, index) =>
    (index === 0 ? [0, 1, 3] : [3]).map((records) => {
      const { cause, fix } = driftEntry(
        listedTypes[0],
        { index: 0, mapping, label: "Tier" },
        { finding, records },
      );
      return both([cause, fix]);
    }),
  );

function approvals(): string[] {
  const movements = (["to_workspace", "to_hubspot"] as const).flatMap((flow) =>
    (["delete", "create", "update"] as const).map((action) => ({
      flow,
      action,
    })),
  );
  return [
    ...listedTypes.flatMap((type) =>
      movements.flatMap((movement) => {
        const { cause, fix } = entryText(type, movement, {
          count: 640,
          live: 2_000,
        });
        return [both([cause, fix]), itemSentence(type, movement)];
      }),
    ),
    ...Object.values(keptReason),
  ];
}
