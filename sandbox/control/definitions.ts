import { z } from "zod";
import { pipelineChanges } from "../crm/pipeline-changes.ts";
import { ruleTypes } from "../crm/validation-rule.ts";
import type { WebAnswer, WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import { control, param, portalOf, readJson } from "./parse.ts";

const namedSchema = z.looseObject({ name: z.string() });
const bodySchema = z.looseObject({ userId: z.number().int().optional() });
const rulesSchema = z.strictObject({
  required: z.array(z.string()).default([]),
  listed: z.boolean().default(false),
  conditional: z
    .array(
      z.strictObject({
        property: z.string(),
        value: z.string(),
        requires: z.array(z.string()),
      }),
    )
    .default([]),
});
const validationsSchema = z.strictObject({
  rules: z.array(
    z.strictObject({
      ruleType: z.enum(ruleTypes),
      ruleArguments: z.array(z.string()).default([]),
      shouldApplyNormalization: z.boolean().default(false),
    }),
  ),
});

const PROPERTIES = "/portals/{portalId}/properties/{type}";
const PIPELINES = "/portals/{portalId}/pipelines/{type}";

/** Control paths for what an admin defines: properties and their options, rules for writes, and pipelines. */
export function definitionRoutes(platform: Platform): readonly WebRoute[] {
  return [
    control("POST", PROPERTIES, (call) => {
      const { portal } = portalOf(platform, call);
      const body = readJson(namedSchema, call);
      return {
        status: 201,
        body: portal.createProperty(param(call, "type"), body),
      };
    }),
    control("DELETE", PROPERTIES, (call) => {
      portalOf(platform, call).portal.archiveProperty(
        param(call, "type"),
        readJson(namedSchema, call).name,
      );
      return { status: 204 };
    }),
    control("PATCH", `${PROPERTIES}/{name}`, (call) => {
      const { userId, ...body } = readJson(bodySchema, call);
      const { portal } = portalOf(platform, call);
      return {
        status: 200,
        body: portal.updateProperty(
          param(call, "type"),
          param(call, "name"),
          body,
          userId,
        ),
      };
    }),
    control("DELETE", `${PROPERTIES}/{name}`, (call) => {
      portalOf(platform, call).portal.archiveProperty(
        param(call, "type"),
        param(call, "name"),
      );
      return { status: 204 };
    }),
    control("PUT", "/portals/{portalId}/rules/{type}", (call) => {
      const rules = readJson(rulesSchema, call);
      portalOf(platform, call).portal.setRules(param(call, "type"), rules);
      return { status: 200, body: rules };
    }),
    control("PUT", "/portals/{portalId}/validations/{type}/{name}", (call) => {
      const { rules } = readJson(validationsSchema, call);
      portalOf(platform, call).portal.setValidations(
        param(call, "type"),
        param(call, "name"),
        rules,
      );
      return { status: 200, body: { rules } };
    }),
    ...pipelineRoutes(platform),
  ];
}

/** What a user sees and changes of pipelines. HubSpot's pages never delete what objects are in. */
function pipelineRoutes(platform: Platform): readonly WebRoute[] {
  return [
    control("GET", PIPELINES, (call): WebAnswer => {
      const { portal } = portalOf(platform, call);
      const { state, store } = portal.pipelineScope(param(call, "type"));
      return {
        status: 200,
        body: { results: state.pipelines.list(store.type.name) },
      };
    }),
    ...pipelineChanges.map(({ method, path, status, act }) =>
      control(method, `${PIPELINES}${path}`, (call): WebAnswer => {
        const { userId, ...body } = readJson(bodySchema, call);
        const { portal } = portalOf(platform, call);
        const { pipelineId = "", stageId = "" } = call.params;
        const made = act(
          portal.pipelineScope(param(call, "type"), userId),
          { pipelineId, stageId },
          body,
          true,
        );
        return status === 204 ? { status } : { status, body: made };
      }),
    ),
  ];
}
