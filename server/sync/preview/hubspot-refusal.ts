import type { Capability, SyncCapability } from "../../hubspot/errors.ts";
import {
  CapabilityMissingError,
  DisconnectedError,
  HubSpotError,
  WaitError,
} from "../../hubspot/errors.ts";
import { SealError } from "../../hubspot/seal.ts";
import { descriptorOf, listedTypes } from "../../settings/types/index.ts";
import {
  isSyncCapability,
  refusalFor,
} from "../installation/pure/missing-scope.ts";
import { counted } from "../values/shown-text.ts";

/** Why HubSpot can't be read right now, in sentences. */
export interface HubSpotRefusal {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string | null;
}

/** HubSpot refuses a permission that a click needs. */
export const forbidden = (capability: Capability): HubSpotRefusal =>
  isSyncCapability(capability)
    ? refusalFor(capability)
    : {
        code: "missing_scope",
        reason: `Counterpart doesn't have permission to ${actionOf(capability)}.`,
        remedy: "An admin can reconnect HubSpot and grant it.",
      };

/** "read the properties of contacts". */
function actionOf(capability: Exclude<Capability, SyncCapability>): string {
  if (capability === "read-owners") return "read owners";
  if (capability === "account") return "read the account's details";
  const [action, type] = capability.split(":");
  const plural = listedTypes
    .filter((one) => one === type)
    .map((one) => descriptorOf(one).names.plural)
    .join("");
  return action === "read-properties"
    ? `read the properties of ${plural}`
    : `create properties of ${plural}`;
}

/** Returns what an error of a call to HubSpot means to the person who clicked; null for any other error. */
export function hubSpotRefusal(
  error: unknown,
  now: Date,
): HubSpotRefusal | null {
  if (error instanceof DisconnectedError)
    return {
      code: "disconnected",
      reason: "HubSpot isn't connected.",
      remedy: "An admin can reconnect HubSpot.",
    };
  if (error instanceof WaitError)
    return {
      code: "hubspot_limit",
      reason: "HubSpot's API limit has been reached.",
      remedy: `Try again ${inAWhile(error.until.getTime() - now.getTime())}.`,
    };
  if (error instanceof CapabilityMissingError)
    return forbidden(error.capability);
  if (error instanceof SealError)
    return {
      code: "token_key",
      reason: "Counterpart can't open its connection to HubSpot.",
      remedy: "An admin can reconnect HubSpot.",
    };
  if (error instanceof HubSpotError)
    return {
      code: "hubspot_unavailable",
      reason: "HubSpot isn't responding.",
      remedy: "Try again in a few minutes.",
    };
  return null;
}

const minute = 60_000;
const hour = 60 * minute;

/** A wait as a person reads it: "in a moment", "in about 5 minutes". */
function inAWhile(ms: number): string {
  if (ms < minute) return "in a moment";
  return ms < hour
    ? `in about ${counted(Math.ceil(ms / minute), "minute")}`
    : `in about ${counted(Math.ceil(ms / hour), "hour")}`;
}
