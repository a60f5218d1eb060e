import { createHash } from "node:crypto";
import { own } from "../../values/value.ts";
import type { CardData } from "../../preview/read-card.ts";

/**
 * Whether what was shown is still current. A company's contacts count only if they are pushed too.
 * @param withContacts whether the click pushes the company's contacts too
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
 * The pair's version, and, after a dot, that of its contacts if there are any. Pure.
 */
export function versionOf(look: CardData): string {
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
 * Identifies what a card shows, as far as it matters for a click: the pair, both sides' mapped values, the base, what
 * decide says for each button, and the settings. With another version, a click would do something else, or change other
 * values, than what was shown. Pure.
 */
function pairVersion(look: CardData): string {
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
