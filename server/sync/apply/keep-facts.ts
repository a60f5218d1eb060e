import type { PortalId } from "../../settings/object-type.ts";
import type { Engine } from "../engine.ts";
import { storeAnswers } from "./attempts.ts";
import type { Attempt } from "./attempt.ts";
import type { SendOutcome } from "./send-with-parking.ts";
import { storeResponses } from "./commit-responses.ts";

/**
 * Stores HubSpot's responses on their own, whatever made the work with them fail: the lease, a rule of the product's
 * database, the connection. The claims are released too, those for companies included: the next look reads what HubSpot
 * has. Throws nothing, because the caller reports what failed.
 */
export async function keepFacts(
  engine: Engine,
  portalId: PortalId,
  outcomes: ReadonlyMap<string, SendOutcome>,
  edgeClaims: readonly Attempt[] = [],
): Promise<void> {
  try {
    await engine.database.inPortal(portalId, async (db) => {
      await storeResponses(db, portalId, outcomes);
      await storeAnswers(
        db,
        portalId,
        edgeClaims.map(({ id }) => ({
          id,
          answer: { kind: "unknown" },
          settled: true,
        })),
      );
    });
  } catch (error) {
    engine.log.error(
      { portalId, err: error },
      "HubSpot's responses could not be stored",
    );
  }
}
