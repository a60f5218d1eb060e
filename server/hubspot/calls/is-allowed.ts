import type { ObjectType, ParentKind } from "../../settings/types/index.ts";
import { associationKinds, objectTypes } from "../../settings/types/index.ts";
import { paths } from "../api.ts";
import type { ApiCall } from "../request-once.ts";
import type { Caller } from "../caller.ts";
import type { SyncCapability } from "../errors.ts";
import { CapabilityMissingError, GoneError, RefusedError } from "../errors.ts";
import type { CallOptions } from "../gateway.ts";
import { timingOf } from "../timing.ts";

const batch = (path: string, limit: ApiCall["limit"]) => ({
  method: "POST" as const,
  path,
  body: { inputs: [] },
  limit,
});

const list = (path: string) => ({
  method: "GET" as const,
  path,
  limit: "general" as const,
});

type LeastCall = Pick<ApiCall, "method" | "path" | "body" | "limit">;

const ofType = (
  type: ObjectType,
): readonly (readonly [SyncCapability, LeastCall])[] => [
  [`read:${type}`, list(paths.objects(type, { limit: "1" }))],
  [`write:${type}`, batch(paths.batch(type, "update"), "general")],
];

const ofKind = (
  kind: ParentKind,
): readonly (readonly [SyncCapability, LeastCall])[] => [
  [
    `read-associations:${kind.name}`,
    batch(paths.associations(kind, "read"), "associations"),
  ],
  [
    `write-associations:${kind.name}`,
    batch(paths.associations(kind, "create"), "associations"),
  ],
];

/** The least call of each kind: one object, or a batch of nothing. */
const leastCalls: ReadonlyMap<SyncCapability, LeastCall> = new Map([
  ...objectTypes.flatMap(ofType),
  ...associationKinds.flatMap(ofKind),
]);

/** Whether HubSpot allows a kind of call; see Gateway.isAllowed. Scopes are checked before a body is looked at. */
export async function isAllowed(
  call: Caller,
  capability: SyncCapability,
  options: CallOptions,
): Promise<boolean> {
  const least = leastCalls.get(capability);
  if (least === undefined) throw new Error(`No call asks for ${capability}.`);
  try {
    await call(
      { ...least, write: false, capability, kind: "scope" },
      timingOf(options),
    );
    return true;
  } catch (error) {
    if (error instanceof CapabilityMissingError) return false;
    if (error instanceof RefusedError || error instanceof GoneError)
      return true;
    throw error;
  }
}
