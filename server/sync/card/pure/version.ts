import { createHash } from "node:crypto";
import { own } from "../../values/value.ts";
import type { ObjectType } from "../../../settings/object-type.ts";
import type { CardData } from "../../preview/read-card.ts";

/**
 * Whether what was shown is still current. Children count only if they are pushed too. Pure.
 * @param children the types of the children that the click pushes too
 */
export function isShown(
  shown: string,
  now: string,
  children: readonly ObjectType[],
): boolean {
  const before = partsOf(shown);
  const after = partsOf(now);
  return (["", ...children] as const).every(
    (part) => before.get(part) === after.get(part),
  );
}

/** The pair's version under "", and those of its children under their types. */
const partsOf = (version: string): ReadonlyMap<string, string> =>
  new Map(
    version.split(".").map((part, place): [string, string] => {
      const [type = "", hashed = ""] = part.split(":");
      return place === 0 ? ["", part] : [type, hashed];
    }),
  );

/**
 * The pair's version, and, after a dot each, the types of its children with their versions, if there are any. Pure.
 */
export const versionOf = (look: CardData): string =>
  [
    pairVersion(look),
    ...look.facts.children.flatMap(({ type, count, changed, named }) =>
      count === 0
        ? []
        : [
            `${type}:${hash([count, changed, named.map(({ id, creates }) => [id, creates])])}`,
          ],
    ),
  ].join(".");

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
