import type {
  BringChoice,
  PortalSettings,
  Settings,
  TypeSettings,
} from "../schema.ts";
import type { Conditions } from "../conditions.ts";
import { parentRules } from "../parent-rules.ts";
import type { ObjectType, ParentKind } from "../types/index.ts";
import { descriptorOf, parentKindsOf } from "../types/index.ts";
import type { Choice } from "./change.ts";
import { choice } from "./change.ts";
import { newOwnerChoices, unknownUsersChoices } from "./people-choices.ts";
import { ruleKeys, visibleChoice } from "./rule-choices.ts";
import { counted, fieldName, listed, shown, winners } from "./wording.ts";

/** What each key of a document means, in a sentence. The compiler names a key of the schema that is missing here. Pure. */

/** What isn't compared by email (owner-differences.ts). */
type OfPortal = Omit<PortalSettings, "owners">;

const onOff = (isOn: boolean): string => (isOn ? "on" : "off");

const portalKeys: {
  readonly [Key in keyof OfPortal]: (value: OfPortal[Key]) => readonly Choice[];
} = {
  productName: (name) => [
    choice("productName", name, `The product is called "${shown(name)}".`),
  ],
  recordUrl: (url) => [
    choice(
      "recordUrl",
      url,
      url === null
        ? "Cards have no link to the product."
        : `Cards link to the product at "${shown(url)}".`,
    ),
  ],
  automatic: ({ pull, push }) => [
    choice("automatic.pull", pull, `Automatic pull is ${onOff(pull)}.`),
    choice("automatic.push", push, `Automatic push is ${onOff(push)}.`),
  ],
  retention: ({ journalDays }) => [
    choice(
      "retention.journalDays",
      journalDays,
      `The journal is kept for ${counted(journalDays, "day")}.`,
    ),
  ],
  unknownUsers: unknownUsersChoices,
};

/** Returns the choices that are not of one type. */
export function portalChoices(settings: OfPortal): readonly Choice[] {
  const said = <Key extends keyof OfPortal>(key: Key): readonly Choice[] =>
    portalKeys[key](settings[key]);
  return (Object.keys(portalKeys) as (keyof OfPortal)[]).flatMap((key) =>
    said(key),
  );
}

/** Everything that a type's settings have besides its mappings and what they say about parents. */
type OfType = Omit<Required<TypeSettings>, "mappings">;

const typeKeys: {
  readonly [Key in keyof OfType]: (
    value: OfType[Key],
    type: ObjectType,
  ) => readonly Choice[];
} = {
  enabled: (isOn, type) => [
    choice(
      `${type}.enabled`,
      isOn,
      `${titleOf(type)}: sync is ${onOff(isOn)}.`,
    ),
  ],
  push: ({ enabled, conditions }, type) => [
    choice(
      `${type}.push.enabled`,
      enabled,
      `${titleOf(type)}: new ${pluralOf(type)} ${enabled ? "are" : "aren't"} created in HubSpot.`,
    ),
    ...conditionChoices(type, "push", conditions),
  ],
  pull: ({ conditions, visible }, type) => [
    ...conditionChoices(type, "pull", conditions),
    visibleChoice(type, visible),
  ],
  ...ruleKeys,
  deletionSync: (isOn, type) => [
    choice(
      `${type}.deletionSync`,
      isOn,
      `${titleOf(type)}: deletion sync is ${onOff(isOn)}.`,
    ),
  ],
  mergeSync: (isOn, type) => [
    choice(
      `${type}.mergeSync`,
      isOn,
      `${titleOf(type)}: merge sync is ${onOff(isOn)}.`,
    ),
  ],
  brakes: (brakes, type) => brakeChoices(type, brakes),
  newOwner: newOwnerChoices,
  policy: (policy, type) => [
    choice(
      `${type}.policy`,
      policy,
      `${titleOf(type)}: if both sides changed a field, ${winners[policy]}.`,
    ),
  ],
};

/** Returns the choices of one type, apart from its mappings. */
export function typeChoices(
  settings: Settings,
  type: ObjectType,
): readonly Choice[] {
  const chosen: Partial<OfType> = settings[type];
  const said = <Key extends keyof OfType>(key: Key): readonly Choice[] => {
    const value = chosen[key];
    return value === undefined ? [] : typeKeys[key](value, type);
  };
  return [
    ...(Object.keys(typeKeys) as (keyof OfType)[]).flatMap((key) => said(key)),
    ...parentKindsOf(type).flatMap((kind) => parentChoices(settings, kind)),
  ];
}

const titleOf = (type: ObjectType): string =>
  descriptorOf(type).names.label.plural;
const pluralOf = (type: ObjectType): string => descriptorOf(type).names.plural;

const moved = { push: "pushed", pull: "pulled" } as const;

/** Values of a condition are a set: their order means nothing, and neither does one that is listed twice. */
const asSet = (values: readonly string[] | null): readonly string[] | null =>
  values && [...new Set(values)].sort();

function conditionChoices(
  type: ObjectType,
  flow: "push" | "pull",
  { stages, emailStatuses, customField, owners, wonOnly }: Conditions,
): readonly Choice[] {
  const place = `${type}.${flow}.conditions`;
  const who = `${titleOf(type)}: new ${pluralOf(type)} are ${moved[flow]}`;
  return [
    choice(
      `${place}.stages`,
      stages,
      stages === null
        ? `${who} whatever their stage.`
        : `${who} only with one of these stages: ${listed(stages)}.`,
      asSet(stages),
    ),
    choice(
      `${place}.emailStatuses`,
      emailStatuses,
      emailStatuses === null
        ? `${who} whatever their email status.`
        : `${who} only with one of these email statuses: ${listed(emailStatuses)}.`,
      asSet(emailStatuses),
    ),
    choice(
      `${place}.customField`,
      customField,
      customField === null
        ? `${who} whatever their custom fields have.`
        : `${who} only if ${shown(fieldName(type, customField.field))} is one of these: ${listed(customField.values)}.`,
      customField && [customField.field, asSet(customField.values)],
    ),
    ...(owners === undefined
      ? []
      : [
          choice(
            `${place}.owners`,
            owners,
            owners === null
              ? `${who} whoever their owner is.`
              : `${who} only with one of these owners: ${listed(owners)}.`,
            asSet(owners),
          ),
        ]),
    ...(wonOnly === undefined
      ? []
      : [
          choice(
            `${place}.wonOnly`,
            wonOnly,
            wonOnly
              ? `${who} only if their stage is won.`
              : `${who} whether or not their stage is won.`,
          ),
        ]),
  ];
}

function brakeChoices(
  type: ObjectType,
  {
    deletions,
    creations,
    updates,
    windowMinutes,
    expiryDays,
  }: OfType["brakes"],
): readonly Choice[] {
  const place = `${type}.brakes`;
  const title = titleOf(type);
  const limit = (
    path: string,
    value: number | null,
    what: string,
  ): readonly Choice[] => [
    choice(
      `${place}.${path}`,
      value,
      value === null
        ? `${title}: ${what} have no limit of your own.`
        : `${title}: more than ${value.toLocaleString("en-US")} ${what} at once need approval.`,
    ),
  ];
  return [
    choice(
      `${place}.deletions`,
      deletions,
      deletions === null
        ? `${title}: deletions need no approval.`
        : `${title}: ${counted(deletions.count, "deletion")} or more at once need approval, if they're more than ${percent(deletions.share)} of the linked ${pluralOf(type)}.`,
      deletions && [deletions.count, deletions.share],
    ),
    ...limit(
      "creations.toHubSpot",
      creations.toHubSpot,
      "creations in HubSpot",
    ),
    ...limit(
      "creations.toWorkspace",
      creations.toWorkspace,
      "creations in the workspace",
    ),
    ...limit("updates.toHubSpot", updates.toHubSpot, "updates in HubSpot"),
    ...limit(
      "updates.toWorkspace",
      updates.toWorkspace,
      "updates in the workspace",
    ),
    choice(
      `${place}.windowMinutes`,
      windowMinutes,
      `${title}: changes within ${counted(windowMinutes, "minute")} count as at once.`,
    ),
    choice(
      `${place}.expiryDays`,
      expiryDays,
      `${title}: an approval stays open for ${counted(expiryDays, "day")}.`,
    ),
  ];
}

const percent = (share: number): string =>
  `${(share * 100).toLocaleString("en-US", { maximumFractionDigits: 4 })}%`;

/** What the push of a child does with its parent. */
const brings: Readonly<Record<BringChoice, (parent: string) => string>> = {
  "if-missing": (parent) => `pushes its ${parent} if HubSpot doesn't have it`,
  always: (parent) => `always pushes its ${parent}`,
  never: (parent) => `never pushes its ${parent}`,
};

function parentChoices(
  settings: Settings,
  kind: ParentKind,
): readonly Choice[] {
  const { bring, require } = parentRules(settings, kind);
  const { singular, plural, label } = descriptorOf(kind.from).names;
  const parent = descriptorOf(kind.to).names.singular;
  return [
    choice(
      `${kind.from}.${kind.settings.bring}`,
      bring,
      `${label.plural}: pushing a ${singular} ${brings[bring](parent)}.`,
    ),
    choice(
      `${kind.from}.${kind.settings.require}`,
      require,
      `${label.plural}: ${plural} without a ${parent} ${require ? "are excluded" : "sync too"}.`,
    ),
  ];
}
