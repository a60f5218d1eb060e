import { descriptorOf } from "../../settings/types/index.ts";
import type { Decision, Pair, Rules } from "../model.ts";
import { creationStops } from "./creation-stops.ts";
import { decide } from "./decide.ts";
import { bringingStops, recordToCreate } from "./decide-create-record.ts";
import { MATCH_TO_CONFIRM } from "./match-to-confirm.ts";
import { ObjectToCreate } from "./object-to-create.ts";
import { skip } from "./decision.ts";
import { checkNames, firstStop } from "./stop.ts";
import type { CheckName, Stop } from "./stop.ts";
import { mayFlow, pushStops } from "./three-way-fields.ts";
import { automatic } from "./triggers.ts";

/** Why a pair syncs automatically, or why it doesn't: four questions, each with its own answer (AP-115, X-03). Pure. */

export interface Check {
  readonly name: CheckName;
  readonly passed: boolean;
  /** "ok" if passed. */
  readonly code: string;
  readonly reason: string;
  /** What a person can do about a problem. */
  readonly fix: string | null;
}

/** The way that a pair would be synced: to HubSpot, unless only HubSpot has it. */
export const wayOf = ({ record, object }: Pair): "push" | "pull" =>
  (record === null || record.deletedAt !== null) && object !== null
    ? "pull"
    : "push";

/**
 * Returns the four checks of a pair in the order in which a person asks. They are the stops of decide itself: what
 * automatic sync decides because of one of them is the code and the reason of a check that isn't passed.
 */
export function checksOf(rules: Rules, pair: Pair): Check[] {
  const way = wayOf(pair);
  const trigger = automatic(way === "push" ? "workspace" : "hubspot");
  const decision = decide(rules, pair, trigger);
  const found = stopsOf(rules, pair, decision);
  return checkNames.map((name): Check => {
    const stop = found.get(name);
    return stop === undefined
      ? {
          name,
          passed: true,
          code: "ok",
          reason: passedReasons(pair, way)[name],
          fix: null,
        }
      : {
          name,
          passed: false,
          code: stop.code,
          reason: stop.reason,
          fix: stop.problem?.fix ?? null,
        };
  });
}

const isStopped = ({ outcome, code }: Decision): boolean =>
  outcome === "failed" || outcome === "skipped" || code === MATCH_TO_CONFIRM;

const checkOf = ({ code }: Decision): CheckName => {
  if (code === MATCH_TO_CONFIRM) return "exists";
  return code === "automatic_pull_off" || Object.hasOwn(pushStops, code)
    ? "enabled"
    : "error";
};

const isMissing = (
  side: { readonly deletedAt?: number | null } | null,
): boolean => side === null || typeof side.deletedAt === "number";

/** What stops the pair, by check. */
function stopsOf(
  rules: Rules,
  pair: Pair,
  decision: Decision,
): ReadonlyMap<CheckName, Decision> {
  const stops = stopsOfNew(rules, pair);
  const isOfThese = [...stops.values()].some(
    ({ code, reason }) => code === decision.code && reason === decision.reason,
  );
  if (isOfThese || decision.outcome === "created") return stops;
  // Decided in another way: it isn't new, it's too large, or one of its sides couldn't be read.
  if (isStopped(decision)) return new Map([[checkOf(decision), decision]]);
  const { toHubSpot, stop } = mayFlow(rules, automatic("workspace"));
  return toHubSpot
    ? new Map()
    : new Map([["enabled", skip(stop, `${pushStops[stop]}.`)]]);
}

/** What stops a pair of which only one side is there, by the first stop of each check. */
function stopsOfNew(
  rules: Rules,
  pair: Pair,
): ReadonlyMap<CheckName, Decision> {
  const { record, object, link } = pair;
  const hasObject = object !== null && !object.archived;
  if (link?.state === "live" || (hasObject && !isMissing(record)))
    return new Map();
  if (hasObject)
    return firstOfEach(
      bringingStops,
      recordToCreate(rules, pair, automatic("hubspot")),
    );
  return record === null || isMissing(record)
    ? new Map()
    : firstOfEach(
        creationStops,
        new ObjectToCreate(rules, pair, record, automatic("workspace")),
      );
}

function firstOfEach<Of>(
  stops: readonly Stop<Of>[],
  of: Of,
): Map<CheckName, Decision> {
  return new Map(
    checkNames.flatMap((name): [CheckName, Decision][] => {
      const stop = firstStop(
        stops.filter(({ check }) => check === name),
        of,
      );
      return stop === null ? [] : [[name, stop]];
    }),
  );
}

/** What is said of a check that is passed. */
function passedReasons(
  { objectType, link, record, object }: Pair,
  way: "push" | "pull",
): Readonly<Record<CheckName, string>> {
  const { plural } = descriptorOf(objectType).names;
  const other = way === "push" ? "HubSpot" : "The workspace";
  const isLinked = link?.state === "live";
  const isOnBoth = record !== null && object !== null;
  return {
    criteria: isLinked
      ? `It's linked, so it syncs whatever the rules for new ${plural} say.`
      : isOnBoth
        ? `It's on both sides, so the rules for new ${plural} don't apply.`
        : `It meets the rules for new ${plural}.`,
    exists: isLinked
      ? `It's linked to its ${objectType} in HubSpot.`
      : isOnBoth
        ? `A matching ${objectType} is in HubSpot. The two will be linked.`
        : `${other} doesn't have it yet.`,
    enabled:
      way === "push" ? `Pushing ${plural} is on.` : `Pulling ${plural} is on.`,
    error: "Nothing failed.",
  };
}
