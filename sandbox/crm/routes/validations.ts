import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { existing } from "../property-operations.ts";
import { asObject, textList } from "../read-body.ts";
import { invalid, notFound } from "../refusal.ts";
import {
  ruleTypes,
  type RuleType,
  type ValidationRule,
} from "../validation-rule.ts";
import { setValidations } from "../validations.ts";
import { storeOf } from "./objects.ts";
import { noContent, ok } from "./respond.ts";
import { schemaRoute } from "./schema-route.ts";

/** Validation rules of properties, under one version's path. */
export function validationRoutes(base: string): Route[] {
  const all = `${base}/{objectType}`;
  const one = `${all}/{propertyName}`;
  const rule = `${one}/rule-type/{ruleType}`;
  return [
    schemaRoute("GET", all, list),
    schemaRoute("GET", one, (call) => ok({ results: rulesIn(call) })),
    schemaRoute("GET", rule, get),
    schemaRoute("PUT", rule, put),
  ];
}

function list(call: Call): Answer {
  const results = [...storeOf(call).validations].map(
    ([propertyName, propertyValidationRules]) => ({
      propertyName,
      propertyValidationRules,
    }),
  );
  return ok({ results });
}

function nameIn({ params }: Call): string {
  return params["propertyName"] ?? "";
}

function rulesIn(call: Call): readonly ValidationRule[] {
  const store = storeOf(call);
  return store.validations.get(existing(store, nameIn(call)).name) ?? [];
}

function get(call: Call): Answer {
  const found = rulesIn(call).find(
    ({ ruleType }) => ruleType === call.params["ruleType"],
  );
  if (found === undefined) throw notFound(true);
  return ok(found);
}

/** Replaces the rule of one kind. */
function put(call: Call): Answer {
  const body = asObject(call.body);
  const ruleType = ruleTypes.find((type) => type === call.params["ruleType"]);
  if (ruleType === undefined)
    throw invalid(`Unknown rule type: ${call.params["ruleType"] ?? ""}`);
  const rule: ValidationRule = {
    ruleType,
    ruleArguments: textList(body["ruleArguments"]),
    shouldApplyNormalization: body["shouldApplyNormalization"] === true,
  };
  const isOther = (other: { readonly ruleType: RuleType }) =>
    other.ruleType !== ruleType;
  setValidations(storeOf(call), nameIn(call), [
    ...rulesIn(call).filter(isOther),
    rule,
  ]);
  return noContent;
}
