import { createHash } from "node:crypto";
import { own } from "../value.ts";
import type { Look } from "./look.ts";

/**
 * Whether what was shown is what is there now. A company's contacts count where they are pushed along.
 * @param withContacts the press brings the company's contacts along
 */
export function isShown(
  shown: string,
  now: string,
  withContacts: boolean,
): boolean {
  const pair = (version: string): string => version.split(".")[0] ?? "";
  return withContacts ? shown === now : pair(shown) === pair(now);
}

/**
 * The pair's version, and after a dot its contacts' where it has any. Pure.
 */
export function versionOf(look: Look): string {
  const { contacts } = look.facts;
  const pair = pairVersion(look);
  return contacts.count === 0
    ? pair
    : `${pair}.${hash([contacts.count, contacts.changed, contacts.named.map(({ id, creates }) => [id, creates])])}`;
}

const hash = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value))
    .digest("base64url")
    .slice(0, 32);

/**
 * Names what a card shows as far as it matters for a press: which pair, both sides' mapped values, the base, what
 * decide makes of them for either button, the settings. Another version means that a press would do another thing, or
 * to other values, than was shown. Pure.
 */
function pairVersion(look: Look): string {
  const { reading, rules, facts, objectType } = look;
  const seen =
    reading === null
      ? [look.stored?.revision ?? null, look.stored?.code ?? null]
      : [
          reading.pair.link?.id ?? null,
          reading.pair.link?.base ?? null,
          reading.parents.flatMap(({ ids }) => ids),
          rules.settings[objectType].mappings.map(({ field, property }) => [
            field,
            own(reading.pair.record?.properties, field) ?? null,
            own(reading.pair.object?.properties, property) ?? null,
          ]),
          [reading.pull, reading.push, reading.sync].map(
            ({ decision, edges }) => [
              decision.code,
              decision.fields.map(({ field, kind, value }) => [
                field,
                kind,
                value ?? null,
              ]),
              edges.map(({ outcome }) => outcome),
            ],
          ),
        ];
  return hash([
    look.record?.id ?? null,
    objectType,
    look.objectId,
    facts.settingsVersion,
    seen,
  ]);
}
