import { z } from "zod";
import {
  createPipeline,
  createStage,
  patchPipeline,
  patchStage,
  removePipeline,
  removeStage,
  replacePipeline,
  replaceStage,
  type PipelineScope,
} from "../crm/pipeline-operations.ts";
import { ruleTypes } from "../crm/validation-rule.ts";
import type { WebAnswer, WebCall, WebRoute } from "../http/web-call.ts";
import type { Platform } from "../platform.ts";
import { control, param, portalOf, readJson } from "./parse.ts";

const namedSchema = z.looseObject({ name: z.string() });
const bodySchema = z.looseObject({ userId: z.number().int().optional() });
const rulesSchema = z.strictObject({
  required: z.array(z.string()).default([]),
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
const PIPELINE = `${PIPELINES}/{pipelineId}`;
const STAGE = `${PIPELINE}/stages/{stageId}`;

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

function pipelineRoutes(platform: Platform): readonly WebRoute[] {
  const route = (
    method: string,
    template: string,
    status: number,
    act: (
      scope: PipelineScope,
      call: WebCall,
      body: Readonly<Record<string, unknown>>,
    ) => unknown,
  ): WebRoute =>
    control(method, template, (call): WebAnswer => {
      const { userId, ...body } = readJson(bodySchema, call);
      const { portal } = portalOf(platform, call);
      const scope = portal.pipelineScope(param(call, "type"), userId);
      const answer = act(scope, call, body);
      return status === 204 ? { status } : { status, body: answer };
    });
  const pipelineIn = (call: WebCall) => param(call, "pipelineId");
  const stageIn = (call: WebCall) => param(call, "stageId");
  return [
    route("POST", PIPELINES, 201, (scope, _call, body) =>
      createPipeline(scope, body),
    ),
    route("PATCH", PIPELINE, 200, (scope, call, body) =>
      patchPipeline(scope, pipelineIn(call), body),
    ),
    route("PUT", PIPELINE, 200, (scope, call, body) =>
      replacePipeline(scope, pipelineIn(call), body, true),
    ),
    route("DELETE", PIPELINE, 204, (scope, call) => {
      removePipeline(scope, pipelineIn(call), true);
    }),
    route("POST", `${PIPELINE}/stages`, 201, (scope, call, body) =>
      createStage(scope, pipelineIn(call), body),
    ),
    route("PATCH", STAGE, 200, (scope, call, body) =>
      patchStage(scope, pipelineIn(call), stageIn(call), body),
    ),
    route("PUT", STAGE, 200, (scope, call, body) =>
      replaceStage(scope, pipelineIn(call), stageIn(call), body),
    ),
    route("DELETE", STAGE, 204, (scope, call) => {
      removeStage(scope, pipelineIn(call), stageIn(call));
    }),
  ];
}
