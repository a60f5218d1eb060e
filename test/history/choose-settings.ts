import type { Conditions } from "../../server/settings/conditions.ts";
import { defaultBrakes } from "../../server/settings/schema.ts";
import type { Brakes, Settings } from "../../server/settings/schema.ts";
import { fields, isIdentified, valueOf } from "./fields.ts";
import type { EntityType, Step } from "./steps.ts";

export const noConditions: Conditions = {
  stages: null,
  emailStatuses: null,
  customField: null,
};

/** What is typed early in a history is numbered low, so that some new records meet these conditions and others do not. */
const only = ({
  conditions = false,
}: NonNullable<Extract<Step, { kind: "settings" }>["rules"]>): Conditions => ({
  ...noConditions,
  ...(conditions ? { customField: { field: "city", values: early } } : {}),
});

const early = Array.from({ length: 30 }, (_, index) => valueOf(index + 1));

/** So few that the handful of things in a history is enough for a person to be asked. */
const brakesOf = {
  default: defaultBrakes,
  deletions: { ...defaultBrakes, deletions: { count: 3, share: 0.2 } },
  all: {
    ...defaultBrakes,
    deletions: { count: 2, share: 0.1 },
    creations: { toHubSpot: 3, toWorkspace: 3 },
    updates: { toHubSpot: 4, toWorkspace: 4 },
  },
} satisfies Record<string, Brakes>;

/** Properties that no field is mapped to, and that no object has otherwise. */
const sources = {
  contact: { property: "message", value: "a source" },
  company: { property: "description", value: null },
  deal: { property: "closed_lost_reason", value: null },
} as const;

/** Deals are on, and what a product's people type into theirs is mapped. */
export const withDeals = (settings: Settings): Settings => ({
  ...settings,
  deal: {
    ...settings.deal,
    enabled: true,
    mappings: [
      ...settings.deal.mappings,
      ...fields.deal
        .filter(
          ([field]) =>
            !settings.deal.mappings.some((mapping) => mapping.field === field),
        )
        .map(([field, property]) => ({
          field,
          property,
          direction: "both" as const,
          write: "overwrite" as const,
          clear: false,
          conversion: { kind: "text" as const },
        })),
    ],
  },
});

/** The settings after a step that changes them. */
export function chosen(
  settings: Settings,
  step: Extract<Step, { kind: "settings" }>,
): Settings {
  const { deletionSync, mergeSync, policy, rules } = step;
  const ofType = <T extends Settings[EntityType]>(
    type: EntityType,
    before: T,
  ): T => ({
    ...before,
    deletionSync,
    mergeSync,
    policy,
    ...(rules === undefined
      ? {}
      : {
          push: { enabled: rules.pushEnabled, conditions: only(rules) },
          pull: { conditions: only(rules), visible: rules.hides !== true },
          ...(isIdentified(type) && { matching: rules.matching ?? "link" }),
          source: rules.source === true ? sources[type] : null,
          brakes: brakesOf[rules.brakes ?? "default"],
          newOwner: { rule: rules.owned === true ? "sync_user" : "none" },
          mappings: before.mappings.map((mapping) => {
            const at = fields[type].findIndex(
              ([field]) => field === mapping.field,
            );
            const { policy: _, ...bare } = mapping;
            if (at === 0)
              return rules.policy === null
                ? bare
                : { ...bare, policy: rules.policy };
            if (at === 2)
              return {
                ...mapping,
                direction: rules.direction,
                write: rules.write ?? "overwrite",
              };
            return at === 3 ? { ...mapping, clear: rules.clear } : mapping;
          }),
        }),
  });
  return {
    ...settings,
    automatic: { push: step.push, pull: step.pull },
    company: ofType("company", settings.company),
    deal: {
      ...ofType("deal", settings.deal),
      ...(rules === undefined
        ? {}
        : {
            enabled: rules.dealsOff !== true,
            requireCompany: rules.requireOfDeals === true,
            contactWithDeal: rules.bringWithDeals ?? "if-missing",
            onReselect: rules.restores === true ? "restore" : "new",
          }),
    },
    contact: {
      ...ofType("contact", settings.contact),
      ...(rules === undefined
        ? {}
        : {
            requireCompany: rules.requireCompany,
            companyWithContact: rules.companyWithContact,
            pushUnverifiedEmails: rules.withholds !== true,
          }),
    },
  };
}
