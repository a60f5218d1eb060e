/** What the admin of an account demands of objects of one type. Users have to obey, and apps from version 2026-09 on. */
export type WriteRules = {
  /** Properties that a new object must have: the "Create record" form's required fields. */
  readonly required: readonly string[];
  /** Whether the schema of the type lists them as required. Whether HubSpot's does isn't documented. */
  readonly listed: boolean;
  /** While `property` holds `value`, the properties in `requires` must have one. */
  readonly conditional: readonly {
    readonly property: string;
    readonly value: string;
    readonly requires: readonly string[];
  }[];
};

/** Of an account whose admin has made none. */
export const noRules: WriteRules = {
  required: [],
  listed: false,
  conditional: [],
};
