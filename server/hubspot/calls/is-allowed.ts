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

/** The least call of each kind: one object, or a batch of nothing. */
const leastCalls: Readonly<
  Record<SyncCapability, Pick<ApiCall, "method" | "path" | "body" | "limit">>
> = {
  "read:contact": list(paths.objects("contact", { limit: "1" })),
  "read:company": list(paths.objects("company", { limit: "1" })),
  "write:contact": batch(paths.batch("contact", "update"), "general"),
  "write:company": batch(paths.batch("company", "update"), "general"),
  "read-associations": batch(
    paths.associations("contact", "company", "read"),
    "associations",
  ),
  "write-associations": batch(
    paths.associations("contact", "company", "create"),
    "associations",
  ),
};

/** Whether HubSpot allows a kind of call; see Gateway.isAllowed. Scopes are checked before a body is looked at. */
export async function isAllowed(
  call: Caller,
  capability: SyncCapability,
  options: CallOptions,
): Promise<boolean> {
  try {
    await call(
      { ...leastCalls[capability], write: false, capability, kind: "scope" },
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
