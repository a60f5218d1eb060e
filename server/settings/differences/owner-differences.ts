import type { OwnerOverride } from "../owners.ts";
import type { Choice, SettingsChange } from "./change.ts";
import { changedChoices, choice } from "./change.ts";
import { shown } from "./wording.ts";

/**
 * Returns what differs between two documents' owners, by email: one that is new, one that is gone, and each part of one
 * that both have. Their order means nothing.
 */
export function ownerChanges(
  before: readonly OwnerOverride[],
  after: readonly OwnerOverride[],
): SettingsChange[] {
  const earlier = new Map(before.map((one) => [one.email, one]));
  const later = new Set(after.map(({ email }) => email));
  return [
    ...before
      .filter(({ email }) => !later.has(email))
      .map((override) => ({
        path: placeOf(override),
        before: override,
        after: null,
        sentence: `The email ${shown(override.email)} is the owner who has it in HubSpot again, if there is one.`,
      })),
    ...after.flatMap((override) => {
      const other = earlier.get(override.email);
      return other === undefined
        ? [
            {
              path: placeOf(override),
              before: null,
              after: override,
              sentence: `${sentenceOf(override)}${override.pulled ? ` ${pulledSentence(override)}` : ""}`,
            },
          ]
        : changedChoices(partsOf(other), partsOf(override));
    }),
  ];
}

const placeOf = ({ email }: OwnerOverride): string => `owners.${email}`;

const sentenceOf = ({ email, ownerId }: OwnerOverride): string =>
  `The email ${shown(email)} is HubSpot's owner ${ownerId}.`;

const pulledSentence = ({ email, ownerId, pulled }: OwnerOverride): string =>
  `HubSpot's owner ${ownerId} ${pulled ? "is" : "isn't"} pulled as ${shown(email)}.`;

const partsOf = (override: OwnerOverride): readonly Choice[] => [
  choice(
    `${placeOf(override)}.ownerId`,
    override.ownerId,
    sentenceOf(override),
  ),
  choice(
    `${placeOf(override)}.pulled`,
    override.pulled,
    pulledSentence(override),
  ),
];
