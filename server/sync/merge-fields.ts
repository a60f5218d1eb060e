import type { FieldOutcome, Pair, Rules, SentValue, Trigger } from "./model.ts";
import { mergeField } from "./merge-field.ts";

/** Every mapped field of one pair of which both sides are there, merged. Pure. */
export function mergeFields(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
  linkIsNew: boolean,
): FieldOutcome[] {
  const { record, object } = pair;
  if (record === null || object === null) return [];
  const settings = rules.settings[pair.objectType];
  const may = mayFlow(rules, trigger);
  return settings.mappings.map((mapping) =>
    mergeField({
      mapping,
      policy: mapping.policy ?? settings.policy,
      w: record.properties[mapping.field] ?? null,
      h: object.properties[mapping.property] ?? null,
      base: pair.link?.base[mapping.field],
      linkIsNew,
      trigger,
      sent: sentFor(pair, mapping.property),
      writtenByUs: object.writtenByUs.has(mapping.property),
      parked: pair.link?.parked[mapping.field],
      held: pair.held.find((held) => held.field === mapping.field),
      owners: rules.owners,
      definition: rules.definitions[mapping.property],
      may,
    }),
  );
}

/** Which way values may go: automatic sync by its switches, a press its own way besides (BEHAVIOURS.md 0.11). */
export function mayFlow(
  rules: Rules,
  trigger: Trigger,
): { toWorkspace: boolean; toHubSpot: boolean } {
  const { pull, push } = rules.settings.automatic;
  const chosen = Object.values(trigger.resolve ?? {});
  return {
    toWorkspace:
      pull ||
      (trigger.manual && trigger.initiator === "hubspot") ||
      chosen.includes("hubspot"),
    toHubSpot:
      push ||
      (trigger.manual && trigger.initiator === "workspace") ||
      chosen.includes("workspace"),
  };
}

const sentFor = (pair: Pair, property: string): SentValue[] =>
  pair.attempts.flatMap((attempt) => {
    const value = attempt.sent[property];
    return value === undefined ? [] : [value];
  });
