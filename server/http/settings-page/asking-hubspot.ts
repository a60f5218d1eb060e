import { hubSpotRefusal } from "../../sync/preview/hubspot-refusal.ts";
import { Problem } from "../problem.ts";

/**
 * Does work that calls HubSpot for a person who waits. Throws a 409 that says why HubSpot can't be read: HubSpot's page
 * shows what a refusal says, and of any other error only that there was no response.
 */
export async function askingHubSpot<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refusal = hubSpotRefusal(error, new Date());
    if (refusal === null) throw error;
    const { code, reason, remedy } = refusal;
    throw new Problem(
      409,
      code,
      remedy === null ? reason : `${reason} ${remedy}`,
    );
  }
}
