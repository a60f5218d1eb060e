/**
 * The object types that have a card, with HubSpot's picture for one that isn't synced. No other file of the cards asks
 * which type it shows.
 */
export const pictures = { contact: "contacts", company: "companies" } as const;

export type ObjectType = keyof typeof pictures;

export const objectTypes = Object.keys(pictures) as [
  ObjectType,
  ...ObjectType[],
];
