import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import { invalid, type Refusal } from "../refusal.ts";

/** Why an object cannot be created with these values, or undefined when it can. */
export function missingRequired(
  state: CrmState,
  store: ObjectStore,
  values: ReadonlyMap<string, string>,
): Refusal | undefined {
  const has = (name: string) => (values.get(name) ?? "") !== "";
  const { oneOf, allOf, byGuide } = store.type.required;
  const missing =
    oneOf.length > 0 && !oneOf.some(has)
      ? oneOf
      : [...allOf, ...(state.options.dealsNeedStage ? byGuide : [])].filter(
          (name) => !has(name),
        );
  if (missing.length === 0) return undefined;
  const kind = store.type.singular.toUpperCase();
  return invalid(
    `Error creating ${kind}. Some required properties were not set.`,
    {
      context: { properties: missing },
      errors: missing.map((name) => ({
        message: `Required property "${name}" was not set`,
        code: "MISSING_REQUIRED_PROPERTY",
        context: { propertyName: [name] },
      })),
    },
  );
}
