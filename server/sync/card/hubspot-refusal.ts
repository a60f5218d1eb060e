import type { Capability } from "../../hubspot/errors.ts";
import {
  CapabilityMissingError,
  DisconnectedError,
  HubSpotError,
  WaitError,
} from "../../hubspot/errors.ts";

/** Why HubSpot cannot be asked just now, for a person. */
export interface HubSpotRefusal {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string | null;
}

/** HubSpot does not allow the app something that a press needs. */
export const forbidden = (capability: Capability): HubSpotRefusal => ({
  code: "missing_scope",
  reason: `HubSpot does not allow this app to ${capability.replace(/[:-]/g, " ")}.`,
  remedy: "Connect HubSpot again and grant the missing scope.",
});

/** What an error of a call to HubSpot means to the person who pressed; null for any other error. */
export function hubSpotRefusal(error: unknown): HubSpotRefusal | null {
  if (error instanceof DisconnectedError)
    return {
      code: "disconnected",
      reason: "HubSpot is not connected.",
      remedy: "Connect HubSpot again.",
    };
  if (error instanceof WaitError)
    return {
      code: "hubspot_limit",
      reason: `HubSpot's limit of calls is reached until ${error.until.toISOString()}.`,
      remedy: "Wait a moment, then try again.",
    };
  if (error instanceof CapabilityMissingError)
    return forbidden(error.capability);
  if (error instanceof HubSpotError)
    return {
      code: "hubspot_unavailable",
      reason: "HubSpot does not answer just now.",
      remedy: "Try again in a while.",
    };
  return null;
}
