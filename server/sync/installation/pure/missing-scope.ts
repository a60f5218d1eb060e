import type { SyncCapability } from "../../../hubspot/errors.ts";
import type { ObjectType } from "../../../settings/types/index.ts";
import {
  associationKinds,
  descriptorOf,
  listedTypes,
} from "../../../settings/types/index.ts";

/** What a person is told of something that HubSpot does not allow: what, which scope, and what stands still. Pure. */

type Concern = {
  readonly type: ObjectType;
  readonly may: string;
  readonly standsStill: string;
};

const { from, to } = associationKinds[0];
const children = descriptorOf(from).names.plural;
const parents = descriptorOf(to).names.plural;

/** What sync itself needs of HubSpot. Whatever of it is missing stands still, and the rest goes on. */
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
  [
    "read-associations",
    {
      type: from,
      may: `read associations between ${children} and ${parents}`,
      standsStill: `Associations between ${children} and ${parents} don't sync in either direction`,
    },
  ],
  [
    "write-associations",
    {
      type: from,
      may: `write associations between ${children} and ${parents}`,
      standsStill: `Changes to associations between ${children} and ${parents} in the workspace are pending`,
    },
  ],
]);

export const syncCapabilities: readonly SyncCapability[] = [...concerns.keys()];

export const isSyncCapability = (name: string): name is SyncCapability =>
  syncCapabilities.some((each) => each === name);

function concernOf(capability: SyncCapability): Concern {
  const concern = concerns.get(capability);
  if (concern === undefined) throw new Error(`Nothing needs ${capability}.`);
  return concern;
}

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
  remedy: "An admin can reconnect HubSpot and grant it.",
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
