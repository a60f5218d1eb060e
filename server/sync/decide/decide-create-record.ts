import { parkGroups } from "./park-together.ts";
import { KEPT, keptReason } from "./kept-by-choice.ts";
import { conversionKey } from "../../settings/mapping.ts";
import { unmetCondition, unmetParent } from "./conditions.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import { doNothing, nothingThere, skip } from "./decision.ts";
import { holdCandidate } from "./match-to-confirm.ts";
import { outsideStop, pipelineOf } from "./pipelines.ts";
import { parkingSignature } from "./three-way-field.ts";
import { mayFlow } from "./three-way-fields.ts";
import type {
  Decision,
  FieldOutcome,
  Pair,
  Properties,
  Rules,
  Trigger,
} from "../model.ts";
import { stageOfObject } from "../values/stages.ts";
import { unmappedStage } from "./unmapped-stage.ts";
import { firstStop } from "./stop.ts";
import type { Stop } from "./stop.ts";
import { holdsNothing, own, toWorkspace } from "../values/value.ts";

/** An object without a record, and what would be created in the workspace. */
interface RecordToCreate {
  readonly rules: Rules;
  readonly pair: Pair;
  readonly trigger: Trigger;
  readonly fields: readonly FieldOutcome[];
  readonly properties: Properties;
}

/** What can keep an object from being brought into the workspace, in the order in which decide asks. */
export const bringingStops: readonly Stop<RecordToCreate>[] = [
  { check: "enabled", find: switchedOff },
  { check: "criteria", find: outsidePipelines },
  { check: "exists", find: endedLink },
  {
    check: "exists",
    find: ({ rules, pair, trigger }) => holdCandidate(rules, pair, trigger),
  },
  { check: "criteria", find: unmetCriteria },
];

/** Returns what would be created of an object that has no record. */
export function recordToCreate(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): RecordToCreate {
  const fields = initialFields(rules, pair);
  const properties = Object.fromEntries(
    fields
      .filter((field) => field.kind === "to-workspace")
      .map((field) => [field.field, field.value]),
  );
  return { rules, pair, trigger, fields, properties };
}

function switchedOff({ rules, trigger }: RecordToCreate): Decision | null {
  return mayFlow(rules, trigger).toWorkspace
    ? null
    : skip("automatic_pull_off", "Automatic pull is off.");
}

/** Whoever asks: it would leave with its pipeline at once. */
function outsidePipelines({ rules, pair }: RecordToCreate): Decision | null {
  const { objectType, object } = pair;
  return outsideStop(
    rules,
    objectType,
    object && pipelineOf(objectType, object.properties),
  );
}

function endedLink({ pair, trigger }: RecordToCreate): Decision | null {
  const { link, objectType } = pair;
  if (link === null || trigger.bypassConditions) return null;
  // Its record left with its pipeline, which is selected again.
  if (link.state === "unselected") return null;
  return typeof link.keptAt === "number"
    ? skip(KEPT, keptReason.to_hubspot)
    : skip(
        "link_ended",
        `This ${objectType} was deleted in the workspace. To create it in the workspace again, pull it.`,
      );
}

function unmetCriteria({
  rules,
  pair,
  trigger,
  fields,
  properties,
}: RecordToCreate): Decision | null {
  if (trigger.bypassConditions) return null;
  const { objectType } = pair;
  const { conditions } = rules.settings[objectType].pull;
  const unmet = unmetCondition(
    objectType,
    conditions,
    properties,
    () =>
      stageOfObject(rules, objectType, pair.object?.properties ?? {})?.won ===
      true,
  );
  if (unmet !== null) return skip("not_in_scope", unmet.reason);
  const unmapped = unmappedStage(rules, objectType, fields);
  if (unmapped !== null) return skip(unmapped.code, unmapped.reason);
  const orphaned = unmetParent(rules, pair, "pull");
  return orphaned && skip(orphaned.code, orphaned.reason);
}

/** An object without a record: is it brought into the workspace? */
export function decideCreateRecord(
  rules: Rules,
  pair: Pair,
  trigger: Trigger,
): Decision {
  const { object, objectType } = pair;
  if (object === null)
    return doNothing("nothing_there", nothingThere(objectType));
  const creation = recordToCreate(rules, pair, trigger);
  const stopped = firstStop(bringingStops, creation);
  if (stopped !== null) return stopped;
  const { fields, properties } = creation;
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
      const definition = own(definitions, mapping.property);
      const converted = toWorkspace(mapping, h, owners, definition, declared);
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
