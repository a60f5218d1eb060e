import { paths } from "../api.ts";
import type { Caller } from "../caller.ts";
import { CapabilityMissingError, GoneError } from "../errors.ts";
import type { CallOptions } from "../gateway.ts";
import { asRecord } from "../json.ts";
import { timingOf } from "../timing.ts";

/** Whether a HubSpot user is a super admin; see Gateway.isSuperAdmin. */
export async function isSuperAdmin(
  call: Caller,
  userId: number,
  options: CallOptions,
): Promise<boolean> {
  try {
    const { body } = await call(
      {
        method: "GET",
        path: paths.user(userId),
        write: false,
        limit: "general",
        capability: "read-users",
        kind: "users",
      },
      timingOf(options),
    );
    return asRecord(body)?.["superAdmin"] === true;
  } catch (error) {
    if (error instanceof CapabilityMissingError || error instanceof GoneError)
      return false;
    throw error;
  }
}
