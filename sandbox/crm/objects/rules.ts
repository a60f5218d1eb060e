import type { ObjectStore } from "../object-store.ts";
import { invalid, type ErrorDetail, type Refusal } from "../refusal.ts";
import type { Row } from "../row.ts";
import type { WriteRules } from "./write-rules.ts";

/**
 * Why an admin's rules do not allow a write, or undefined when they do. A condition is looked at when the write names the
 * property that it depends on, or clears one that it requires.
 * @param row undefined for a creation
 * @param values the write's own, rewritten
 */
export function brokenRules(
  { required, conditional }: WriteRules,
  store: ObjectStore,
  row: Row | undefined,
  values: ReadonlyMap<string, string>,
): Refusal | undefined {
  const after = (name: string) =>
    values.get(name) ?? (row && store.stored(row, name)) ?? "";
  const errors: ErrorDetail[] = [];
  if (row === undefined)
    for (const name of required)
      if (after(name) === "")
        errors.push({
          message: `A value for ${name} must be provided`,
          code: "MISSING_REQUIRED_PROPERTY",
          context: { propertyName: [name] },
        });
  for (const { property, value, requires } of conditional) {
    const concerned =
      values.has(property) || requires.some((name) => values.has(name));
    if (!concerned || after(property) !== value) continue;
    for (const name of requires)
      if (after(name) === "")
        errors.push({
          message: `${name} is required because of a conditional property rule based on [${property}]`,
          code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
          context: { propertyName: [name] },
        });
  }
  return errors.length === 0
    ? undefined
    : invalid("The property values provided are invalid", { errors });
}
