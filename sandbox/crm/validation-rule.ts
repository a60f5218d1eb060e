/** The kinds of validation rules that the sandbox applies. HubSpot's REGEX is missing: a pattern from outside could run forever. */
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

/** One of HubSpot's property validations. */
export type ValidationRule = {
  readonly ruleType: RuleType;
  readonly ruleArguments: readonly string[];
  /** Stores phone numbers in one form. */
  readonly shouldApplyNormalization: boolean;
};
