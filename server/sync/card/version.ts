import { createHash } from "node:crypto";
import { own } from "../value.ts";
import type { Look } from "./look.ts";

/**
 * Names what a card shows as far as it matters for a press: which pair, both sides' mapped values, the base, what
 * decide makes of them for either button, the settings. Another version means that a press would do another thing, or
 * to other values, than was shown. Pure.
 */
export function versionOf(look: Look): string {
  const { reading, rules, facts, objectType } = look;
  const seen =
    reading === null
      ? [look.stored?.revision ?? null, look.stored?.code ?? null]
      : [
          reading.pair.link?.id ?? null,
          reading.pair.link?.base ?? null,
          reading.companies,
          rules.settings[objectType].mappings.map(({ field, property }) => [
            field,
            own(reading.pair.record?.properties, field) ?? null,
            own(reading.pair.object?.properties, property) ?? null,
          ]),
          [reading.pull, reading.push].map(({ decision, edges }) => [
            decision.code,
            decision.fields.map(({ field, kind, value }) => [
              field,
              kind,
              value ?? null,
            ]),
            edges === null ? null : edges.outcome,
          ]),
        ];
  return createHash("sha256")
    .update(
      JSON.stringify([
        look.record?.id ?? null,
        objectType,
        look.objectId,
        facts.settingsVersion,
        facts.contacts,
        seen,
      ]),
    )
    .digest("base64url")
    .slice(0, 32);
}
