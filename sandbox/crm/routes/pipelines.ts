import type { Answer } from "../answer.ts";
import type { Call, Route } from "../call.ts";
import { findObjectType } from "../object-types.ts";
import type { Pipeline, StageInput } from "../pipelines.ts";
import { invalid, notFound, type Refusal } from "../refusal.ts";
import { storeOf } from "./objects.ts";
import {
  asObject,
  isObject,
  isTrue,
  optionalText,
  requiredText,
  type Json,
} from "../read-body.ts";
import { noContent, ok } from "./respond.ts";

/** Pipelines and stages, under one version's path. */
export function pipelineRoutes(base: string): Route[] {
  const all = `${base}/{objectType}`;
  const one = `${all}/{pipelineId}`;
  const stage = `${one}/stages/{stageId}`;
  const route = (
    method: string,
    template: string,
    handle: (call: Call) => Answer,
  ): Route => ({
    method,
    template,
    scopes: ({ params }) => {
      const type = findObjectType(params["objectType"] ?? "");
      return (method === "GET" ? type?.readScopes : type?.writeScopes) ?? [];
    },
    limit: "general",
    handle,
  });
  return [
    route("GET", all, (call) =>
      ok({ results: call.portal.crm.pipelines.list(storeOf(call).type.name) }),
    ),
    route("POST", all, create),
    route("GET", one, (call) => ok(pipelineIn(call))),
    route("PATCH", one, patch),
    route("PUT", one, replace),
    route("DELETE", one, remove),
    route("GET", `${one}/stages`, (call) =>
      ok({ results: pipelineIn(call).stages }),
    ),
    route("POST", `${one}/stages`, createStage),
    route("GET", stage, (call) => ok(stageIn(call))),
    route("PATCH", stage, patchStage),
    route("PUT", stage, replaceStage),
    route("DELETE", stage, removeStage),
  ];
}

function pipelineIn(call: Call): Pipeline {
  const pipeline = call.portal.crm.pipelines.find(
    storeOf(call).type.name,
    call.params["pipelineId"] ?? "",
  );
  if (pipeline === undefined) throw notFound(true);
  return pipeline;
}

function stageIn(call: Call) {
  const stage = pipelineIn(call).stages.find(
    (candidate) => candidate.id === call.params["stageId"],
  );
  if (stage === undefined) throw notFound(true);
  return stage;
}

function create(call: Call): Answer {
  const { crm } = call.portal;
  const body = asObject(call.body);
  const given = Array.isArray(body["stages"])
    ? body["stages"].map(asObject)
    : [];
  const stages = given.map((stage) => ({
    label: requiredText(stage, "label"),
    metadata: readMetadata(stage),
  }));
  return ok(
    crm.pipelines.create(
      storeOf(call).type.name,
      requiredText(body, "label"),
      stages,
      crm.tick(),
    ),
    201,
  );
}

/** Metadata values are text; a deal stage needs its probability. */
function readMetadata(stage: Json): Readonly<Record<string, string>> {
  const metadata = isObject(stage["metadata"]) ? stage["metadata"] : {};
  const texts = Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, String(value)]),
  );
  const probability = texts["probability"];
  if (probability === undefined)
    throw invalid("Some required fields were not set: [metadata.probability]");
  return {
    isClosed: String(["0.0", "1.0", "0", "1"].includes(probability)),
    ...texts,
  };
}

function patch(call: Call): Answer {
  const pipeline = pipelineIn(call);
  const body = asObject(call.body);
  if (typeof body["label"] === "string") pipeline.label = body["label"];
  if (typeof body["displayOrder"] === "number")
    pipeline.displayOrder = body["displayOrder"];
  pipeline.updatedAt = new Date(call.portal.crm.tick()).toISOString();
  return ok(pipeline);
}

/** Ids of live deals that hold a value in `dealstage` or `pipeline`. */
function dealsWith(
  call: Call,
  name: "dealstage" | "pipeline",
  value: string,
): string[] {
  const store = call.portal.crm.store("deals");
  return store.order
    .filter((row) => row.state === "live" && store.stored(row, name) === value)
    .map((row) => row.id);
}

/** Whether the call asks for a look at what is in use before anything goes. */
const isChecked = ({ query }: Call): boolean =>
  [
    "validateReferencesBeforeDelete",
    "validateDealStageUsagesBeforeDelete",
  ].some((name) => isTrue(query.get(name)));

/**
 * Puts label, order and stages in place of a pipeline's own. A stage whose id is named stays the same stage; one that is
 * left out goes, deals or no deals, unless the call asks for a look at them.
 */
function replace(call: Call): Answer {
  const { crm } = call.portal;
  const pipeline = pipelineIn(call);
  const body = asObject(call.body);
  const label = requiredText(body, "label");
  const displayOrder = requiredOrder(body);
  if (!Array.isArray(body["stages"]))
    throw invalid("Some required fields were not set: [stages]");
  const wanted = body["stages"].map(asObject).map((stage) => ({
    id: optionalText(stage, "stageId"),
    ...stageInput(stage),
  }));
  const named = wanted.flatMap(({ id }) => id ?? []);
  const kept = new Set(named);
  if (kept.size < named.length)
    throw invalid(`Stage IDs must be unique: ${named.join(", ")}`);
  const gone = pipeline.stages.filter(({ id }) => !kept.has(id));
  const used = isChecked(call)
    ? gone.filter(({ id }) => dealsWith(call, "dealstage", id).length > 0)
    : [];
  if (used.length > 0)
    throw inUse(
      used.map(({ id }) => id),
      used.flatMap(({ id }) => dealsWith(call, "dealstage", id)),
    );
  crm.pipelines.replace(pipeline, { label, displayOrder }, wanted, crm.tick());
  return ok(pipeline);
}

function requiredOrder(body: Json): number {
  const order = body["displayOrder"];
  if (typeof order !== "number")
    throw invalid("Some required fields were not set: [displayOrder]");
  return order;
}

/** All of a stage that a caller can set, all of it required. */
function stageInput(body: Json): StageInput {
  return {
    label: requiredText(body, "label"),
    displayOrder: requiredOrder(body),
    metadata: readMetadata(body),
  };
}

/** Deletes a pipeline, deals or no deals, unless the call asks for a look at them. */
function remove(call: Call): Answer {
  const pipeline = pipelineIn(call);
  const objectIds = isChecked(call)
    ? dealsWith(call, "pipeline", pipeline.id)
    : [];
  if (objectIds.length > 0)
    throw inUse(
      pipeline.stages.map((stage) => stage.id),
      objectIds,
    );
  pipeline.archived = true;
  return noContent;
}

function inUse(
  stageIds: readonly string[],
  objectIds: readonly string[],
): Refusal {
  return invalid(
    `Stage IDs: ${stageIds.join(", ")} are being referenced by object IDs: ${objectIds.join(", ")}`,
    {
      subCategory: "PipelineError.STAGE_ID_IN_USE",
      context: { stageIds, objectIds },
    },
  );
}

function createStage(call: Call): Answer {
  const { crm } = call.portal;
  const body = asObject(call.body);
  const stage = crm.pipelines.addStage(
    pipelineIn(call),
    requiredText(body, "label"),
    readMetadata(body),
    crm.tick(),
  );
  return ok(stage, 201);
}

function patchStage(call: Call): Answer {
  const stage = stageIn(call);
  const body = asObject(call.body);
  if (typeof body["label"] === "string") stage.label = body["label"];
  if (typeof body["displayOrder"] === "number")
    stage.displayOrder = body["displayOrder"];
  if (isObject(body["metadata"]))
    stage.metadata = readMetadata({
      metadata: { ...stage.metadata, ...body["metadata"] },
    });
  stage.updatedAt = new Date(call.portal.crm.tick()).toISOString();
  return ok(stage);
}

function replaceStage(call: Call): Answer {
  const stage = stageIn(call);
  Object.assign(stage, stageInput(asObject(call.body)), {
    updatedAt: new Date(call.portal.crm.tick()).toISOString(),
  });
  return ok(stage);
}

function removeStage(call: Call): Answer {
  const stage = stageIn(call);
  const objectIds = dealsWith(call, "dealstage", stage.id);
  if (objectIds.length > 0) throw inUse([stage.id], objectIds);
  const pipeline = pipelineIn(call);
  pipeline.stages = pipeline.stages.filter((other) => other !== stage);
  return noContent;
}
