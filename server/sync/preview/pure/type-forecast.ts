import type { ObjectType } from "../../../settings/types/index.ts";
import { descriptorOf, parentKindsOf } from "../../../settings/types/index.ts";
import { counted } from "../../values/shown-text.ts";

/** What the first pull of a type will do, and how far it is (AP-036). Pure. */

/** Objects that HubSpot lists, or tells the parents of, in one call. */
const PAGE = 100;
/** Objects that a first pull reads in a second while HubSpot takes half a second for a page of 100. */
const OBJECTS_PER_SECOND = 200;
/** By when everything is here, at the latest: what a pull misses, the daily sweep brings. */
export const FIRST_PULL_HOURS = 24;

/** How much HubSpot has of a type. */
export interface TypeInHubSpot {
  /** All of them: HubSpot lists a type as a whole. */
  readonly listed: number;
  /** Those that come into the workspace. */
  readonly objects: number;
  /** How many pipelines these are in; null: objects of the type go through none. */
  readonly pipelines: number | null;
}

/** How much a first pull reads. */
export interface TypeForecast {
  readonly objects: number;
  /** Null: objects of the type go through none. */
  readonly pipelines: number | null;
  /** About how many calls to HubSpot. */
  readonly calls: number;
  /** About how long, rounded up. */
  readonly minutes: number;
}

/** Returns what the first pull of so many objects takes. */
export function forecastOf(
  type: ObjectType,
  { listed, objects, pipelines }: TypeInHubSpot,
): TypeForecast {
  const pages = Math.max(1, Math.ceil(listed / PAGE));
  // The parents that a page doesn't tell of are read by kind (sources/page-edges.ts).
  const untold = parentKindsOf(type).filter(
    ({ primary }) => primary !== null && primary.property === null,
  );
  return {
    objects,
    pipelines,
    calls: pages * (1 + untold.length),
    minutes: Math.ceil(listed / OBJECTS_PER_SECOND / 60),
  };
}

const bound = `It can take up to ${FIRST_PULL_HOURS} hours until all of them are in the workspace.`;

/**
 * Says what turning a type on will do.
 * @param isSelection whether the portal has selected pipelines, so that not all that HubSpot has comes
 */
export function forecastSentence(
  type: ObjectType,
  { objects, pipelines, calls, minutes }: TypeForecast,
  isSelection: boolean,
): string {
  const { singular, plural, label } = descriptorOf(type).names;
  const all = `${counted(objects, singular, plural)}${pipelines === null ? "" : ` in ${counted(pipelines, isSelection ? "selected pipeline" : "pipeline")}`}`;
  const time =
    minutes <= 1 ? "about a minute" : `about ${counted(minutes, "minute")}`;
  return `HubSpot has ${all}. If ${plural} are turned on, all of them are pulled, with about ${counted(calls, "call")} in ${time}. ${bound} ${label.plural} that were synced before get HubSpot's values, and the journal keeps what that replaces.`;
}

/** Says how far the first pull of a type is. `total` is null until HubSpot has said how many there are. */
export function progressSentence(
  type: ObjectType,
  done: number,
  total: number | null,
): string {
  const { plural, label } = descriptorOf(type).names;
  const far =
    total === null
      ? `${label.plural} are being pulled: ${done.toLocaleString("en-US")} so far.`
      : `${label.plural} are being pulled: ${Math.min(done, total).toLocaleString("en-US")} of ${counted(total, descriptorOf(type).names.singular, plural)}.`;
  return `${far} ${bound}`;
}
