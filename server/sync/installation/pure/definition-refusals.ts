/** HubSpot's codes of refusals that say something of its definitions, and not only of the value. Pure. */

/** HubSpot wants a value for a property that was not sent. */
export const requirementCodes: readonly string[] = [
  "MISSING_REQUIRED_PROPERTY",
  "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
];

const definitionCodes: ReadonlySet<string> = new Set([
  ...requirementCodes,
  "PROPERTY_DOESNT_EXIST",
  "READ_ONLY_VALUE",
  "READ_ONLY_PROPERTY",
  "CALCULATED_PROPERTY",
  "INVALID_OPTION",
]);

/** Whether a refusal shows that HubSpot's definitions are other than they were read, or require what nobody knew. */
export const isForDefinition = (code: string): boolean =>
  definitionCodes.has(code);
