import { describe, expect, test } from "vitest";
import type { Source } from "../../../../server/settings/type-rules.ts";
import { sourceFault } from "../../../../server/sync/decide/source.ts";
import { creationOf } from "../../../../server/sync/decide/earlier-creation.ts";
import { changesOf } from "../../../../server/sync/decide/plan.ts";
import { sourceConflict } from "../../../../server/sync/installation/pure/source-conflict.ts";
import type { PropertyDefinition } from "../../../../server/sync/model.ts";
import { ann, decided } from "./decision-rows.ts";
import {
  automaticPull,
  link,
  mapped,
  object,
  pair,
  record,
  rulesWith,
  settingsWith,
} from "./situation.ts";

const definition = (
  more: Partial<PropertyDefinition> = {},
): PropertyDefinition => ({
  type: "string",
  readOnly: false,
  options: null,
  label: "Lead source",
  ...more,
});
const picklist = definition({ type: "enumeration", options: ["App", "Fair"] });
const source = (
  value: string | null,
  property = "lead_source",
): NonNullable<Source> => ({ property, value });

describe("the fault of a source", () => {
  test.each<[string, string | null, PropertyDefinition, string | null]>([
    ["none: the product's name in a line of text", null, definition(), null],
    ["none: a value", "App", definition(), null],
    ["none: an option", "App", picklist, null],
    [
      "none: any value where the options aren't HubSpot's",
      "App",
      definition({ type: "enumeration" }),
      null,
    ],
    ["none: a number", "12.5", definition({ type: "number" }), null],
    ["none: yes or no", "true", definition({ type: "bool" }), null],
    ["an option is needed", null, picklist, "value"],
    ["an option that isn't there", "app", picklist, "value"],
    [
      "the product's name is no number",
      null,
      definition({ type: "number" }),
      "value",
    ],
    ["a text is no date", "App", definition({ type: "date" }), "value"],
    ["read-only", "App", definition({ readOnly: true }), "property"],
    ["unique values", "App", definition({ unique: true }), "property"],
  ])("%s", (_name, value, property, place) => {
    expect(sourceFault(source(value), "Orbit", property)?.place ?? null).toBe(
      place,
    );
  });

  test.each([
    ["email", "tells one contact from another"],
    ["hs_additional_emails", "tells one contact from another"],
    ["counterpart_record_id", "tells one contact from another"],
    ["written", "already writes written"],
  ])("%s can't be one, whatever HubSpot says", (property, why) => {
    const mappings = [mapped("a", "written", { direction: "push" })];
    expect(
      sourceConflict("contact", source("x", property), mappings)?.message,
    ).toContain(why);
  });

  test("a property that is mapped from HubSpot only can be one", () => {
    const mappings = [mapped("a", "lead_source", { direction: "pull" })];
    expect(sourceConflict("contact", source("x"), mappings)).toBeNull();
  });
});

describe("a creation", () => {
  const fresh = { record: record(ann) };

  test("sends the source, which is no field's value, and is told of it", () => {
    const decision = decided({
      pair: fresh,
      contact: { source: source(null) },
    });
    const sent =
      decision.hubspot.kind === "create" ? decision.hubspot.sent : {};
    expect(sent["lead_source"]).toEqual({
      h: "your product",
      w: null,
      source: true,
    });
    expect(changesOf({ pair: pair(fresh), decision })).toContainEqual({
      field: "lead_source",
      property: "lead_source",
      side: "hubspot",
      before: null,
      after: "your product",
    });
  });

  test("leaves out a source that HubSpot is known to reject, and says so", () => {
    const { hubspot, reason } = decided({
      pair: fresh,
      contact: { source: source("Phone") },
      rules: { definitions: { lead_source: picklist } },
    });
    expect(
      hubspot.kind === "create" && Object.keys(hubspot.sent),
    ).not.toContain("lead_source");
    expect(reason).toBe(
      "Contact created in HubSpot. It got no source: HubSpot's Lead source has no option Phone. Add it in HubSpot, or choose another one.",
    );
  });

  test("sends a mapped field's value where a document has both", () => {
    const { hubspot } = decided({
      pair: fresh,
      contact: { source: source("App", "firstname") },
    });
    expect(
      hubspot.kind === "create" ? hubspot.sent["firstname"] : null,
    ).toEqual({ h: "Ann", w: "Ann" });
  });

  test("whose response was lost: the source neither tells its object from another nor counts as the record's value", () => {
    const attempt = {
      id: "a",
      operation: "create" as const,
      objectId: null,
      sent: {
        lead_source: { h: "App", w: null, source: true as const },
        firstname: { h: "Ann", w: "Ann" },
      },
    };
    const rules = rulesWith(settingsWith(), { uniqueProperty: false });
    const made = (properties: Record<string, string>) =>
      creationOf(
        rules,
        pair({ ...fresh, attempts: [attempt], object: object(properties) }),
      );
    expect(made({ firstname: "Ann" })).toBe(attempt);
    expect(made({ firstname: "Bob", lead_source: "App" })).toBeUndefined();

    const { fields } = decided({
      pair: {
        record: record({ ...ann }),
        object: object({ firstname: "Ann", lead_source: "App" }),
        attempts: [{ ...attempt, made: "101" }],
        link: link(),
      },
      trigger: automaticPull,
      contact: {
        mappings: [mapped("origin", "lead_source", { direction: "pull" })],
      },
    });
    expect(fields).toMatchObject([{ kind: "to-workspace", value: "App" }]);
  });
});

test("an update sends no source", () => {
  const { hubspot } = decided({
    pair: {
      record: record({ ...ann, city: "Ulm" }),
      object: object({ email: ann.email, firstname: "Ann" }),
      link: link(),
    },
    contact: {
      source: source("App"),
      mappings: [mapped("city", "city")],
    },
  });
  expect(hubspot).toEqual({
    kind: "update",
    sent: { city: { h: "Ulm", w: "Ulm", before: null } },
  });
});
