import type { CrmState } from "../crm-state.ts";
import type { Actor } from "../events.ts";
import type { Row } from "../row.ts";
import { isoTime } from "../time.ts";
import { touch } from "../touch.ts";

/** The rollups that HubSpot calculates from an object's activities. */
export const activityRollups: Readonly<
  Record<string, (row: Row, state: CrmState) => string | null>
> = {
  num_notes: (row) => {
    const count = activitiesOf(row).length;
    return count === 0 ? null : String(count);
  },
  notes_last_updated: (row, state) => {
    const times = activitiesOf(row).map((activity) =>
      timeOf(activity, state.now()),
    );
    return times.length === 0 ? null : isoTime(Math.max(...times));
  },
};

function activitiesOf(row: Row): Row[] {
  const found: Row[] = [];
  for (const { to } of row.edges ?? [])
    if (to.store.type.activity && to.state === "live") found.push(to);
  return found;
}

/** Returns an activity's time in milliseconds. One in the future, or whose time is a due date, counts from its creation. */
function timeOf(activity: Row, now: number): number {
  const time =
    activity.store.type.time.isDue === true
      ? Number.NaN
      : Date.parse(activity.store.stored(activity, "hs_timestamp") ?? "");
  return Number.isNaN(time) || time > now ? activity.createdAt : time;
}

/** Whether the first object, once associated, counts in the rollups of the second. */
export function isActivityOf(activity: Row, owner: Row): boolean {
  return (
    activity.store.type.activity &&
    !owner.store.type.activity &&
    owner.state === "live"
  );
}

/** Returns the objects whose rollups include an activity; none if the object is no activity. */
export function rollupOwners(activity: Row): readonly Row[] {
  return (activity.edges ?? [])
    .map(({ to }) => to)
    .filter((owner) => isActivityOf(activity, owner));
}

/**
 * Reports that the rollups of objects changed because an activity was added, removed, or rescheduled. The portal's option
 * decides whether the modified date changes, too. The values themselves are calculated when they are read.
 */
export function moveRollups(
  state: CrmState,
  owners: readonly Row[],
  at: number,
): void {
  for (const owner of owners) {
    if (state.options.rollupsTouchModified) touch(state, owner, at, calculated);
    if (!state.heard) continue;
    for (const [propertyName, read] of Object.entries(activityRollups)) {
      const value = read(owner, state);
      state.emit({
        kind: "propertyChange",
        objectTypeId: owner.store.type.id,
        objectId: owner.id,
        occurredAt: at,
        changeSource: calculated.changeSource,
        sourceId: calculated.sourceId,
        propertyName,
        propertyValue:
          value === null
            ? ""
            : propertyName === "num_notes"
              ? value
              : String(Date.parse(value)),
      });
    }
  }
}

/** HubSpot itself, as the source of a calculated value. */
const calculated: Actor = {
  changeSource: "CALCULATED",
  sourceId: "CalculatedPropertyComputer",
};
