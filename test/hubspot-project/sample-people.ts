import type {
  Choices,
  People,
  Person,
  SyncUser,
} from "../../hubspot-project/src/app/settings/people-answer.ts";

const permissions: People["permissions"] = [
  {
    permission: "push",
    label: "Push",
    sentence: "Push to HubSpot.",
    usual: true,
  },
  {
    permission: "pull",
    label: "Pull",
    sentence: "Pull from HubSpot.",
    usual: true,
  },
  {
    permission: "settings",
    label: "Settings",
    sentence: "Change settings.",
    usual: false,
  },
];

export const person = (some: Partial<Person> = {}): Person => ({
  id: "ben-id",
  email: "ben@example.com",
  name: "Ben Boss",
  permissions: ["push", "pull"],
  active: true,
  isSyncUser: false,
  hubspot: { sentence: "Owner Ben Boss in HubSpot.", isOwner: true },
  ...some,
});

/** A page of people, as the server sends it. */
export const people = (
  results: readonly Person[],
  next: string | null = null,
): People => ({ permissions, results: [...results], next });

export const syncUser = (some: Partial<SyncUser> = {}): SyncUser => ({
  chosenId: null,
  email: "ada@example.com",
  active: true,
  connectedBy: "ada@example.com",
  lines: [
    {
      sentence:
        "ada@example.com connected HubSpot, and no other sync user is chosen.",
    },
  ],
  ...some,
});

export const choices = (
  results: Choices["results"],
  more = false,
): Choices => ({ results, more });
