import type { Settings } from "../../settings/schema.ts";
import type { ObjectType } from "../../settings/types/index.ts";
import { descriptorOf } from "../../settings/types/index.ts";
import type {
  Decision,
  FieldOutcome,
  LinkState,
  ObjectProperties,
  Pair,
  Rules,
} from "../model.ts";
import { own } from "../values/value.ts";
import { doNothing, skip } from "./decision.ts";
import { RECORD_TOO_LARGE } from "./fit-record.ts";

/**
 * The pipelines that a team selects. What is in another one stays in HubSpot and isn't in the workspace: there it's
 * removed, which is no deletion, so that nothing of it is ever deleted in HubSpot. Pure.
 */

/** The code of what isn't synced because its pipeline isn't selected. */
export const PIPELINE_NOT_SELECTED = "pipeline_not_selected";
/** The code of a record that leaves the workspace with its pipeline. */
export const PIPELINE_REMOVED = "pipeline_removed";
/** The code of a record that will leave, once its changes have reached HubSpot. */
export const PUSHED_FIRST = "pushed_before_removal";

/** Returns whether a portal has selected a pipeline of a type. An object without one is in none that isn't. */
export function selectsPipeline(
  settings: Settings,
  type: ObjectType,
  pipeline: string | null | undefined,
): boolean {
  const { pipelines = null } = settings[type];
  return (
    pipelines === null ||
    pipeline === null ||
    pipeline === undefined ||
    pipeline === "" ||
    pipelines.includes(pipeline)
  );
}

/** Returns the pipeline of an object; null if it has none, or if its type has none. */
export function pipelineOf(
  type: ObjectType,
  properties: ObjectProperties,
): string | null {
  const named = descriptorOf(type).hubspot.pipelines;
  return named === undefined ? null : (own(properties, named.pipeline) ?? null);
}

/** Returns whether a pair's object is in a pipeline that isn't selected. */
export const isOutside = (
  { settings }: Pick<Rules, "settings">,
  { objectType, object }: Pair,
): boolean =>
  object !== null &&
  !selectsPipeline(
    settings,
    objectType,
    pipelineOf(objectType, object.properties),
  );

/** Returns the decision of a new pair that stays on the side that it's on; null if its pipeline is selected. */
export const outsideStop = (
  rules: Pick<Rules, "settings">,
  type: ObjectType,
  pipeline: string | null | undefined,
): Decision | null =>
  selectsPipeline(rules.settings, type, pipeline)
    ? null
    : skip(
        PIPELINE_NOT_SELECTED,
        `This ${type}'s pipeline isn't selected in the sync settings.`,
      );

/** Returns the pipeline that a write moves an object to; undefined if it moves it to none. */
export function pipelineSent(
  type: ObjectType,
  { hubspot }: Pick<Decision, "hubspot">,
): string | undefined {
  const named = descriptorOf(type).hubspot.pipelines;
  return named !== undefined &&
    (hubspot.kind === "update" || hubspot.kind === "create")
    ? own(hubspot.sent, named.pipeline)?.h
    : undefined;
}

/** Returns whether a decision removes a record with its pipeline. */
export const isRemoval = ({ code, link }: Pick<Decision, "code" | "link">) =>
  code === PIPELINE_REMOVED &&
  link.kind === "end" &&
  link.state === "unselected";

/**
 * Returns what becomes of a linked pair whose object is in a pipeline that isn't selected: what it can push goes first,
 * then the record is removed. Its values stay in the workspace's archive, and the reason names those that couldn't go.
 * @param outcomes `merged`: its fields; `staying`: what becomes of it if it stays, a problem if HubSpot's values don't fit;
 *   `leaving`: what is still written of it before it leaves
 * @param names fields by their names for people
 */
export function decideRemoval(
  rules: Pick<Rules, "settings">,
  pair: Pair,
  outcomes: Readonly<Record<"merged" | "staying" | "leaving", Decision>>,
  names: (fields: readonly FieldOutcome[]) => string,
): Decision {
  const { objectType } = pair;
  const sent = pipelineSent(objectType, outcomes.merged);
  // The workspace moves it to a pipeline that is selected.
  if (sent !== undefined && selectsPipeline(rules.settings, objectType, sent))
    return outcomes.staying;
  if (outcomes.leaving.hubspot.kind !== "none")
    return pushedFirst(pair, outcomes.leaving);
  const unpushed = outcomes.merged.fields.filter(isUnpushed);
  return {
    ...doNothing(
      PIPELINE_REMOVED,
      [
        `This ${objectType}'s pipeline isn't selected, so it was removed from the workspace. HubSpot keeps it.`,
        ...(unpushed.length === 0
          ? []
          : [`These changes weren't pushed: ${names(unpushed)}.`]),
        ...(outcomes.merged.problem?.code === RECORD_TOO_LARGE
          ? ["It's too large, so changes of its values weren't pushed."]
          : []),
      ].join(" "),
    ),
    outcome: "updated",
    workspace: { kind: "delete" },
    link: { kind: "end", state: "unselected" },
  };
}

/**
 * Returns the decision of a pair that stays until its changes have reached HubSpot.
 * @param leaving what is still written of it
 */
export const pushedFirst = (
  { objectType }: Pair,
  leaving: Decision,
): Decision => ({
  ...leaving,
  outcome: "updated",
  // What can't go doesn't keep it here.
  problem: null,
  code: PUSHED_FIRST,
  reason: [
    ...(leaving.hubspot.kind === "none" ? [] : [leaving.reason]),
    `This ${objectType}'s pipeline isn't selected, so it will be removed from the workspace after this.`,
  ].join(" "),
});

/** A change of the workspace's that HubSpot doesn't have, and won't get now. */
const isUnpushed = ({ kind, code, parked, overwrote }: FieldOutcome): boolean =>
  kind === "held" ||
  (kind === "waiting" && code !== "automatic_pull_off") ||
  (kind === "parked" && parked?.side === "hubspot") ||
  (kind === "to-workspace" && overwrote !== undefined);

/** Returns whether an object's earlier record comes back with its pipeline, instead of a new one. */
export const bringsBack = (
  settings: Settings,
  type: ObjectType,
  { state }: Pick<LinkState, "state">,
  properties: ObjectProperties,
): boolean =>
  state === "unselected" &&
  settings[type].onReselect === "restore" &&
  selectsPipeline(settings, type, pipelineOf(type, properties));
