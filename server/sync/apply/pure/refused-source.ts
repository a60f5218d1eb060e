import type { RefusedProperty } from "../../../hubspot/gateway.ts";
import type { Rules } from "../../model.ts";
import { own } from "../../values/value.ts";
import type { Attempt } from "../attempt.ts";

/** What became of the source that a creation sent (AP-018, X-10). Pure. */
export type SentSource = {
  readonly property: string;
  /** Why HubSpot rejected it: a sentence. Null: HubSpot has it. */
  readonly rejected: string | null;
};

/** Returns what became of the source of an attempt that HubSpot executed; null if it sent none. */
export function sentSourceOf(
  rules: Rules,
  { sent }: Pick<Attempt, "sent">,
  refused: readonly RefusedProperty[],
): SentSource | null {
  const property = Object.keys(sent).find(
    (name) => own(sent, name)?.source === true,
  );
  if (property === undefined) return null;
  const refusal = refused.find(({ name }) => name === property);
  return {
    property,
    rejected:
      refusal === undefined
        ? null
        : `HubSpot rejected ${own(rules.definitions, property)?.label ?? property} as its source: ${refusal.message}`,
  };
}
