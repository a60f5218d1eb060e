/** A HubSpot user, or queue, that records can belong to. */
export type Owner = {
  /** What hubspot_owner_id holds. */
  readonly id: string;
  /** Lower-case; empty for a queue without one. */
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: string | null;
  readonly archived: boolean;
};

export type PropertyOption = {
  readonly label: string;
  readonly value: string;
  readonly hidden: boolean;
};
export type PropertyDefinition = {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly calculated: boolean;
  readonly externalOptions: boolean;
  readonly referencedObjectType: string | null;
  readonly hasUniqueValue: boolean;
  readonly hubspotDefined: boolean;
  readonly hidden: boolean;
  /** Whether a value may be written: neither calculated nor read-only. */
  readonly writable: boolean;
};
export type NewProperty = {
  readonly name: string;
  readonly label: string;
  readonly type: "string" | "number" | "date" | "datetime" | "bool";
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly hasUniqueValue: boolean;
};

export type AccountDetails = {
  readonly portalId: number;
  readonly accountType: string;
  readonly timeZone: string;
  readonly companyCurrency: string;
  readonly uiDomain: string;
  readonly dataHostingLocation: string;
};
