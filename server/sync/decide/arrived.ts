import type { Meaning } from "../values/meaning.ts";
import type { Pair, SentValue } from "../model.ts";
import { own, sameValue } from "../values/value.ts";

/**
 * HubSpot's history shows that what an open attempt sent has arrived since the pair was last seen, though somebody may
 * have written another value over it. Then it is the base, and only what came after it is a change of HubSpot's. HubSpot
 * may hold it in a spelling of its own.
 */
export function hasArrived(
  { object, link }: Pick<Pair, "object" | "link">,
  property: string,
  sent: SentValue,
  meaning: Meaning = { kind: "text" },
): boolean {
  const seenAt = link?.seenAt ?? null;
  return (
    seenAt !== null &&
    (own(object?.ourValues, property) ?? []).some(
      ({ value, at }) => at > seenAt && sameValue(meaning, value, sent.h),
    )
  );
}
