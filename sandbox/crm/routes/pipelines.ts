import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { findObjectType } from "../object-types.ts";
import { pipelineChanges, type PipelinePlace } from "../pipeline-changes.ts";
import {
  existingPipeline,
  existingStage,
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
    ...pipelineChanges.map(({ method, path, status, act }) =>
      route(method, `${all}${path}`, (scope, call) => {
        const made = act(scope, placeOf(call), call.body, isChecked(call));
        return status === 204 ? noContent : ok(made, status);
      }),
    ),
    route("GET", all, ({ state, store }) =>
      ok({ results: state.pipelines.list(store.type.name) }),
    ),
    route("GET", one, (scope, call) =>
      ok(existingPipeline(scope, placeOf(call).pipelineId)),
    ),
    route("GET", `${one}/audit`, (scope, call) =>
      audit(scope, existingPipeline(scope, placeOf(call).pipelineId).id),
    ),
    route("GET", `${one}/stages`, (scope, call) =>
      ok({
        results: existingPipeline(scope, placeOf(call).pipelineId).stages,
      }),
    ),
    route("GET", stage, (scope, call) => ok(stageOf(scope, call))),
    route("GET", `${stage}/audit`, (scope, call) =>
      audit(scope, stageOf(scope, call).id),
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

function placeOf({ params }: Call): PipelinePlace {
  return {
    pipelineId: params["pipelineId"] ?? "",
    stageId: params["stageId"] ?? "",
  };
}

function stageOf(scope: PipelineScope, call: Call) {
  const { pipelineId, stageId } = placeOf(call);
  return existingStage(scope, pipelineId, stageId);
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
