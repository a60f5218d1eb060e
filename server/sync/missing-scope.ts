import type { SyncCapability } from "../hubspot/errors.ts";
import type { ObjectType } from "../settings/object-type.ts";

/** What a person is told of something that HubSpot does not allow: what, which scope, and what stands still. Pure. */

/** What sync itself needs of HubSpot. Whatever of it is missing stands still, and the rest goes on. */
export const syncCapabilities = [
  "read:contact",
  "read:company",
  "write:contact",
  "write:company",
  "read-associations",
  "write-associations",
] as const satisfies readonly SyncCapability[];

export const isSyncCapability = (name: string): name is SyncCapability =>
  syncCapabilities.some((each) => each === name);

const concerns: Readonly<
  Record<
    SyncCapability,
    {
      readonly type: ObjectType;
      readonly may: string;
      readonly standsStill: string;
    }
  >
> = {
  "read:contact": {
    type: "contact",
    may: "read contacts",
    standsStill: "Contacts stand still in both directions",
  },
  "read:company": {
    type: "company",
    may: "read companies",
    standsStill: "Companies stand still in both directions",
  },
  "write:contact": {
    type: "contact",
    may: "write contacts",
    standsStill: "What changes in contacts here waits",
  },
  "write:company": {
    type: "company",
    may: "write companies",
    standsStill: "What changes in companies here waits",
  },
  "read-associations": {
    type: "contact",
    may: "read which companies contacts belong to",
    standsStill: "The companies of contacts stand still in both directions",
  },
  "write-associations": {
    type: "contact",
    may: "write which companies contacts belong to",
    standsStill: "What changes in the companies of contacts here waits",
  },
};

/** Why one press is refused for want of a scope, and what helps. */
export const refusalFor = (
  capability: SyncCapability,
): {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
} => ({
  code: "missing_scope",
  reason: `Counterpart doesn't have permission to ${concerns[capability].may}.`,
  remedy: "An admin can reconnect HubSpot and grant it.",
});

/** The cause in a sentence or two, its fix, and the type that it is listed under. */
export function tellMissing(
  capability: SyncCapability,
  scopes: readonly string[],
): {
  readonly type: ObjectType;
  readonly cause: string;
  readonly fix: string;
} {
  const { type, may, standsStill } = concerns[capability];
  const named = scopes.length === 0 ? "" : ` (${scopes.join(", ")})`;
  return {
    type,
    cause: `HubSpot does not allow this app to ${may}${named}. ${standsStill}; everything else goes on.`,
    fix: "Connect HubSpot again and grant the missing scope. What waits then goes on by itself; a retry looks at once whether it has been granted.",
  };
}
