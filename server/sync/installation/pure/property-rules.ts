/** One of the rules by which HubSpot checks what is written to a property, as HubSpot names it. */
export type PropertyRule = {
  readonly type: string;
  readonly arguments: readonly string[];
};

/**
 * Returns what a value must be to keep a rule, as the end of a sentence ("must …"), or null for a rule of which
 * HubSpot doesn't document enough to know. Only such rules are counted (rule-breaks.ts). Pure.
 */
export function ruleDemand({
  type,
  arguments: given,
}: PropertyRule): string | null {
  const [first = ""] = given;
  const isNumber = first.trim() !== "" && Number.isFinite(Number(first));
  switch (type) {
    case "MIN_LENGTH":
      return isNumber ? `have at least ${first} characters` : null;
    case "MAX_LENGTH":
      return isNumber ? `have at most ${first} characters` : null;
    case "MIN_NUMBER":
      return isNumber ? `be at least ${first}` : null;
    case "MAX_NUMBER":
      return isNumber ? `be at most ${first}` : null;
    case "DECIMAL":
      return isNumber ? `have at most ${first} decimals` : null;
    case "ALPHANUMERIC":
      return first === "NUMERIC_ONLY" ? "have digits only" : null;
    case "EMAIL_ALLOWED_DOMAINS":
      return given.length === 0 ? null : `be an email at ${given.join(" or ")}`;
    case "EMAIL_BLOCKED_DOMAINS":
      return given.length === 0
        ? null
        : `not be an email at ${given.join(" or ")}`;
    case "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE":
      return "begin with + and a country code";
    default:
      return null;
  }
}

/** Returns what HubSpot checks of a property, in a sentence; null if it has no rules. */
export function rulesNote(
  label: string,
  rules: readonly PropertyRule[],
): string | null {
  if (rules.length === 0) return null;
  const demands = rules.flatMap((rule) => ruleDemand(rule) ?? []);
  const others = rules.length - demands.length;
  return [
    ...(demands.length === 0
      ? []
      : [`HubSpot's ${label} must ${demands.join(", and ")}.`]),
    ...(others === 0
      ? []
      : [
          `HubSpot checks ${label} by ${others === 1 ? "a rule" : `${others} rules`} that Counterpart can't check itself.`,
        ]),
  ].join(" ");
}
