import type { ObjectStore } from "./object-store.ts";
import { existing } from "./property-operations.ts";
import type { ValidationRule } from "./validation-rule.ts";
import type { Rewritten } from "./values.ts";

/** Replaces the validation rules of a property. @throws Refusal 404 */
export function setValidations(
  store: ObjectStore,
  property: string,
  rules: readonly ValidationRule[],
): void {
  existing(store, property);
  if (rules.length === 0) store.validations.delete(property);
  else store.validations.set(property, rules);
}

/** Checks a rewritten value against the property's validation rules. A blank breaks none. */
export function validated(
  store: ObjectStore,
  property: string,
  rewritten: Rewritten,
): Rewritten {
  const rules = store.validations.get(property);
  if (rules === undefined || !rewritten.ok || rewritten.value === "")
    return rewritten;
  const { value } = rewritten;
  const broken = rules.find((rule) => !keeps(rule, value));
  // HubSpot's error code for this is not known.
  if (broken !== undefined)
    return {
      ok: false,
      code: "PROPERTY_VALIDATION_FAILED",
      message: `${value} breaks the rule ${broken.ruleType} [${broken.ruleArguments.join(", ")}] of ${property}`,
    };
  const normalized = rules.some(
    ({ ruleType, shouldApplyNormalization }) =>
      ruleType === "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE" &&
      shouldApplyNormalization,
  );
  return { ok: true, value: normalized ? plainPhone(value) : value };
}

/** Returns `+18884827768` for `+1 (888) 482-7768`. */
function plainPhone(value: string): string {
  return `+${value.replace(/\D/g, "")}`;
}

/** A documented example allows only digits; of HubSpot's other arguments nothing is known. */
const DIGITS = "NUMERIC_ONLY";

function keeps({ ruleType, ruleArguments }: ValidationRule, value: string) {
  const [first = ""] = ruleArguments;
  const domain = value.slice(value.lastIndexOf("@") + 1).toLowerCase();
  switch (ruleType) {
    case "ALPHANUMERIC":
      return first === DIGITS
        ? /^[0-9]+$/.test(value)
        : /^[\p{L}\p{N}]+$/u.test(value);
    case "DECIMAL":
      return (value.split(".")[1] ?? "").length <= Number(first);
    case "EMAIL_ALLOWED_DOMAINS":
      return ruleArguments.includes(domain);
    case "EMAIL_BLOCKED_DOMAINS":
      return !ruleArguments.includes(domain);
    case "MAX_LENGTH":
      return value.length <= Number(first);
    case "MIN_LENGTH":
      return value.length >= Number(first);
    case "MAX_NUMBER":
      return Number(value) <= Number(first);
    case "MIN_NUMBER":
      return Number(value) >= Number(first);
    case "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE":
      return value.startsWith("+") && /^\+\d{7,15}$/.test(plainPhone(value));
  }
}
