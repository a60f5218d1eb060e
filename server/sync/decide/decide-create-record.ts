import { parkGroups } from "./park-together.ts";
import { KEPT, keptReason } from "./kept-by-choice.ts";
import { conversionKey } from "../../settings/mapping.ts";
import { unmetCondition, unmetParent } from "./conditions.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { doNothing, nothingThere, skip } from "./decision.ts";
import { holdCandidate } from "./match-to-confirm.ts";
import { parkingSignature } from "./three-way-field.ts";
import { mayFlow } from "./three-way-fields.ts";
import type { Decision, FieldOutcome, Pair, Rules, Trigger } from "../model.ts";
import { holdsNothing, own, toWorkspace } from "../values/value.ts";

/** An object without a record: is it brought into the workspace? */
export function decideCreateRecord(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): Decision {
  const { object, objectType, link } = pair;
  if (object === null)
    return doNothing("nothing_there", nothingThere(objectType));
  if (!mayFlow(rules, trigger).toWorkspace) {
    return skip("automatic_pull_off", "Automatic pull is off.");
  }
  if (link !== null && !trigger.bypassConditions) {
    if (typeof link.keptAt === "number")
      return skip(KEPT, keptReason.to_hubspot);
    return skip(
      "link_ended",
      `This ${objectType} was deleted in the workspace. To create it in the workspace again, pull it.`,
    );
  }
  const candidate = holdCandidate(rules, pair, trigger);
  if (candidate !== null) return candidate;
  const fields = initialFields(rules, pair);
  const properties = Object.fromEntries(
    fields
      .filter((field) => field.kind === "to-workspace")
      .map((field) => [field.field, field.value]),
  );
  if (!trigger.bypassConditions) {
    const { conditions } = rules.settings[objectType].pull;
    const unmet = unmetCondition(objectType, conditions, properties);
    if (unmet !== null) return skip("not_in_scope", unmet.reason);
    const orphaned = unmetParent(rules, pair);
    if (orphaned !== null) return skip(orphaned.code, orphaned.reason);
  }
  return {
    ...doNothing(
      "created_in_workspace",
      `${descriptorOf(objectType).names.label.singular} created in the workspace.`,
    ),
    outcome: "created",
    fields,
    workspace: { kind: "create", properties },
    link: { kind: "create" },
  };
}

/** Every mapped property, blank ones settled as blank, so that what is typed later is a change. */
function initialFields(rules: Rules, pair: Pair): FieldOutcome[] {
  const { settings, definitions, owners } = rules;
  const fields = settings[pair.objectType].mappings.map(
    (mapping): FieldOutcome => {
      const h = own(pair.object?.properties, mapping.property) ?? null;
      const blank = holdsNothing(mapping.conversion, h);
      const named = { field: mapping.field, property: mapping.property };
      const based = (w: unknown, seen: string | null = blank ? null : h) => ({
        w,
        h: seen,
        p: mapping.property,
        c: conversionKey(mapping.conversion),
      });
      if (mapping.direction === "push" || blank) {
        return { ...named, kind: "settled", code: "blank", base: based(null) };
      }
      const declared = own(rules.fields, mapping.field);
      const converted = toWorkspace(mapping, h, owners, declared);
      if (converted.ok) {
        return {
          ...named,
          kind: "to-workspace",
          code: "created",
          value: converted.value,
          base: based(converted.value),
        };
      }
      return {
        ...named,
        kind: "parked",
        code: converted.code,
        base: based(null, null),
        parked: {
          side: "workspace",
          sent: h,
          code: converted.code,
          message: converted.message,
          signature: parkingSignature(
            mapping,
            own(definitions, mapping.property),
            declared,
          ),
        },
      };
    },
  );
  return parkGroups(pair, fields);
}
