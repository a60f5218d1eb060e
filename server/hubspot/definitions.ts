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
  /** Of a stage: its pipeline, and how objects end there. */
  readonly stage?: StageEnd;
};
export type StageEnd = {
  readonly pipeline: string;
  /** An object in this stage is done. */
  readonly closed: boolean;
  /** It is done with a probability of 1. */
  readonly won: boolean;
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
/** What objects of a type go through, one stage after the other. */
export type Pipeline = {
  readonly id: string;
  readonly label: string;
  /** The lowest number comes first. */
  readonly displayOrder: number;
  /** In the order in which HubSpot shows them. */
  readonly stages: readonly PipelineStage[];
};
export type PipelineStage = {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  /** Of winning, from 0 to 1, as a decimal; null for stages that have none, such as a ticket's. */
  readonly probability: string | null;
  /** Whether an object in this stage is done. */
  readonly closed: boolean;
};
/** A group of properties, as HubSpot's pages head it. */
export type PropertyGroup = {
  readonly name: string;
  readonly label: string;
  /** The lowest number comes first; a negative one comes last. */
  readonly displayOrder: number;
};
/** The rules by which HubSpot checks what is written to a property; all of them apply. */
export type PropertyRules = {
  readonly property: string;
  readonly rules: readonly {
    readonly type: string;
    readonly arguments: readonly string[];
  }[];
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
  /** Beside the company's own, by their codes. */
  readonly additionalCurrencies: readonly string[];
  readonly uiDomain: string;
  readonly dataHostingLocation: string;
};
