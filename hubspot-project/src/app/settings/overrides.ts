import type { Override } from "./document.ts";
import type { OwnerRow } from "./page-answer.ts";

/** The draft's emails of owners, and what a row shows of them. Pure. */

/** The draft with an email's owner. If the owner is pulled as this email, then as no other one. */
export const withOverride = (
  overrides: readonly Override[],
  override: Override,
): Override[] => [
  ...overrides
    .filter(({ email }) => email !== override.email)
    .map((other) =>
      override.pulled && other.pulled && other.ownerId === override.ownerId
        ? { ...other, pulled: false }
        : other,
    ),
  override,
];

/** The draft without an owner for an email. */
export const withoutOverride = (
  overrides: readonly Override[],
  email: string,
): Override[] => overrides.filter((other) => other.email !== email);

/** How an email came to be the owner's, as the row says it. */
export type ShownEmail = {
  readonly email: string;
  readonly how: string;
  /** The draft's own, which can be changed. */
  readonly override: Override | null;
};

const hows = {
  email: "same email in HubSpot",
  link: "linked by the user",
  override: "set here",
} as const;

/** The emails of a row with the draft's changes: what is set here comes from the draft, the rest from the server. */
export function emailsOf(
  { owner, user, emails }: OwnerRow,
  overrides: readonly Override[],
): ShownEmail[] {
  const set = new Map(overrides.map((each) => [each.email, each]));
  const mine = overrides.filter(
    ({ email, ownerId }) =>
      ownerId === owner?.id || (owner === null && email === user?.email),
  );
  return [
    ...mine.map((override) => ({
      email: override.email,
      how: override.pulled ? "set here" : "set here, to HubSpot only",
      override,
    })),
    ...emails
      .filter(({ email, by }) => by !== "override" && !set.has(email))
      .map(({ email, by }) => ({
        email,
        how:
          by !== null
            ? hows[by]
            : owner === null
              ? "no owner in HubSpot"
              : "no longer active in HubSpot",
        override: null,
      })),
  ];
}

/**
 * Whether an owner is to be pulled as a new email: not if the product has a user with HubSpot's own email, or if the owner
 * is pulled as another email already.
 */
export const startsPulled = (
  { state, owner }: OwnerRow,
  overrides: readonly Override[],
): boolean =>
  state !== "matched" &&
  !overrides.some(({ ownerId, pulled }) => pulled && ownerId === owner?.id);

/** "Ada Adams (ada@example.com)", or what there is of it. */
export function ownerName({ owner, user }: OwnerRow): string {
  const { name, email } = owner ?? user ?? { name: "", email: "" };
  if (name === "") return email;
  return email === "" ? name : `${name} (${email})`;
}

/** An email by which the product's records have an owner: the one that they get, or else one that is this owner. */
export const emailOf = ({ pulledAs, emails }: OwnerRow): string | undefined =>
  pulledAs ?? emails[0]?.email;
