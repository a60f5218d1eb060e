import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { findObjectType } from "../object-types.ts";
import {
  createPipeline,
  createStage,
  existingPipeline,
  existingStage,
  patchPipeline,
  patchStage,
  removePipeline,
  removeStage,
  replacePipeline,
  replaceStage,
  type PipelineScope,
} from "../pipeline-operations.ts";
import { isTrue } from "../read-body.ts";
import { storeOf } from "./objects.ts";
import { noContent, ok } from "./respond.ts";

/** Pipelines and stages, under one version's path. */
export function pipelineRoutes(base: string): Route[] {
  const all = `${base}/{objectType}`;
  const one = `${all}/{pipelineId}`;
  const stage = `${one}/stages/{stageId}`;
  const route = (
    method: string,
    template: string,
    handle: (scope: PipelineScope, call: Call) => Answer,
  ): Route => ({
    method,
    template,
    scopes: ({ params }) => {
      const type = findObjectType(params["objectType"] ?? "");
      return (method === "GET" ? type?.readScopes : type?.writeScopes) ?? [];
    },
    limit: "general",
    handle: (call) => handle(scopeOf(call), call),
  });
  return [
    route("GET", all, ({ state, store }) =>
      ok({ results: state.pipelines.list(store.type.name) }),
    ),
    route("POST", all, (scope, { body }) =>
      ok(createPipeline(scope, body), 201),
    ),
    route("GET", one, (scope, call) =>
      ok(existingPipeline(scope, pipelineIn(call))),
    ),
    route("PATCH", one, (scope, call) =>
      ok(patchPipeline(scope, pipelineIn(call), call.body)),
    ),
    route("PUT", one, (scope, call) =>
      ok(replacePipeline(scope, pipelineIn(call), call.body, isChecked(call))),
    ),
    route("DELETE", one, (scope, call) => {
      removePipeline(scope, pipelineIn(call), isChecked(call));
      return noContent;
    }),
    route("GET", `${one}/audit`, (scope, call) =>
      audit(scope, existingPipeline(scope, pipelineIn(call)).id),
    ),
    route("GET", `${one}/stages`, (scope, call) =>
      ok({ results: existingPipeline(scope, pipelineIn(call)).stages }),
    ),
    route("POST", `${one}/stages`, (scope, call) =>
      ok(createStage(scope, pipelineIn(call), call.body), 201),
    ),
    route("GET", stage, (scope, call) =>
      ok(existingStage(scope, pipelineIn(call), stageIn(call))),
    ),
    route("PATCH", stage, (scope, call) =>
      ok(patchStage(scope, pipelineIn(call), stageIn(call), call.body)),
    ),
    route("PUT", stage, (scope, call) =>
      ok(replaceStage(scope, pipelineIn(call), stageIn(call), call.body)),
    ),
    route("DELETE", stage, (scope, call) => {
      removeStage(scope, pipelineIn(call), stageIn(call));
      return noContent;
    }),
    route("GET", `${stage}/audit`, (scope, call) =>
      audit(scope, existingStage(scope, pipelineIn(call), stageIn(call)).id),
    ),
  ];
}

function scopeOf(call: Call): PipelineScope {
  return {
    state: call.portal.crm,
    store: storeOf(call),
    userId: call.token.userId,
  };
}

function pipelineIn({ params }: Call): string {
  return params["pipelineId"] ?? "";
}

function stageIn({ params }: Call): string {
  return params["stageId"] ?? "";
}

function audit({ state, store }: PipelineScope, id: string): Answer {
  return ok({ results: state.pipelines.auditOf(store.type.name, id) });
}

/** Whether the call asks for a look at what is in use before anything goes. */
const isChecked = ({ query }: Call): boolean =>
  [
    "validateReferencesBeforeDelete",
    "validateDealStageUsagesBeforeDelete",
  ].some((name) => isTrue(query.get(name)));
