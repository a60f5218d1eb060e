import type { CrmState } from "../crm-state.ts";
import type { ObjectStore } from "../object-store.ts";
import { invalid, type Refusal } from "../refusal.ts";

/** One of these is enough. */
const oneOf: Readonly<Record<string, readonly string[]>> = {
  contacts: ["email", "firstname", "lastname"],
  companies: ["name", "domain"],
  meetings: ["hs_timestamp", "hs_meeting_start_time"],
};

const allOf: Readonly<Record<string, readonly string[]>> = {
  deals: ["dealname"],
  tickets: ["subject", "hs_pipeline_stage"],
  tasks: ["hs_timestamp"],
  notes: ["hs_timestamp"],
  calls: ["hs_timestamp"],
  emails: ["hs_timestamp", "hs_email_direction"],
  communications: ["hs_timestamp"],
};

/** HubSpot's guide requires them, but a recorded creation without them was accepted. */
const dealPlace: readonly string[] = ["dealstage", "pipeline"];

/** Why an object cannot be created with these values, or undefined when it can. */
export function missingRequired(
  state: CrmState,
  store: ObjectStore,
  values: ReadonlyMap<string, string>,
): Refusal | undefined {
  const has = (name: string) => (values.get(name) ?? "") !== "";
  const choice = oneOf[store.type.name];
  const missing =
    choice !== undefined && !choice.some(has)
      ? choice
      : [
          ...(allOf[store.type.name] ?? []),
          ...(store.type.name === "deals" && state.options.dealsNeedStage
            ? dealPlace
            : []),
        ].filter((name) => !has(name));
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
