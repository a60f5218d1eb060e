import type { ObjectId } from "../../../settings/object-type.ts";
import type { OpenCreationsRead, ReadResult } from "../read-objects.ts";
import type { StoredAttempt, StoredState } from "../stored-state.ts";

/** A creation that HubSpot executed, and whose object was gone before its worker could link it. */
type GoneCreation = StoredAttempt & { readonly made: ObjectId };

/**
 * Returns the creations of unlinked records whose object HubSpot no longer shows: it named the object in its response,
 * or has it in its archive under the creation's key. To create such a record again would bring back what somebody in
 * HubSpot deleted, or make a duplicate. Pure.
 */
export function goneCreations(
  { attempts, links }: Pick<StoredState, "attempts" | "links">,
  gone: ReadResult["gone"],
  archived: OpenCreationsRead["archived"],
): GoneCreation[] {
  const linked = new Set(
    links.flatMap(({ recordId, state }) => (state === "live" ? recordId : [])),
  );
  return attempts.flatMap((attempt): GoneCreation[] => {
    if (
      attempt.operation !== "create" ||
      attempt.underWay === true ||
      linked.has(attempt.recordId)
    )
      return [];
    const made = attempt.made ?? archived.get(attempt.creationKey ?? "");
    return made !== undefined && gone.has(made) ? [{ ...attempt, made }] : [];
  });
}
