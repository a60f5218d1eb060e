import { plural } from "counterpart-kit/words.ts";

/**
 * The object types that have a card, with HubSpot's picture for one that isn't synced, and what people call several. No
 * other file of the cards asks which type it shows.
 */
export const pictures = {
  contact: "contacts",
  company: "companies",
  deal: "deals",
} as const;

export type ObjectType = keyof typeof pictures;

export const objectTypes = Object.keys(pictures) as [
  ObjectType,
  ...ObjectType[],
];

/** "1 contact", "12 contacts". HubSpot's pictures are called by the plurals. */
export const countedOf = (type: ObjectType, count: number): string =>
  plural(count, type, pictures[type]);

/** The type of children that a server of the previous version knows. */
export const firstChildType: ObjectType = "contact";
