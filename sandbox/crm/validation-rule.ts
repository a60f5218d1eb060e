/** The kinds of rules that the sandbox knows. HubSpot has more, among them REGEX: a pattern from outside could run for ever. */
export const ruleTypes = [
  "ALPHANUMERIC",
  "DECIMAL",
  "EMAIL_ALLOWED_DOMAINS",
  "EMAIL_BLOCKED_DOMAINS",
  "MAX_LENGTH",
  "MAX_NUMBER",
  "MIN_LENGTH",
  "MIN_NUMBER",
  "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE",
] as const;

export type RuleType = (typeof ruleTypes)[number];

/** What the values of a property must be like, as HubSpot's property validations have it. */
export type ValidationRule = {
  readonly ruleType: RuleType;
  readonly ruleArguments: readonly string[];
  /** A phone number is stored in one form. */
  readonly shouldApplyNormalization: boolean;
};
