import type { FieldMapping } from "./mapping.ts";
import type { Settings } from "./schema.ts";
import { noConditionsOf } from "./conditions.ts";
import { initialRulesOf } from "./type-rules.ts";
import type { ObjectType, ParentKind } from "./types/index.ts";
import { descriptorOf, listedTypes, parentKindsOf } from "./types/index.ts";

/**
 * Settings in which every switch is as another integration documents it (BEHAVIOURS.md 0.8), and one for portals that
 * only read HubSpot (BN-001). What differs by association kind is in its descriptor.
 */
export const presetNames = ["apollo", "accelo", "pull-only"] as const;
export type PresetName = (typeof presetNames)[number];

type Preset = {
  readonly automatic: Settings["automatic"];
  /** Whether new records are created in HubSpot. */
  readonly creates: boolean;
  /** What becomes of a mapping; null: it isn't mapped. */
  readonly mapping: (mapping: FieldMapping) => FieldMapping | null;
  readonly parents: (kind: ParentKind) => {
    readonly bring: string;
    readonly require: boolean;
  };
};

const both = { pull: true, push: true };
const unchanged = { bring: "if-missing", require: false };

const presets: Readonly<Record<PresetName, Preset>> = {
  apollo: {
    automatic: both,
    creates: true,
    mapping: (mapping) => mapping,
    parents: ({ presets: chosen }) => chosen?.["apollo"] ?? unchanged,
  },
  accelo: {
    automatic: both,
    creates: true,
    // A blank never overwrites (AC-023).
    mapping: (mapping) => ({ ...mapping, clear: false }),
    parents: ({ presets: chosen }) => chosen?.["accelo"] ?? unchanged,
  },
  "pull-only": {
    automatic: { pull: true, push: false },
    creates: false,
    mapping: (mapping) =>
      mapping.direction === "push" ? null : { ...mapping, direction: "pull" },
    parents: () => ({ ...unchanged, bring: "never" }),
  },
};

/**
 * Returns a portal's settings with the switches of a preset. The product's name and address, brakes, retention, which
 * types and pipelines are synced, sources, and mappings stay as far as the preset says nothing of them. Pure.
 */
export function withPreset(settings: Settings, name: PresetName): Settings {
  const preset = presets[name];
  return {
    ...settings,
    automatic: preset.automatic,
    // One entry for each type, which the compiler can't know.
    ...(Object.fromEntries(
      listedTypes.map((type) => [type, ofType(settings, type, preset)]),
    ) as Pick<Settings, ObjectType>),
  };
}

const ofType = (settings: Settings, type: ObjectType, preset: Preset) => ({
  ...settings[type],
  push: {
    enabled: preset.creates,
    conditions: noConditionsOf(descriptorOf(type)),
  },
  // What is pulled is visible (AP-084, AP-087).
  pull: { conditions: noConditionsOf(descriptorOf(type)), visible: true },
  // A match is linked (AP-104, AP-106), and an email is sent whatever its status.
  ...initialRulesOf(descriptorOf(type)),
  ...keptOf(settings[type]),
  // Both are opt-in (AP-020, AP-021, AP-031, AP-032), and the other documents say nothing of them.
  deletionSync: false,
  mergeSync: false,
  policy: descriptorOf(type).policy,
  mappings: settings[type].mappings.flatMap(
    (mapping) => preset.mapping(mapping) ?? [],
  ),
  ...Object.fromEntries(
    parentKindsOf(type).flatMap((kind) => {
      const { bring, require } = preset.parents(kind);
      return [
        [kind.settings.bring, bring],
        [kind.settings.require, require],
      ];
    }),
  ),
});

const keptOf = ({ source, pipelines, onReselect }: Settings[ObjectType]) => ({
  ...(source === undefined ? {} : { source }),
  ...(pipelines === undefined ? {} : { pipelines }),
  ...(onReselect === undefined ? {} : { onReselect }),
});
