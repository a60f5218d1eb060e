import type { SyncCapability } from "../../../hubspot/errors.ts";
import { capitalized } from "../../values/shown-text.ts";
import type { ObjectType } from "../../../settings/types/index.ts";
import {
  associationKinds,
  descriptorOf,
  listedTypes,
} from "../../../settings/types/index.ts";

/** What a person is told of something that HubSpot does not allow: what, which scope, and what doesn't sync. Pure. */

type Concern = {
  readonly type: ObjectType;
  readonly may: string;
  readonly standsStill: string;
};

/** What sync itself needs of HubSpot. What is missing doesn't sync, and the rest goes on. */
const concerns: ReadonlyMap<SyncCapability, Concern> = new Map([
  ...listedTypes.map((type): [SyncCapability, Concern] => {
    const { plural, label } = descriptorOf(type).names;
    return [
      `read:${type}`,
      {
        type,
        may: `read ${plural}`,
        standsStill: `${label.plural} don't sync in either direction`,
      },
    ];
  }),
  ...listedTypes.map((type): [SyncCapability, Concern] => {
    const { plural } = descriptorOf(type).names;
    return [
      `write:${type}`,
      {
        type,
        may: `write ${plural}`,
        standsStill: `Changes to ${plural} in the workspace are pending`,
      },
    ];
  }),
  ...associationKinds.flatMap((kind): [SyncCapability, Concern][] => {
    const between = `associations between ${descriptorOf(kind.from).names.plural} and ${descriptorOf(kind.to).names.plural}`;
    return [
      [
        `read-associations:${kind.name}`,
        {
          type: kind.from,
          may: `read ${between}`,
          standsStill: `${capitalized(between)} don't sync in either direction`,
        },
      ],
      [
        `write-associations:${kind.name}`,
        {
          type: kind.from,
          may: `write ${between}`,
          standsStill: `Changes to ${between} in the workspace are pending`,
        },
      ],
    ];
  }),
]);

export const syncCapabilities: readonly SyncCapability[] = [...concerns.keys()];

export const isSyncCapability = (name: string): name is SyncCapability =>
  syncCapabilities.some((each) => each === name);

function concernOf(capability: SyncCapability): Concern {
  const concern = concerns.get(capability);
  if (concern === undefined) throw new Error(`Nothing needs ${capability}.`);
  return concern;
}

/** What helps where a scope is missing. */
export const GRANT = "An admin can reconnect HubSpot and grant it.";

/** Why one press is refused for want of a scope, and what helps. */
export const refusalFor = (
  capability: SyncCapability,
): {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
} => ({
  code: "missing_scope",
  reason: `Counterpart doesn't have permission to ${concernOf(capability).may}.`,
  remedy: GRANT,
});

/** The cause in a sentence or two, its fix, and the type that it is listed under. */
export function describeMissing(
  capability: SyncCapability,
  scopes: readonly string[],
): {
  readonly type: ObjectType;
  readonly cause: string;
  readonly fix: string;
} {
  const { type, may, standsStill } = concernOf(capability);
  const named = scopes.length === 0 ? "" : ` (${scopes.join(", ")})`;
  return {
    type,
    cause: `Counterpart doesn't have permission to ${may}${named}. ${standsStill}. Everything else still syncs.`,
    fix: "Reconnect HubSpot and grant the permission. Pending changes then sync by themselves. To check the permission now, retry.",
  };
}
