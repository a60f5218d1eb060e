import type { ObjectType } from "../../settings/types/index.ts";
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

/** A capability of associations is one for all kinds, so one kind tells. */
const [anyKind] = associationKinds;

/** The least call of each kind: one object, or a batch of nothing. */
const leastCalls: ReadonlyMap<SyncCapability, LeastCall> = new Map([
  ...objectTypes.flatMap(ofType),
  [
    "read-associations",
    batch(paths.associations(anyKind, "read"), "associations"),
  ],
  [
    "write-associations",
    batch(paths.associations(anyKind, "create"), "associations"),
  ],
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
