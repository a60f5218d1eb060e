export type PropertyType =
  | "string"
  | "number"
  | "date"
  | "datetime"
  | "enumeration"
  | "bool"
  | "phone_number"
  | "json"
  | "object_coordinates";

export type PropertyOption = {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
  readonly description?: string;
};

/** A property definition, as HubSpot answers it. `options` is replaced whole by an update, never changed in place. */
export type Property = {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly displayOrder: number;
  readonly calculated: boolean;
  readonly externalOptions: boolean;
  readonly referencedObjectType?: string;
  readonly hasUniqueValue: boolean;
  readonly hidden: boolean;
  readonly hubspotDefined: boolean;
  readonly formField: boolean;
  readonly dataSensitivity: "non_sensitive" | "sensitive" | "highly_sensitive";
  readonly modificationMetadata: {
    readonly archivable: boolean;
    readonly readOnlyDefinition: boolean;
    readonly readOnlyValue: boolean;
    readonly readOnlyOptions?: boolean;
  };
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly createdUserId?: string;
  readonly updatedUserId?: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
};
